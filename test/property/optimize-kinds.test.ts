import { readManifests } from "@npa/core";
import { type OptimizationPlan, optimizeCluster } from "@npa/core/optimize";
import {
  type CalicoScenario,
  type KubeObject,
  arbitraryCalicoScenario,
  arbitraryTieredScenario,
  createOracle,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonValue } from "../../packages/core/src/answers/finding.ts";
import { applyOperation } from "../../packages/core/src/optimize/apply-patch.ts";

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

function planOf(objects: readonly KubeObject[]): OptimizationPlan {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  return optimizeCluster(readManifests([{ name: "c.json", text }], { live: true }), { rules: [] }).plan;
}

interface Named {
  readonly apiVersion?: unknown;
  readonly kind?: unknown;
  readonly namespace?: string;
  readonly name?: string;
}

function keyOf({ apiVersion, kind, namespace = "", name }: Named): string {
  return `${String(apiVersion)} ${String(kind)} ${namespace}/${name}`;
}

/** The objects with the steps for other kinds made. */
function after(objects: readonly KubeObject[], { steps }: OptimizationPlan): readonly KubeObject[] {
  const byKey = new Map(
    objects.map((object) => {
      const { namespace, name } = object["metadata"] as { readonly namespace?: string; readonly name: string };
      const at = namespace === undefined && object.kind === "NetworkPolicy" ? { namespace: "default" } : { namespace };
      return [keyOf({ apiVersion: object.apiVersion, kind: object.kind, ...at, name } as Named), object] as const;
    }),
  );
  for (const { patch, objects: changed } of steps) {
    if (changed.some(({ apiVersion }) => apiVersion === "networking.k8s.io/v1")) continue;
    for (const { object, ...operation } of patch) {
      const value = byKey.get(keyOf(object));
      if (value === undefined) throw new Error(`there is no ${keyOf(object)}`);
      const made = applyOperation(value as unknown as JsonValue, operation); // made of JSON
      if (made === undefined) byKey.delete(keyOf(object));
      else byKey.set(keyOf(object), made as unknown as KubeObject);
    }
  }
  return [...byKey.values()];
}

describe("what npa optimize makes of policies of other kinds", () => {
  it("decides the same for the naive oracle, passes its own check, and leaves nothing to do", () => {
    const seen = new Map<string, number>();
    fc.assert(
      fc.property(inputs, ({ objects, packets }) => {
        const plan = planOf(objects);
        expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
        const ofOthers = plan.steps.filter(({ objects: [first] }) => first?.apiVersion !== "networking.k8s.io/v1");
        for (const { type } of ofOthers) seen.set(type, (seen.get(type) ?? 0) + 1);
        const made = after(objects, plan);
        const [was, is] = [createOracle(objects), createOracle(made)];
        for (const packet of packets)
          expect({ packet, verdict: is.verdict(packet) }).toEqual({ packet, verdict: was.verdict(packet) });
        const again = planOf(made).steps.filter(({ objects: [first] }) => first?.apiVersion !== "networking.k8s.io/v1");
        expect(again.map(({ description }) => description)).toEqual([]);
      }),
      { numRuns: runs },
    );
    expect([...seen.keys()].toSorted()).toEqual(["duplicate-policy", "merge-blocks", "redundant-rule"]);
  });
});
