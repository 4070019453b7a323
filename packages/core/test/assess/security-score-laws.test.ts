import { type KubeObject, arbitraryScenario } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { countNamespacePairs } from "../../src/reachability/count-namespace-pairs.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import type { SecurityScoreDetail } from "../../src/answers/security-score.ts";
import { noConnections } from "../../src/sets/connection-set.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 35);

function sourceOf(objects: readonly KubeObject[]): { name: string; text: string } {
  return { name: "cluster.json", text: JSON.stringify({ apiVersion: "v1", kind: "List", items: objects }) };
}

function scoreOf(objects: readonly KubeObject[]): SecurityScoreDetail {
  return analyze([sourceOf(objects)]).securityScoreDetail;
}

interface Metadata {
  readonly name: string;
  readonly namespace?: string;
}

/** All namespaces once more under another name, with everything that is in them. */
function copyOf(objects: readonly KubeObject[]): readonly KubeObject[] {
  return objects.map((object): KubeObject => {
    const { name, namespace = "default", ...metadata } = object["metadata"] as Metadata; // every generated object has it
    const renamed =
      object["kind"] === "Namespace" ? { name: `${name}-copy` } : { name, namespace: `${namespace}-copy` };
    return { ...object, metadata: { ...metadata, ...renamed } };
  });
}

/** A namespace whose pods may talk to nobody. */
const tight: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "tight" } },
  { apiVersion: "v1", kind: "Pod", metadata: { name: "p", namespace: "tight" }, spec: { containers: [] } },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "deny", namespace: "tight" },
    spec: { podSelector: {}, policyTypes: ["Ingress", "Egress"] },
  },
];

/** Clusters whose policies name no namespace: a copy of such a policy would speak of the original's peers. */
const clusters = arbitraryScenario({ assumptions: false, packets: 1 })
  .map(({ objects }) => objects)
  .filter((objects) => !JSON.stringify(objects).includes("kubernetes.io/metadata.name"));

describe("laws of the security score", () => {
  it("twice the same is no better and no worse", () => {
    fc.assert(
      fc.property(clusters, (objects) => {
        const [one, two] = [scoreOf(objects), scoreOf([...objects, ...copyOf(objects)])];
        expect(two.value === null).toBe(one.value === null);
        expect(two.value ?? 0).toBeCloseTo(one.value ?? 0, 6);
        two.terms.forEach(({ value }, i) => expect(value ?? -1).toBeCloseTo(one.terms[i]?.value ?? -1, 6));
      }),
      { numRuns: runs },
    );
  });

  it("another, tight namespace lowers no other and not the whole, but by what its pods tell of selectors", () => {
    fc.assert(
      fc.property(clusters, (objects) => {
        const [before, after] = [scoreOf(objects), scoreOf([...objects, ...tight])];
        expectNoLower(after, before);
        for (const [name, score] of Object.entries(before.byNamespace)) expectNoLower(after.byNamespace[name], score);
      }),
      { numRuns: runs },
    );
  });

  it("without policies it is 0", () => {
    fc.assert(
      fc.property(clusters, (objects) => {
        const score = scoreOf(objects.filter((object) => object["kind"] !== "NetworkPolicy"));
        expect(score.value ?? 0).toBeCloseTo(0);
      }),
      { numRuns: 20 },
    );
  });

  it("stays within 0 and 100, and its terms explain it", () => {
    fc.assert(
      fc.property(clusters, (objects) => {
        const { value, terms, byNamespace } = scoreOf(objects);
        for (const score of [{ value, terms }, ...Object.values(byNamespace)]) {
          if (score.value === null) continue;
          expect(score.value).toBeGreaterThanOrEqual(-1e-9);
          expect(score.value).toBeLessThanOrEqual(100 + 1e-9);
          const sum = score.terms.reduce((total, term) => total + (term.weight * (term.value ?? 0)) / 100, 0);
          expect(sum).toBeCloseTo(score.value, 6);
          expect(score.terms.reduce((total, { weight }) => total + weight, 0)).toBeCloseTo(100, 6);
        }
      }),
      { numRuns: runs },
    );
  });
});

type Score = Pick<SecurityScoreDetail, "terms">;

/** Correctness apart: a new pod may show that a peer which matched nothing lacks its namespaceSelector. */
function expectNoLower(after: Score | undefined, before: Score): void {
  before.terms.forEach(({ name, value }, i) => {
    if (name !== "correctness" && value !== null)
      expect({ name, value: after?.terms[i]?.value ?? 0 }).toSatisfy(({ value: now }) => now >= value - 1e-9);
  });
}

describe("countNamespacePairs", () => {
  it("counts what the relation holds, pair by pair", () => {
    const denseSizes = fc.constantFrom(0, 1, 2, 64);
    fc.assert(
      fc.property(arbitraryScenario({ assumptions: false, packets: 1 }), denseSizes, ({ objects }, denseSize) => {
        const cluster = readManifests([sourceOf(objects)]);
        const reachability = new Reachability(cluster, { assumptions: defaultAssumptions, denseSize });
        for (const bound of ["certain", "possible"] as const)
          expect(countNamespacePairs(reachability, bound)).toEqual(bruteForce(reachability, bound));
      }),
      { numRuns: 200 },
    );
  });
});

function bruteForce(reachability: Reachability, bound: "certain" | "possible"): ReturnType<typeof countNamespacePairs> {
  const { classes, selectable, ranges } = reachability.pods;
  const selectables = classes.slice(0, selectable);
  return new Map(
    [...ranges.keys()].map((name) => {
      const sums = { pods: 0, inside: 0, selves: 0, outgoing: 0, incoming: 0 };
      for (const source of selectables) {
        if (source.namespace === name) sums.pods += source.pods;
        for (const target of selectables) {
          if (reachability.connections(source.id, target.id, bound) === noConnections) continue;
          const pairs = source.pods * target.pods;
          const [from, to] = [source.namespace === name, target.namespace === name];
          if (from && to) sums.inside += pairs;
          else if (from) sums.outgoing += pairs;
          else if (to) sums.incoming += pairs;
          if (from && source === target) sums.selves += source.pods;
        }
      }
      return [name, sums];
    }),
  );
}
