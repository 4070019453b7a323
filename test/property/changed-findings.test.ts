import { type Cluster, type Finding, readManifests } from "@npa/core";
import { type KubeObject, arbitraryCalicoCluster, arbitraryCiliumCluster, arbitraryCluster } from "@npa/fixtures";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingOptions } from "../../packages/core/src/analysis/analyze.ts";
import {
  type FindingChanges,
  changedFindings,
  changesBetween,
} from "../../packages/core/src/analysis/changed-findings.ts";
import { reachabilityOptions } from "../../packages/core/src/analysis/connectivity.ts";
import { connectionDiff } from "../../packages/core/src/diff/connection-diff.ts";
import { onWorldOf, sameWorld } from "../../packages/core/src/diff/same-world.ts";
import { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { RuleContext } from "../../packages/core/src/rules/context.ts";
import type { RuleDefinition } from "../../packages/core/src/rules/define-rule.ts";
import { allRules } from "../../packages/core/src/rules/registry.ts";
import { askRules, askThese, findingsOf, runRules } from "../../packages/core/src/rules/run-rules.ts";
import { underAssumptions } from "../../packages/core/src/semantics/under-assumptions.ts";
import { propertyRuns } from "./runs.ts";

const kinds = [
  ["Kubernetes", arbitraryCluster()],
  ["Calico", arbitraryCalicoCluster()],
  ["Cilium", arbitraryCiliumCluster()],
] as const;

const isPolicy = ({ kind }: { readonly kind?: unknown }): boolean => String(kind).endsWith("NetworkPolicy");

function clusterOf(objects: readonly KubeObject[]): Cluster {
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
  const cluster = readManifests([{ name: "c.json", text }]);
  const { assumptions } = reachabilityOptions({}, cluster);
  const all = underAssumptions(cluster, assumptions);
  // Cilium reads no AdminNetworkPolicies, which so stand among what is refused; and where the problems of policies differ, nothing is
  // compared.
  return {
    ...all,
    problems: all.problems.filter(({ object }) => object === undefined || !isPolicy(object)),
    policies: all.policies.filter(({ namespace }) => namespace !== undefined),
    refusedPolicies: all.refusedPolicies.filter(({ ref }) => ref.namespace !== undefined),
  };
}

function relationOf(cluster: Cluster): Reachability {
  return new Reachability(cluster, reachabilityOptions({}, cluster));
}

/**
 * These tell of one of several parts that cover another: which one hangs on all that policies of the cluster name. They must
 * say the same of the same rule.
 */
const choosing: ReadonlySet<string> = new Set(["restriction-undone", "redundant-rule", "redundant-policy"]);

function said(finding: Finding): string {
  if (!choosing.has(finding.ruleId)) return JSON.stringify(finding);
  const rule = /spec\.(?:ingress|egress)\[\d+\]/.exec(finding.location?.path ?? "")?.[0];
  return JSON.stringify([finding.ruleId, finding.severity, finding.object, rule]);
}

function saidOf({ added, gone }: FindingChanges): unknown {
  return [added, gone].map((findings) => [...new Set(findings.map(said))].toSorted());
}

describe("findings that a change of policies makes and takes away", () => {
  const options = { ...findingOptions({}), share: 1 };
  const fully = (cluster: Cluster): readonly Finding[] =>
    options.select(cluster, runRules(relationOf(cluster)).findings);

  it("are also in namespaces whose policies name pods that a changed policy selects", () => {
    const pod = (namespace: string): KubeObject => ({
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "p", namespace, labels: { app: namespace } },
    });
    const policy = (namespace: string, spec: object): KubeObject => ({
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name: "np", namespace },
      spec: { podSelector: {}, ...spec },
    });
    const to = [{ namespaceSelector: {}, podSelector: { matchLabels: { app: "b" } } }];
    const world = [pod("a"), pod("b"), pod("c"), policy("a", { policyTypes: ["Egress"], egress: [{ to }] })];
    const [before, after] = [clusterOf(world), clusterOf([...world, policy("b", { policyTypes: ["Ingress"] })])];
    const { compared } = connectionDiff(before, onWorldOf(before, after), reachabilityOptions({}, before, after));
    const found = changedFindings({ before, after, compared, origins: sameWorld(before, after) ?? new Map() }, options);
    expect(found).toEqual(changesBetween(fully(before), fully(after)));
    expect(found?.added.map(({ ruleId, object }) => [ruleId, object.namespace])).toContainEqual([
      "one-sided-allow",
      "a",
    ]);
  });

  it.each(kinds)("are those of two analyses: %s", (_, objects) => {
    let changes = 0;
    const { runs, wanted } = propertyRuns(25);
    fc.assert(
      fc.property(objects, objects, fc.infiniteStream(fc.integer({ min: 0, max: 3 })), (one, other, chances) => {
        const kept = one.filter((object) => !isPolicy(object) || chances.next().value > 0);
        const more = other.filter((object) => isPolicy(object) && chances.next().value === 0);
        const [before, after] = [clusterOf(one), clusterOf([...kept, ...more])];
        const origins = sameWorld(before, after);
        // Policies that are refused, or for nodes, are more than policies in force.
        if (origins === undefined) return;
        const { compared } = connectionDiff(before, onWorldOf(before, after), reachabilityOptions({}, before, after));
        const found = changedFindings({ before, after, compared, origins }, options);
        if (found === undefined) return;
        const whole = changesBetween(fully(before), fully(after));
        changes += whole.added.length + whole.gone.length;
        expect(saidOf(found)).toEqual(saidOf(whole));
      }),
      { numRuns: runs },
    );
    expect(changes).toBeGreaterThan(wanted(10));
  });
});

describe("rules that say what their findings depend on", () => {
  const declared = allRules.filter(({ dependsOn }) => dependsOn !== undefined);
  const seen = new Map<string, number>();

  it.each(kinds)("find in a namespace what hangs on no other policies: %s", (_, objects) => {
    fc.assert(
      fc.property(objects, (all) => {
        const cluster = clusterOf(all);
        for (const { rule, whole, apart } of lies(cluster, declared)) {
          seen.set(rule, (seen.get(rule) ?? 0) + whole.length);
          expect([rule, apart]).toEqual([rule, whole]);
        }
      }),
      { numRuns: propertyRuns(15).runs },
    );
  });

  it("are those of which something was found", () => {
    expect([...seen.values()].filter((count) => count > 0).length).toBeGreaterThan(declared.length / 2);
  });

  it("would be seen to lie", () => {
    const liar = allRules.find(({ id }) => id === "namespace-without-policies") as RuleDefinition; // it is there
    let found = 0;
    fc.assert(
      fc.property(arbitraryCluster(), (all) => {
        for (const { whole, apart } of lies(clusterOf(all), [{ ...liar, dependsOn: "namespace" }]))
          if (JSON.stringify(whole) !== JSON.stringify(apart)) found++;
      }),
      { numRuns: 30 },
    );
    expect(found).toBeGreaterThan(0);
  });
});

/** What each rule finds in each namespace, and what it finds there without the policies that it says it does not depend on. */
function lies(
  cluster: Cluster,
  rules: readonly RuleDefinition[],
): readonly { readonly rule: string; readonly whole: readonly string[]; readonly apart: readonly string[] }[] {
  const relation = relationOf(cluster);
  const { reported } = askThese(new RuleContext(relation), rules);
  const full = findingsOf({ reported, notEvaluated: [] }).findings;
  return [...cluster.namespaces.keys(), ""].flatMap((namespace) => {
    const isOwn = (name = ""): boolean => name === namespace;
    const own = cluster.policies.filter((policy) => isOwn(policy.namespace));
    const named = new Set(own.flatMap((policy) => namedBy(policy, relation)));
    const states = {
      namespace: own,
      ends: cluster.policies.filter((policy) => isOwn(policy.namespace) || named.has(policy.namespace ?? "")),
    };
    const at = (findings: readonly Finding[], { id }: RuleDefinition): readonly string[] =>
      findings
        .filter(({ ruleId, object }) => {
          const place = object.namespace ?? (object.kind === "Namespace" ? object.name : "");
          return ruleId === id && isOwn(place);
        })
        .map(said)
        .toSorted();
    return rules.flatMap((rule) => {
      const whole = [...new Set(at(full, rule))];
      const alone = askRules(relationOf({ ...cluster, policies: states[rule.dependsOn ?? "ends"] }), { rules: [rule] });
      const seen = askThese(new RuleContext(relation, undefined, { policies: own }), [rule]);
      return [alone, seen].map(({ reported: some }) => ({
        rule: rule.id,
        whole,
        apart: [...new Set(at(findingsOf({ reported: some, notEvaluated: [] }).findings, rule))],
      }));
    });
  });
}

function namedBy({ namespace = "", rules }: Cluster["policies"][number], relation: Reachability): readonly string[] {
  const peers = [...rules.ingress, ...rules.egress].flatMap(({ peers: each }) => (each === "any" ? [] : each));
  const classes = peers.flatMap((peer) =>
    peer.type === "pods" ? relation.peers.podPeer(peer, namespace).possible.toArray() : [],
  );
  return classes.flatMap((id) => relation.podClass(id)?.namespace ?? []);
}
