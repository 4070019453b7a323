import { type Cluster, type Finding, analyzeCluster, readManifests } from "@npa/core";
import { type OptimizeOptions, optimizeCluster, optimizeSources, renderedManifests } from "@npa/core/optimize";
import {
  type KubeObject,
  type Scenario,
  arbitraryCiliumScenario,
  arbitraryScenario,
  createOracle,
  toYaml,
} from "@npa/fixtures";
import * as fc from "fast-check";
import { loadAll } from "js-yaml";
import { describe, expect, it } from "vitest";
import { applyOperation } from "../../packages/core/src/optimize/apply-patch.ts";
import { policyKey } from "../../packages/core/src/semantics/canonical-key.ts";
import type { JsonValue } from "../../packages/core/src/answers/finding.ts";
import { alike, parted } from "./alike-policies.ts";
import { manifestOf } from "./manifest-of.ts";

const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? 40);

/** Without rules nothing rests on findings: the passes are attacked with all that they can do. */
const options: fc.Arbitrary<OptimizeOptions> = fc.record({ mergeOwned: fc.boolean(), rules: fc.constant([]) });

/** Policies with few selectors in few namespaces, so that much is alike; pods of the same cluster, and those of another. */
const inputs = fc
  .tuple(
    arbitraryScenario({ packets: 15, maxPolicies: 8 }),
    arbitraryScenario({ packets: 15, maxPolicies: 2 }),
    fc.array(fc.nat(7), { minLength: 8, maxLength: 8 }),
    options,
  )
  .map(([scenario, other, choices, chosen]) => {
    const { policies, rest } = parted(scenario.objects);
    return { policies: alike(policies, choices), rest, packets: scenario.packets, other, options: chosen };
  });

function clusterOf(...objects: readonly (readonly KubeObject[])[]): Cluster {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects.flat() });
  return readManifests([{ name: "c.json", text }]);
}

/** The policies of a cluster as objects. */
function objectsOf({ policies }: Cluster): readonly KubeObject[] {
  return policies.map(manifestOf);
}

function answers(objects: readonly KubeObject[], { packets }: Pick<Scenario, "packets">): readonly string[] {
  const oracle = createOracle(objects);
  const isolated = oracle.pods.flatMap(({ id }) =>
    (["ingress", "egress"] as const).map((direction) => `${id} ${direction} ${oracle.isolated(id, direction)}`),
  );
  return [...packets.map((packet) => `${JSON.stringify(packet)} ${oracle.verdict(packet)}`), ...isolated];
}

const keysOf = ({ policies }: Cluster): readonly string[] => policies.map(policyKey).toSorted();

describe("what npa optimize makes of random policies", () => {
  it("isolates and allows the same for the naive oracle, on the pods that are there and on others", () => {
    let steps = 0;
    fc.assert(
      fc.property(inputs, ({ policies, rest, packets, other, options: given }) => {
        const { plan, cluster } = optimizeCluster(clusterOf(rest, policies), given);
        steps += plan.steps.length;
        expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
        const after = objectsOf(cluster);
        expect(answers([...rest, ...after], { packets })).toEqual(answers([...rest, ...policies], { packets }));
        const others = parted(other.objects).rest;
        expect(answers([...others, ...after], other)).toEqual(answers([...others, ...policies], other));
      }),
      { numRuns: runs },
    );
    expect(steps).toBeGreaterThan(runs / 2);
  });

  it("does so where Cilium enforces them beside policies of its own", () => {
    let steps = 0;
    fc.assert(
      fc.property(
        inputs,
        arbitraryCiliumScenario({ maxPolicies: 0, packets: 15 }),
        ({ policies, options: given }, own) => {
          const before = [...own.objects, ...policies];
          const cluster = clusterOf(before);
          const { plan } = optimizeCluster(cluster, given);
          steps += plan.steps.filter(({ objects: [first] }) => first?.apiVersion === "networking.k8s.io/v1").length;
          expect(plan.proof).toEqual({ verdict: "equivalent", differences: 0 });
          // As they are printed: what Cilium reads otherwise than Kubernetes is written as it was.
          const printed = loadAll(renderedManifests(cluster, plan)) as KubeObject[];
          const after = [...own.objects, ...parted(printed).policies];
          expect(answers(after, own)).toEqual(answers(before, own));
        },
      ),
      { numRuns: runs },
    );
    expect(steps).toBeGreaterThan(runs / 6);
  });

  it("is smaller in every measure but the score, has nothing left to do, and does not depend on the input's order", () => {
    fc.assert(
      fc.property(inputs, ({ policies, rest, options: given }) => {
        const { plan, cluster } = optimizeCluster(clusterOf(rest, policies), given);
        const { complexity: _, performanceScore: __, ...measures } = plan.before;
        for (const [key, before] of Object.entries(measures))
          expect(`${key} ${plan.after[key as keyof typeof measures] <= before}`).toBe(`${key} true`);
        if (plan.steps.length > 0) expect(plan.after.writtenEntries).toBeLessThan(plan.before.writtenEntries);
        const again = optimizeCluster(clusterOf(rest, objectsOf(cluster)), given);
        expect(again.plan.steps.map(({ description }) => description)).toEqual([]);
        const turned = optimizeCluster(clusterOf(policies.toReversed(), rest), given);
        expect(keysOf(turned.cluster)).toEqual(keysOf(cluster));
      }),
      { numRuns: runs },
    );
  });

  it("is what the patches of its steps make of the input, one after the other", () => {
    fc.assert(
      fc.property(inputs, ({ policies, options: given }) => {
        const input = clusterOf(policies);
        const { plan, cluster } = optimizeCluster(input, given);
        const objects = new Map(
          objectsOf(input).map((object, i) => [keyOf(input.policies[i]?.ref), object as unknown as JsonValue] as const), // made from JSON text
        );
        for (const { object, ...operation } of plan.steps.flatMap(({ patch }) => patch)) {
          const key = keyOf(object);
          const value = objects.get(key);
          if (value === undefined) throw new Error(`there is no ${key}`);
          objects.delete(key);
          const after = applyOperation(value, operation);
          const name =
            operation.path === "/metadata/name" && typeof operation.value === "string" ? operation.value : object.name;
          if (after !== undefined) objects.set(keyOf({ ...object, name }), after);
        }
        const made = clusterOf([...objects.values()] as unknown as readonly KubeObject[]); // the objects of the input, patched
        expect(keysOf(made).map(withoutTypes)).toEqual(keysOf(cluster).map(withoutTypes));
      }),
      { numRuns: runs },
    );
  });

  it("is written into the files with every comment that was there, and proves the same there", () => {
    let written = 0;
    fc.assert(
      fc.property(
        inputs,
        fc.array(fc.nat(200), { maxLength: 4 }),
        fc.nat(2),
        fc.array(fc.nat(7), { maxLength: 2 }),
        ({ policies, rest, options: given }, places, parts, again) => {
          const files = Array.from({ length: parts + 1 }, (_, part) =>
            policies.filter((__, i) => i % (parts + 1) === part),
          );
          // Not in force, as long as that of the same name is there.
          const earlier = again.flatMap((at): KubeObject[] => {
            const policy = policies[at];
            return policy === undefined ? [] : [{ ...policy, spec: aloneInIt }];
          });
          const sources = [earlier, ...files, rest]
            .filter((objects) => objects.length > 0)
            .map((objects, i) => ({ name: `${i}.yaml`, text: commented([...toYaml(objects)].join(""), places, i) }));
          const result = optimizeSources({ ...given, sources, read: (texts) => readManifests(texts) });
          const changed = result.files();
          written += changed.length;
          for (const { before = "", after } of changed)
            for (const comment of before.match(/# comment \d+ \d+$/gm) ?? []) expect(after).toContain(comment);
          const texts = sources.map(({ name, text }) => changed.find((file) => file.name === name)?.after ?? text);
          const after = readManifests(texts.map((text, i) => ({ name: `${i}.yaml`, text })));
          expect(optimizeCluster(after, given).plan.before.writtenEntries).toBe(result.plan.after.writtenEntries);
          expect(keysOf(readManifests([{ name: "all.yaml", text: result.manifests() }]))).toEqual(keysOf(after));
        },
      ),
      { numRuns: runs },
    );
    expect(written).toBeGreaterThan(runs / 4);
  });

  it("raises no finding of medium severity or more", () => {
    const grave = (cluster: Cluster): ReadonlyMap<string, number> => {
      const counts = new Map<string, number>();
      for (const { ruleId, severity, object } of analyzeCluster(cluster).findings) {
        if (severity === "low" || severity === "info") continue;
        const key = `${ruleId} in ${object.namespace}`;
        counts.set(key, (counts.get(key) ?? 0) + 1);
      }
      return counts;
    };
    fc.assert(
      fc.property(inputs, ({ policies, rest }) => {
        const before = clusterOf(rest, policies);
        const { plan, cluster } = optimizeCluster(before);
        if (plan.steps.length === 0) return;
        // Written as what is left is: that Ingress is denied by a policy that names no types is no default deny.
        const was = grave(clusterOf(rest, objectsOf(before)));
        for (const [key, count] of grave(clusterOf(rest, objectsOf(cluster))))
          expect([key, count]).toEqual([key, Math.min(count, was.get(key) ?? 0)]);
      }),
      { numRuns: runs },
    );
  });

  it("is what rules 33 to 37 tell of, and the rules tell of all of it", () => {
    const told = /^(?:duplicate-policy|redundant-policy|redundant-rule|mergeable-policies)$/;
    const ruleOf: Readonly<Record<string, string>> = {
      "redundant-peer": "redundant-rule",
      "redundant-port": "redundant-rule",
      "merge-policies": "mergeable-policies",
    };
    fc.assert(
      fc.property(inputs, ({ policies, rest }) => {
        const cluster = clusterOf(rest, policies);
        const { steps, withheld } = optimizeCluster(cluster).plan;
        const { findings } = analyzeCluster(cluster);
        const made = steps.map(
          ({ type, objects }) => `${ruleOf[type] ?? type} ${objects[0]?.namespace}/${objects[0]?.name}`,
        );
        const left = withheld.map(
          ({ type, objects }) => `${ruleOf[type] ?? type} ${objects[0]?.namespace}/${objects[0]?.name}`,
        );
        const nameOf = ({ ruleId, object }: Finding): string => `${ruleId} ${object.namespace}/${object.name}`;
        const offered = findings.filter(({ ruleId }) => told.test(ruleId));
        for (const finding of offered) expect(finding.fix?.kind === "safe" ? made : left).toContain(nameOf(finding));
        const safe = offered.filter(({ fix }) => fix?.kind === "safe").map(nameOf);
        // What is wrong at the very place is told first, and what adds nothing with it.
        const unclear = new Set(
          findings.filter(({ ruleId }) => ruleId === "invalid-policy").map(({ object }) => keyOf(object)),
        );
        for (const step of made)
          if (!step.startsWith("merge-") && !unclear.has(step.replace(/^\S+ /, ""))) expect(safe).toContain(step);
      }),
      { numRuns: runs },
    );
  });
});

/** What nobody else says. */
const aloneInIt = { podSelector: { matchLabels: { "only-here": "x" } }, policyTypes: ["Ingress"] };

function keyOf(ref: { readonly namespace?: string; readonly name: string } | undefined): string {
  return `${ref?.namespace ?? ""}/${ref?.name ?? ""}`;
}

/** How a selector is written makes no difference. */
function withoutTypes(key: string): string {
  return key.replaceAll(/"from":"\w+"/g, "");
}

/** Comments on lines of their own, before some lines of a text and as far in as they are. */
function commented(text: string, places: readonly number[], file: number): string {
  const lines = text.split("\n");
  for (const [i, place] of places.entries()) {
    const at = place % lines.length;
    const indent = /^ */.exec(lines[at] ?? "")?.[0] ?? "";
    lines.splice(at, 0, `${indent}# comment ${file} ${i}`);
  }
  return lines.join("\n");
}
