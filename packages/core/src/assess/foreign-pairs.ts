import type { Cluster, Namespace } from "../model/cluster.ts";
import { type Direction, type Peer, type Policy, type Rule, directions } from "../model/policy.ts";
import { type NamespacePairs, countNamespacePairs } from "../reachability/count-namespace-pairs.ts";
import type { Bound } from "../reachability/part-expander.ts";
import { Reachability } from "../reachability/reachability.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { matchesSelector } from "../semantics/match-selector.ts";

/**
 * How many ordered pairs the pods of each namespace would have, one way, with those of a second namespace of other name
 * that is like it in all else. A score that counts it among the others is that of one namespace and of a hundred copies.
 */
export function twinPairs(
  reachability: Reachability,
  bound: Bound,
  pairs: ReadonlyMap<string, NamespacePairs>,
  policiesOf: ReadonlyMap<string | undefined, readonly Policy[]>,
): ReadonlyMap<string, number> {
  const twins = new Map<string, number>();
  const unclear = new Map<string, Namespace>();
  for (const namespace of reachability.cluster.namespaces.values()) {
    const { name } = namespace;
    const policies = policiesOf.get(name) ?? [];
    if (!policies.some((policy) => hasOwnPeers(policy, name))) twins.set(name, pairs.get(name)?.inside ?? 0);
    else if (directions.every((direction) => mayMeetTwin(reachability, namespace, policies, direction)))
      unclear.set(name, namespace);
  }
  if (unclear.size === 0) return twins;
  const { shared: _, ...options } = reachability.options;
  const foreign = new Reachability(foreignView(reachability.cluster, unclear, policiesOf), options);
  for (const [name, { inside }] of countNamespacePairs(foreign, bound)) twins.set(name, inside);
  return twins;
}

function hasOwnPeers(policy: Policy, namespace: string): boolean {
  return directions.some((direction) =>
    allowingRules(policy, direction).some(
      ({ peers }) => peers !== "any" && peers.some((peer) => isOwnPeer(peer, namespace)),
    ),
  );
}

/** Whether a peer speaks of the policy's own namespace only. */
function isOwnPeer(peer: Peer, namespace: string): boolean {
  if (peer.type !== "pods") return false;
  if (peer.namespaceSelector === undefined) return true;
  return peer.namespaceSelector.requirements.some(
    ({ key, operator, values }) =>
      key === namespaceNameLabel && operator === "In" && values.every((value) => value === namespace),
  );
}

/** Whether some pod is open in a direction for pods of a namespace with these labels. May be true when in truth none is. */
function mayMeetTwin(
  reachability: Reachability,
  { name, declared, labels }: Namespace,
  policies: readonly Policy[],
  direction: Direction,
): boolean {
  const [first, end] = reachability.pods.ranges.get(name) ?? [0, 0];
  for (let id = first; id < end; id++) if (!reachability.isIsolated(id, direction)) return true;
  const meets = ({ peers }: Rule): boolean =>
    peers === "any" ||
    peers.some((peer) => {
      if (peer.type === "ipBlock") return reachability.options.assumptions.ipBlockMatchesPods;
      if (peer.type !== "pods") return true;
      if (isOwnPeer(peer, name) || peer.namespaceSelector === undefined) return false;
      return !declared || matchesSelector(peer.namespaceSelector, labels);
    });
  return policies.some((policy) => allowingRules(policy, direction).some(meets));
}

/** Some namespaces of a cluster, with their policies as pods of another namespace with the same labels meet them. */
function foreignView(
  cluster: Cluster,
  namespaces: ReadonlyMap<string, Namespace>,
  policiesOf: ReadonlyMap<string | undefined, readonly Policy[]>,
): Cluster {
  return {
    ...cluster,
    namespaces,
    workloads: cluster.workloads.filter(({ namespace }) => namespaces.has(namespace)),
    policies: [...namespaces.keys()].flatMap((name) =>
      (policiesOf.get(name) ?? []).map((policy) => ({
        ...policy,
        rules: { ingress: foreignRules(policy, "ingress", name), egress: foreignRules(policy, "egress", name) },
      })),
    ),
  };
}

function foreignRules(policy: Policy, direction: Direction, namespace: string): readonly Rule[] {
  return policy.rules[direction].flatMap((rule) => {
    if (rule.peers === "any") return [rule];
    const peers = rule.peers.filter((peer) => !isOwnPeer(peer, namespace));
    return peers.length === 0 ? [] : [{ ...rule, peers }];
  });
}
