import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/read/read-manifests.ts";
import { readRendering } from "../../src/read/rendering.ts";
import { processorTime } from "../../../../test/setup/processor-time.ts";

const pieces = fc.constantFrom(
  ..."resources: |[a.yaml]|patches: |[{path: a.yaml}]|namespace: x|bases:|- ../k|{{ .x }}|{{|}}|${A}|${A:=|$(A)|#@ x|<%|{%|---|# Source: c/templates/a.yaml|kind: Pod|kind: Template|apiVersion: v1|objects: [{}]|metadata: {name: a}|parameters: [{name: A}]|\n|\n| |  |:|- |\r|\u0000|\u0001|'|\"".split(
    "|",
  ),
);
const text = fc.array(pieces, { maxLength: 40 }).map((parts) => parts.join(""));

describe("whatever the texts", () => {
  it("nothing is thrown, and every input is counted", () => {
    fc.assert(
      fc.property(text, text, text, text, (kustomization, a, chart, template) => {
        const sources = [
          { name: "k/kustomization.yaml", text: kustomization },
          { name: "k/a.yaml", text: a },
          { name: "c/Chart.yaml", text: chart },
          { name: "c/templates/a.yaml", text: template },
        ];
        expect(readManifests(sources).inputs.files).toBe(4);
        for (const tool of ["helm", "kustomize"] as const) {
          const root = tool === "helm" ? "c" : "k";
          const { workloads } = readRendering({ tool, root, text: a, sources }, sources);
          for (const { origin } of workloads) expect(origin.locator.locate(["spec"]).line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("a template of nothing but open actions is read at once", () => {
    const sources = [{ name: "c/templates/a.yaml", text: "{{ x\n".repeat(50_000) }];
    const spent = processorTime(() => {
      readRendering({ tool: "helm", root: "c", text: "# Source: c/templates/a.yaml\nkind: Pod\n", sources }, []);
    });
    expect(spent).toBeLessThan(10_000);
  });
});
