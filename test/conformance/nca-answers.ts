import { type Cluster, type Policy, buildReachability } from "@npa/core";
import { completeAssumptions } from "@npa/core/internal";
import { type ComparedRelations, compareRelations } from "../../packages/core/src/reachability/compare-relations.ts";
import type { Reachability } from "../../packages/core/src/reachability/reachability.ts";
import { noConnections } from "../../packages/core/src/sets/connection-set.ts";
import { decidingRules } from "../../packages/core/src/semantics/rules-in-force.ts";
import { withoutParts } from "../../packages/core/src/symbolic/without-parts.ts";
import type { Part } from "../../packages/core/src/symbolic/redundancy.ts";
import { type NcaVerdict, nameOf } from "./nca-config.ts";
import { topologyChanges } from "./nca-topology.ts";
import { theirAssumptions } from "./npa-relation.ts";

/** npa's answer to a query about one configuration or two, as the number that the other tool gives. */
export type NcaAnswer = (first: Cluster, second: Cluster, verdict: NcaVerdict) => number;

/** By the kind of query. All are about the pods that are present, and about both directions jointly. */
export const ncaAnswers: Readonly<Record<string, NcaAnswer>> = {
  equivalence: (first, second) => Number(!contained(first, second) || !contained(second, first)),
  containment: (first, second) => Number(contained(first, second)),
  twoWayContainment: (first, second) => twoWay(contained(first, second), contained(second, first)),
  semanticDiff: (first, second) => topologyChanges(compare(first, second)),
  strongEquivalence: (first, second) => Number(!stronglyEquivalent(first, second)),
  pairwiseInterferes: (first, second) => Number(interferes(first, second)),
  permits: (first, second) => Number(differences(first, second, "captured").lost),
  forbids: (first, second) => Number(sharesCaptured(first, second)),
  vacuity: (first) => Number(isVacuous(first)),
  emptiness: (first) => emptyParts(first).length,
  redundancy: (first) => redundantParts(first).length,
  allCaptured: (first) => notCaptured(first),
  sanity: (first) => faults(first),
};

function compare(first: Cluster, second: Cluster): ComparedRelations {
  // The clusters of two configurations may share their pods as objects: the comparison tells them apart by side.
  return compareRelations(first, second, {
    assumptions: completeAssumptions({ assumptions: theirAssumptions(first) }),
  });
}

/** What of the first is lost in the second, and what is won; `captured` looks at pairs that policies of the first decide on. */
function differences(first: Cluster, second: Cluster, of: "all" | "captured"): { lost: boolean; won: boolean } {
  const compared = compare(first, second);
  let [lost, won] = [false, false];
  for (const { source, target, before, after } of compared.differences()) {
    const isCaptured =
      compared.before.isIsolated(source.before, "egress") || compared.before.isIsolated(target.before, "ingress");
    if (of === "captured" && !isCaptured) continue;
    if (compared.table.difference(before, after) !== noConnections) lost = true;
    if (compared.table.difference(after, before) !== noConnections) won = true;
  }
  return { lost, won };
}

function contained(first: Cluster, second: Cluster): boolean {
  return !differences(first, second, "all").lost;
}

/** 3 equal, 1 the second is a proper subset, 2 the first is one, 0 neither. */
function twoWay(isFirstInside: boolean, isSecondInside: boolean): number {
  if (isFirstInside) return isSecondInside ? 3 : 0;
  return isSecondInside ? 1 : 0;
}

/** Whether something that policies of the first decide on is allowed by both. */
function sharesCaptured(first: Cluster, second: Cluster): boolean {
  const { before, after, table, endpoints } = compare(first, second);
  return endpoints.some((source) =>
    endpoints.some((target) => {
      if (source.workload === undefined && target.workload === undefined) return false;
      if (!before.isIsolated(source.before, "egress") && !before.isIsolated(target.before, "ingress")) return false;
      const both = table.intersection(
        before.connections(source.before, target.before),
        after.connections(source.after, target.after),
      );
      return both !== noConnections;
    }),
  );
}

/** Whether the first allows more than the second where policies of the second decide. */
function interferes(first: Cluster, second: Cluster): boolean {
  return differences(second, first, "captured").won;
}

/** The same policies by name, each doing the same by itself. */
function stronglyEquivalent(first: Cluster, second: Cluster): boolean {
  const [ours, theirs] = [first, second].map(({ policies }) => new Map(policies.map((one) => [nameOf(one), one])));
  if (ours === undefined || theirs === undefined || ours.size !== theirs.size) return false;
  return [...ours].every(([name, policy]) => {
    const other = theirs.get(name);
    if (other === undefined) return false;
    const [one, two] = [only(first, [policy]), only(second, [other])];
    return contained(one, two) && contained(two, one);
  });
}

function only(cluster: Cluster, policies: readonly Policy[]): Cluster {
  return { ...cluster, policies };
}

function isVacuous(cluster: Cluster): boolean {
  const open = only(cluster, []);
  return cluster.policies.length > 0 && contained(open, cluster) && contained(cluster, open);
}

function reach(cluster: Cluster): Reachability {
  return buildReachability(cluster, { assumptions: theirAssumptions(cluster) });
}

/** Policies that select no pod, and rules whose peers are none, of policies that select some. */
function emptyParts(cluster: Cluster): readonly string[] {
  const reachability = reach(cluster);
  return cluster.policies.flatMap((policy) => {
    if (reachability.subjects(policy).size === 0) return [nameOf(policy)];
    return (["ingress", "egress"] as const).flatMap((direction) =>
      decidingRules(policy, direction).flatMap((rule, i) => {
        const { any, certain, places } = reachability.peers.peers(rule, policy.namespace ?? "");
        return any || places.length > 0 || certain.size > 0 ? [] : [`${nameOf(policy)} ${direction} ${i}`];
      }),
    );
  });
}

/** Policies without which the same is allowed, and such rules of the other policies; each by itself. */
function redundantParts(cluster: Cluster): readonly Part[] {
  const parts = (policy: Policy): readonly Part[] => [
    { type: "policy", policy },
    ...(["ingress", "egress"] as const).flatMap((direction) =>
      decidingRules(policy, direction).map((_, rule): Part => ({ type: "rule", policy, direction, rule })),
    ),
  ];
  const isRedundant = (part: Part): boolean => {
    const rest = only(cluster, withoutParts(cluster.policies, [part]));
    return contained(rest, cluster) && contained(cluster, rest);
  };
  return cluster.policies.flatMap((policy) => {
    const [whole, ...rules] = parts(policy);
    if (whole !== undefined && cluster.policies.length > 1 && isRedundant(whole)) return [whole];
    return rules.filter(isRedundant);
  });
}

/** Workloads that no policy isolates, counted once for each direction; where there is no policy at all, once. */
function notCaptured(cluster: Cluster): number {
  const reachability = reach(cluster);
  const open = (direction: "ingress" | "egress"): number =>
    new Set(
      reachability.pods.classes
        .filter(({ id }) => !reachability.isIsolated(id, direction))
        .flatMap(({ members }) => members.map(({ workload }) => workload)),
    ).size;
  if (cluster.policies.length === 0) return reachability.pods.classes.reduce((sum, { pods }) => sum + pods, 0);
  return open("ingress") + open("egress");
}

/** Whether it is vacuous, else which policies are redundant; and what is empty, which is not also called redundant. */
function faults(cluster: Cluster): number {
  const empty = emptyParts(cluster);
  if (isVacuous(cluster)) return 1 + empty.length;
  const redundant = redundantParts(cluster).filter(
    (part) => part.type === "policy" && !empty.includes(nameOf(part.policy)),
  );
  return redundant.length + empty.length;
}
