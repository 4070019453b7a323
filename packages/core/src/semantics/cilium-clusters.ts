import type { Workload } from "../model/cluster.ts";
import { directions, type Peer, type Policy, type Rule } from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";
import { changed } from "./changed.ts";
import { matchesRequirement } from "./match-selector.ts";
import { ciliumTier } from "./tiers.ts";

/** The label of the cluster of a mesh that a pod is in, as identities have it. */
export const clusterLabel = "io.cilium.k8s.policy.cluster";

/** The name of the cluster whose policies are read. */
export const ownCluster = "default";

/**
 * Policies beside pods of other clusters of a mesh: they select pods of their own alone. `peersToo`: "a selector that names no
 * cluster means pods of the local one".
 */
export function inOwnCluster(
  policies: readonly Policy[],
  workloads: readonly Workload[],
  peersToo: boolean,
): readonly Policy[] {
  const values = otherClusters(workloads);
  if (values.length === 0) return policies;
  const own: Requirement = { key: clusterLabel, operator: "NotIn", values, from: "matchLabels" };
  return changed(policies, (policy) => {
    const { subject } = policy;
    // A subject is of the own cluster also where it names another.
    const selected = { ...policy, subject: { ...subject, podSelector: withRequirement(subject.podSelector, own) } };
    const [ingress = [], egress = []] = directions.map((direction) =>
      changed(policy.rules[direction], (rule) => ruleInOwn(rule, own, peersToo)),
    );
    return { ...selected, rules: { ingress, egress } };
  });
}

/** The other clusters of a mesh that pods of the input are in. */
function otherClusters(workloads: readonly Workload[]): readonly string[] {
  const names = workloads.flatMap(({ groups }) => groups.map(({ labels }) => labels[clusterLabel] ?? ownCluster));
  return [...new Set(names)].filter((name) => name !== ownCluster).toSorted();
}

/**
 * Policies where the pods of one cluster are all that there are: peers that they name in others are nobody. What subjects ask is
 * kept: pods have the label of their cluster, and other endpoints of Cilium do not.
 */
export function inOneCluster(policies: readonly Policy[], workloads: readonly Workload[]): readonly Policy[] {
  if (otherClusters(workloads).length > 0) return policies;
  return changed(policies, (policy) => {
    if (policy.tier !== ciliumTier) return policy;
    const [ingress = [], egress = []] = directions.map((direction) => changed(policy.rules[direction], ruleInOne));
    const isSame = ingress === policy.rules.ingress && egress === policy.rules.egress;
    return isSame ? policy : { ...policy, rules: { ingress, egress } };
  });
}

/** A selector that no labels satisfy. */
const nobody: Selector = {
  requirements: [{ key: clusterLabel, operator: "In", values: [], from: "matchExpressions" }],
};

function ruleInOne(rule: Rule): Rule {
  if (rule.peers === "any") return rule;
  const peers = changed(rule.peers, (peer): Peer => {
    if (peer.type !== "pods" || peer.podSelector === undefined) return peer;
    const podSelector = forOwnPods(peer.podSelector) ?? nobody;
    return podSelector === peer.podSelector ? peer : { ...peer, podSelector };
  });
  return peers === rule.peers ? rule : { ...rule, peers };
}

function ruleInOwn(rule: Rule, own: Requirement, peersToo: boolean): Rule {
  if (rule.peers === "any") return rule;
  const peers = changed(rule.peers, (peer: Peer): Peer => {
    if (peer.type !== "pods" || !(peersToo || peer.ofOwnCluster === true)) return peer;
    return { ...peer, podSelector: narrowed(peer.podSelector ?? { requirements: [] }, own) };
  });
  return peers === rule.peers ? rule : { ...rule, peers };
}

function narrowed(selector: Selector, own: Requirement): Selector {
  const names = selector.requirements.some(({ key }) => key === clusterLabel);
  return names ? selector : withRequirement(selector, own);
}

function withRequirement({ requirements }: Selector, other: Requirement): Selector {
  return { requirements: [...requirements, other] };
}

/** What a selector asks of pods of the own cluster, all of which have its label; undefined where it means none of them. */
export function forOwnPods(selector: Selector): Selector | undefined {
  const { requirements } = selector;
  if (requirements.every(({ key }) => key !== clusterLabel)) return selector;
  const isMet = (requirement: Requirement): boolean => matchesRequirement(requirement, ownCluster);
  if (requirements.some((requirement) => requirement.key === clusterLabel && !isMet(requirement))) return undefined;
  return { requirements: requirements.filter(({ key }) => key !== clusterLabel) };
}
