import { type Cluster, type SourceText, readManifests } from "@npa/core";
import { optimizeSources, renderedManifests } from "@npa/core/optimize";
import { type KubeObject, createOracle, toYaml } from "@npa/fixtures";
import * as fc from "fast-check";
import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import { Optimizer } from "../../packages/core/src/analysis/optimize-cluster.ts";
import type { WhyNot } from "../../packages/core/src/optimize/step.ts";
import { repetitiveClusters } from "./repetitive-clusters.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 15);

/** Policies of two teams, or of none. */
function owned(objects: readonly KubeObject[], choices: readonly number[]): readonly KubeObject[] {
  return objects.map((object, i) => {
    const team = ["a", "b"][choices[i % choices.length] ?? 0];
    if (team === undefined || !String(object["kind"]).endsWith("Policy")) return object;
    return { ...object, metadata: { ...(object["metadata"] as object), labels: { team } } };
  });
}

/** Something that is to stay, of a policy or of a part of it: always the same of the same. */
function pinning(seed: number): WhyNot {
  return ({ ref }, path) => {
    const text = `${seed} ${ref.kind} ${ref.name} ${path === undefined ? "" : JSON.stringify(path)}`;
    let hash = 7;
    for (const char of text) hash = (hash * 31 + (char.codePointAt(0) ?? 0)) % 1_000_003;
    return hash % 4 === 0 ? "it is to stay" : undefined;
  };
}

describe("what npa optimize makes of policies of which some is to stay", () => {
  it("rests on nothing that is left alone: it passes its own check, and decides the same for the naive oracle", () => {
    let [left, steps] = [0, 0];
    fc.assert(
      fc.property(
        repetitiveClusters,
        fc.array(fc.nat(5), { minLength: 5, maxLength: 9 }),
        fc.nat(1000),
        (scenario, teams, seed) => {
          const { packets, assumptions } = scenario;
          const { clusterPodCidrs: _podCidrs, domains: _domains, requests: _requests, ...asked } = assumptions;
          const objects = owned(scenario.objects, teams);
          const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
          const cluster = readManifests([{ name: "c.json", text }], { live: true });
          const optimizer = new Optimizer(cluster, { rules: [], assumptions: asked });
          const { plan } = optimizer.optimized(optimizer.planned(pinning(seed)));
          left += plan.withheld.length;
          steps += plan.steps.length;
          expect(plan.withheld.filter(({ type }) => type === "plan")).toEqual([]);
          expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
          const printed = loadAll(renderedManifests(cluster, plan)) as KubeObject[]; // npa prints objects
          const [was, is] = [objects, [...beside(objects, cluster), ...printed]].map((all) =>
            createOracle(all, assumptions),
          );
          for (const packet of packets) expect(is?.verdict(packet)).toBe(was?.verdict(packet));
        },
      ),
      { numRuns: runs },
    );
    expect(left).toBeGreaterThan(runs / 2);
    expect(steps).toBeGreaterThan(runs / 2);
  });

  it("is written into files, of which some cannot be written, and decides the same there", () => {
    let steps = 0;
    fc.assert(
      fc.property(repetitiveClusters, fc.nat(3), fc.nat(6), (scenario, parts, locked) => {
        const { packets, assumptions, objects } = scenario;
        const { clusterPodCidrs: _podCidrs, domains: _domains, requests: _requests, ...asked } = assumptions;
        const sources = Array.from({ length: parts + 1 }, (_, part) => ({
          name: `${part}.yaml`,
          text: [...toYaml(objects.filter((__, i) => i % (parts + 1) === part))].join(""),
        })).filter(({ text }) => text !== "");
        const isLocked = (name: string): boolean => name === `${locked}.yaml`;
        const cannotWrite = (name: string): string | undefined => (isLocked(name) ? "it is locked" : undefined);
        const read = (texts: readonly SourceText[]): Cluster => readManifests(texts);
        const refused = refusedBy(read(sources));
        const given = { rules: [], assumptions: asked, read, cannotWrite };
        const result = optimizeSources({ ...given, sources });
        steps += result.plan.steps.length;
        const changed = new Map(result.files().map(({ name, after }) => [name, after]));
        expect([...changed.keys()].filter(isLocked)).toEqual([]);
        const after = sources.map(({ name, text }) => ({ name, text: changed.get(name) ?? text }));
        const left = refusedBy(read(after));
        expect(left.always).toEqual(refused.always);
        // What only other versions refuse may go as other policies do.
        expect(refused.byVersions).toEqual(expect.arrayContaining([...left.byVersions]));
        const again = optimizeSources({ ...given, sources: after });
        if (read(after).policies.length > 0) expect(again.plan.steps.map(({ description }) => description)).toEqual([]);
        const dataplane = read(sources).assumed?.dataplane;
        const world = dataplane === "calico" || dataplane === "cilium" ? { ...assumptions, dataplane } : assumptions;
        const loaded = after.flatMap(({ text }) => loadAll(text) as KubeObject[]); // of what objects were written as
        const [was, is] = [objects, loaded].map((all) => createOracle(all, world));
        if (refused.always.length + refused.byVersions.length > 0) return; // the oracle takes what an API server takes
        for (const packet of packets) expect(is?.verdict(packet)).toBe(was?.verdict(packet));
      }),
      { numRuns: runs },
    );
    expect(steps).toBeGreaterThan(runs / 2);
  });
});

/** The policies that all versions refuse, and those that only some do. */
function refusedBy({ refusedPolicies }: Cluster): Record<"always" | "byVersions", readonly string[]> {
  const namesOf = (isOfVersions: boolean): readonly string[] =>
    refusedPolicies
      .filter(({ until }) => (until !== undefined) === isOfVersions)
      .map(({ ref: { kind, namespace = "", name } }) => `${kind} ${namespace}/${name}`)
      .toSorted();
  return { always: namesOf(false), byVersions: namesOf(true) };
}

/** What is not printed. */
function beside(objects: readonly KubeObject[], { policies, refusedPolicies }: Cluster): readonly KubeObject[] {
  const keyOf = (kind: unknown, { namespace = "", name }: { namespace?: unknown; name?: unknown }): string =>
    JSON.stringify([kind, namespace, name]);
  const printed = new Set([...policies, ...refusedPolicies].map(({ ref }) => keyOf(ref.kind, ref)));
  return objects.filter(
    ({ apiVersion, kind, metadata }) =>
      apiVersion !== "networking.k8s.io/v1" && !printed.has(keyOf(kind, metadata as object)),
  );
}
