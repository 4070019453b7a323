import { type Cluster, type ObjectRef, analyzeCluster, readManifests } from "@npa/core";
import { type OptimizationPlan, optimizeCluster, renderedManifests } from "@npa/core/optimize";
import { type CalicoScenario, type KubeObject, createOracle } from "@npa/fixtures";
import * as fc from "fast-check";
import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import { repetitiveClusters } from "./repetitive-clusters.ts";
import { hasKubectl, readWithKubectl } from "../../packages/core/test/kubectl/local-kubectl.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 15);

interface Optimized {
  readonly plan: OptimizationPlan;
  /** The objects with the policies as they are printed. */
  readonly made: readonly KubeObject[];
  readonly cluster: Cluster;
  /** What is printed, as text. */
  readonly text: string;
}

function optimized(objects: readonly KubeObject[], asked: CalicoScenario["assumptions"]): Optimized {
  const { clusterPodCidrs: _podCidrs, domains: _domains, requests: _requests, ...assumptions } = asked;
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const cluster = readManifests([{ name: "c.json", text }], { live: true });
  const { plan } = optimizeCluster(cluster, { rules: [], assumptions });
  const manifests = renderedManifests(cluster, plan);
  const printed = loadAll(manifests) as KubeObject[]; // npa prints objects
  const keyOf = (kind: unknown, { namespace = "", name }: { namespace?: unknown; name?: unknown }): string =>
    JSON.stringify([kind, namespace, name]);
  // Policies that are not evaluated, as those for nodes of Cilium, are not printed.
  const known = new Set([...cluster.policies, ...cluster.refusedPolicies].map(({ ref }) => keyOf(ref.kind, ref)));
  // NetworkPolicies all are, whether or not their namespace is written.
  const others = objects.filter(
    ({ apiVersion, kind, metadata }) =>
      apiVersion !== "networking.k8s.io/v1" && !known.has(keyOf(kind, metadata as object)),
  );
  return { plan, made: [...others, ...printed], cluster, text: manifests };
}

/** Objects by kind, namespace and name. */
function names(objects: readonly KubeObject[]): readonly string[] {
  return objects.map(({ kind, metadata }) => {
    const { namespace = "", name } = metadata as { readonly namespace?: string; readonly name: string };
    return `${String(kind)} ${namespace}/${name}`;
  });
}

function keyOf(what: string, { kind, namespace = "", name }: Partial<ObjectRef> = {}): string {
  return `${what} ${kind} ${namespace}/${name}`;
}

/** How often nothing stands where something could. */
function emptyPlaces(value: unknown): number {
  if (value === null || value === "" || (Array.isArray(value) && value.length === 0)) return 1;
  return typeof value === "object" ? Object.values(value).reduce((sum: number, each) => sum + emptyPlaces(each), 0) : 0;
}

describe("what npa optimize makes of policies of other kinds", () => {
  it("decides the same for the naive oracle, passes its own check, and leaves nothing to do", () => {
    const seen = new Set<string>();
    fc.assert(
      fc.property(repetitiveClusters, ({ objects, packets, assumptions }) => {
        const { plan, made } = optimized(objects, assumptions);
        expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
        for (const { type, objects: changed } of plan.steps)
          if (changed[0]?.apiVersion !== "networking.k8s.io/v1") seen.add(type);
        const [was, is] = [createOracle(objects, assumptions), createOracle(made, assumptions)];
        for (const packet of packets)
          expect({ packet, verdict: is.verdict(packet) }).toEqual({ packet, verdict: was.verdict(packet) });
        expect(optimized(made, assumptions).plan.steps.map(({ description }) => description)).toEqual([]);
      }),
      { numRuns: runs },
    );
    expect([...seen].toSorted()).toEqual(["duplicate-policy", "merge-blocks", "redundant-policy", "redundant-rule"]);
  });

  it("is what the rules tell of: what they call safe is made, the rest is left alone with a reason", () => {
    const told = /^(?:duplicate-policy|redundant-policy)$/;
    let count = 0;
    fc.assert(
      fc.property(repetitiveClusters, ({ objects }) => {
        const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
        const cluster = readManifests([{ name: "c.json", text }], { live: true });
        const { steps, withheld } = optimizeCluster(cluster).plan;
        const [made, left] = [steps, withheld].map((all) =>
          all.map(({ type, objects: [first] }) => keyOf(type, first)),
        );
        for (const { ruleId, object, fix } of analyzeCluster(cluster).findings) {
          if (!told.test(ruleId) || object.apiVersion === "networking.k8s.io/v1") continue;
          count++;
          const planned = fix?.kind === "safe" ? made : [...(made ?? []), ...(left ?? [])];
          expect(planned).toContain(keyOf(ruleId, object));
        }
      }),
      { numRuns: runs },
    );
    expect(count).toBeGreaterThan(0);
  });

  it("is printed as an API server takes it: every object once, in order, nothing refused that was not, nothing empty added", () => {
    const texts: string[] = [];
    fc.assert(
      fc.property(repetitiveClusters, ({ objects, assumptions }) => {
        const { plan, cluster, text } = optimized(objects, assumptions);
        const printed = loadAll(text) as KubeObject[]; // npa prints objects
        const read = readManifests([{ name: "made.yaml", text }], { live: true });
        const refused = ({ refusedPolicies }: Cluster): readonly string[] =>
          names(refusedPolicies.map(({ ref }) => ({ kind: ref.kind, metadata: ref }))).toSorted();
        // Those of Cilium for nodes, too.
        const all = [...read.policies, ...(read.hostPolicies ?? [])];
        const inForce = names(all.map(({ ref }) => ({ kind: ref.kind, metadata: ref })));
        // What only other versions refuse may go as other policies do.
        const isPrinted = new Set(names(printed));
        expect(refused(read)).toEqual(refused(cluster).filter((name) => isPrinted.has(name)));
        // What some versions of Cilium refuse is both.
        expect(new Set([...inForce, ...refused(read)]).size).toBe(printed.length);
        expect(new Set(names(printed)).size).toBe(printed.length);
        const known = new Set(cluster.problems.map(({ code }) => code));
        expect(read.problems.filter(({ code }) => !known.has(code))).toEqual([]);
        const policies = objects.filter(({ kind }) => String(kind).endsWith("Policy"));
        if (plan.steps.length > 0) expect(emptyPlaces(printed)).toBeLessThanOrEqual(emptyPlaces(policies));
        const order = printed.map(({ metadata }) => metadata as { readonly namespace?: string; readonly name: string });
        const keys = order.map(({ namespace = "", name }) => `${namespace}\u0000${name}`);
        expect(keys).toEqual(keys.toSorted());
        for (const { name } of order) expect(name).toMatch(/^(?=.{1,253}$)[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/);
        if (text !== "") texts.push(text);
      }),
      { numRuns: runs },
    );
    // kubectl reads the same objects of it, where it is installed.
    if (hasKubectl)
      expect(readWithKubectl(texts).map((objects) => names(objects as readonly KubeObject[]))).toEqual(
        texts.map((text) => names(loadAll(text) as KubeObject[])),
      );
  });
});
