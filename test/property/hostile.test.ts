import { countConnectivity, listConnectivity, readManifests } from "@npa/core";
import { type KubeObject, arbitraryCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { mutate, oddValues } from "./odd-objects.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 500);

describe("whatever is in the manifests", () => {
  it("objects with anything anywhere are read or reported, never thrown at", () => {
    fc.assert(
      fc.property(
        arbitraryCluster(),
        fc.array(fc.tuple(fc.array(fc.nat(1000), { maxLength: 12 }), oddValues), { minLength: 1, maxLength: 4 }),
        (objects, changes) => {
          const mutated = changes.reduce<readonly unknown[]>(
            (items, [choices, value]) => mutate(items as readonly KubeObject[], choices, value),
            objects,
          );
          const text = mutated.map((item) => JSON.stringify(item) ?? "null").join("\n---\n");
          const cluster = readManifests([{ name: "odd.yaml", text }]);
          const list = listConnectivity(cluster);
          expect(countConnectivity(cluster).connections).toBe(
            list.connections.filter(({ source }) => source !== "ingress-controller").length,
          );
          for (const { location } of cluster.problems) {
            if (location === undefined) continue;
            expect(location.line).toBeGreaterThan(0);
            expect(location.column).toBeGreaterThan(0);
          }
        },
      ),
      { numRuns: runs },
    );
  });

  it("any text at all is read or reported", () => {
    const fragments = fc.constantFrom(
      "apiVersion: v1",
      "kind: Pod",
      "kind: List",
      "items:",
      "- ",
      "  ",
      "\n",
      "---\n",
      "...\n",
      "{",
      "}",
      "[",
      "]",
      ":",
      "&a",
      "*a",
      "<<: *a",
      "!!binary",
      "|\n",
      ">-\n",
      "'",
      '"',
      "#",
      "%YAML 1.2\n",
      "{{ .Values.x }}",
      "\t",
      "\r\n",
      "\ufeff",
      "\u2028",
      "? ",
      ", ",
      "metadata:",
      "name: a",
      "spec:",
    );
    const text = fc
      .array(fc.oneof({ arbitrary: fragments, weight: 8 }, { arbitrary: fc.string({ maxLength: 4 }), weight: 1 }), {
        maxLength: 40,
      })
      .map((parts) => parts.join(""));
    fc.assert(
      fc.property(text, (source) => {
        const cluster = readManifests([{ name: "any.yaml", text: source }]);
        listConnectivity(cluster);
        for (const { location } of cluster.problems) expect(location?.line ?? 1).toBeGreaterThan(0);
      }),
      { numRuns: runs * 4 },
    );
  });
});
