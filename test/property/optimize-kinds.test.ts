import { readManifests } from "@npa/core";
import { type OptimizationPlan, optimizeCluster, renderedManifests } from "@npa/core/optimize";
import {
  type CalicoScenario,
  type KubeObject,
  arbitraryCalicoScenario,
  arbitraryTieredScenario,
  createOracle,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 15);

type Input = Pick<CalicoScenario, "objects" | "packets">;
type Spec = Readonly<Record<string, unknown>>;

const plain = arbitraryTieredScenario({ packets: 6, maxPolicies: 3, clusterPolicies: { oldForm: false } });
const inputs: fc.Arbitrary<Input> = fc
  .tuple(fc.oneof(plain, arbitraryCalicoScenario({ packets: 6 })), fc.infiniteStream(fc.nat(5)))
  .map(([{ objects, packets }, choices]) => {
    const next = (): number => choices.next().value ?? 0;
    return { packets, objects: objects.flatMap((object) => (isOther(object) ? repeated(object, next) : [object])) };
  });

/** A policy of another kind than NetworkPolicy. */
function isOther({ apiVersion, kind }: KubeObject): boolean {
  return String(kind).endsWith("Policy") && apiVersion !== "networking.k8s.io/v1";
}

/** What is random seldom repeats: some rules are written twice, some policies have a twin, some blocks are in halves. */
function repeated(object: KubeObject, next: () => number): readonly KubeObject[] {
  const spec = object["spec"] as Spec;
  const twice = (key: string): Spec => {
    const rules = spec[key];
    return Array.isArray(rules) && next() > 1
      ? { [key]: [...rules, ...rules].map((rule) => halved(rule as Spec)) }
      : {};
  };
  const own = { ...object, spec: { ...spec, ...twice("ingress"), ...twice("egress") } };
  const metadata = object["metadata"] as Spec;
  return next() < 2 ? [own, { ...own, metadata: { ...metadata, name: `${String(metadata["name"])}-twin` } }] : [own];
}

function halved(rule: Spec): Spec {
  return JSON.parse(
    JSON.stringify(rule, (key, value: unknown) =>
      (key === "networks" || key === "nets") && Array.isArray(value) ? value.flatMap(halves) : value,
    ),
  ) as Spec;
}

function halves(cidr: string): readonly string[] {
  const [, start, last, prefix] = /^(\d+\.\d+\.\d+\.)(\d+)\/(\d+)$/.exec(cidr) ?? [];
  if (start === undefined || prefix !== "24") return [cidr];
  return [`${start}0/25`, `${start}128/25`, `${start}${last}/32`];
}

interface Optimized {
  readonly plan: OptimizationPlan;
  /** The objects with the policies as they are printed. */
  readonly made: readonly KubeObject[];
}

function optimized(objects: readonly KubeObject[]): Optimized {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const cluster = readManifests([{ name: "c.json", text }], { live: true });
  const { plan } = optimizeCluster(cluster, { rules: [] });
  const printed = loadAll(renderedManifests(cluster, plan)) as KubeObject[]; // npa prints objects
  return { plan, made: [...objects.filter(({ kind }) => !String(kind).endsWith("Policy")), ...printed] };
}

describe("what npa optimize makes of policies of other kinds", () => {
  it("decides the same for the naive oracle, passes its own check, and leaves nothing to do", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(inputs, ({ objects, packets }) => {
        const { plan, made } = optimized(objects);
        expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
        const ofOthers = plan.steps.filter(({ objects: [first] }) => first?.apiVersion !== "networking.k8s.io/v1");
        for (const { type } of ofOthers) seen.set(type, (seen.get(type) ?? 0) + 1);
        const [was, is] = [createOracle(objects), createOracle(made)];
        for (const packet of packets)
          expect({ packet, verdict: is.verdict(packet) }).toEqual({ packet, verdict: was.verdict(packet) });
        const again = optimized(made).plan.steps.filter(
          ({ objects: [first] }) => first?.apiVersion !== "networking.k8s.io/v1",
        );
        expect(again.map(({ description }) => description)).toEqual([]);
      }),
      { numRuns: runs },
    );
    expect([...seen.keys()].toSorted()).toEqual(["duplicate-policy", "merge-blocks", "redundant-rule"]);
  });
});
