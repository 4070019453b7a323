import type { Workload } from "../model/cluster.ts";
import type { Peer, Policy } from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";
import { changed, withPeers } from "./changed.ts";
import { clusterLabel } from "./identity-labels.ts";
import { matchesRequirement } from "./match-selector.ts";
import { leavesOutIdentities } from "./more-than-pods.ts";

/** The clusters of a mesh, as far as selectors and the input name them. */
interface Mesh {
  /** The one whose policies are read. */
  readonly own: string;
  /** Those that pods of the input are in beside it. */
  readonly others: readonly string[];
  /** What pods of the own cluster have, and none of the others. */
  readonly isOwn: Requirement;
}

/**
 * Policies as they are in the cluster of a name: they select pods of their own alone, and what a peer asks of the cluster is what
 * it means for the clusters that the input has pods of. `peersToo`: "a selector that names no cluster means pods of the local one".
 */
export function inOwnCluster(
  policies: readonly Policy[],
  workloads: readonly Workload[],
  name: string,
  peersToo: boolean,
): readonly Policy[] {
  const others = otherClusters(workloads, name);
  const mesh: Mesh = { own: name, others, isOwn: { ...ofNobodyElse, values: others } };
  return changed(policies, (policy) =>
    withPodPeers(withSubject(policy, ofSubject(policy.subject.podSelector, mesh)), (peer) =>
      ofPeer(peer, mesh, peersToo),
    ),
  );
}

/** Policies where the pods of one cluster are all that there are: what asks for those of others is about nobody. */
export function inOneCluster(
  policies: readonly Policy[],
  workloads: readonly Workload[],
  name: string,
): readonly Policy[] {
  const isAlone = otherClusters(workloads, name).length === 0;
  if (!isAlone) return policies;
  const mesh: Mesh = { own: name, others: [], isOwn: ofNobodyElse };
  return changed(policies, (policy) =>
    withPodPeers(policy, (peer) =>
      namesAnother(peer.podSelector, name) ? { ...peer, podSelector: nobody } : ofPeer(peer, mesh, false),
    ),
  );
}

/** Whether a policy asks which cluster of a mesh pods are in. */
export function namesClusters({ subject, rules }: Policy): boolean {
  const asks = ({ requirements }: Selector = { requirements: [] }): boolean => requirements.some(isOfCluster);
  return (
    asks(subject.podSelector) ||
    [...rules.ingress, ...rules.egress].some(
      ({ peers }) => peers !== "any" && peers.some((peer) => peer.type === "pods" && asks(peer.podSelector)),
    )
  );
}

/** The other clusters of a mesh that pods of the input are in. */
export function otherClusters(workloads: readonly Workload[], name: string): readonly string[] {
  const names = workloads.flatMap(({ groups }) => groups.map(({ labels }) => labels[clusterLabel] ?? name));
  return [...new Set(names)].filter((other) => other !== name).toSorted();
}

/** What a selector of pods asks of those of the own cluster but for their cluster; undefined where it means none of them. */
export function forOwnPods(selector: Selector): Selector | undefined {
  const asked = selector.requirements.filter(isOfCluster);
  if (asked.length === 0) return selector;
  // What holds for the own cluster is written so that it asks for the label, or not for those of other clusters.
  if (asked.some(({ operator }) => operator !== "Exists" && operator !== "NotIn")) return undefined;
  return { requirements: selector.requirements.filter((requirement) => !isOfCluster(requirement)) };
}

/** A selector that no labels satisfy. */
const nobody: Selector = {
  requirements: [{ key: clusterLabel, operator: "In", values: [], from: "matchExpressions" }],
};

const ofNobodyElse: Requirement = { key: clusterLabel, operator: "NotIn", values: [], from: "matchLabels" };

function isOfCluster({ key }: Requirement): boolean {
  return key === clusterLabel;
}

function namesAnother({ requirements }: Selector = { requirements: [] }, own: string): boolean {
  return requirements.some((requirement) => isOfCluster(requirement) && !isMetBy(requirement, own));
}

function isMetBy(requirement: Requirement, cluster: string | undefined): boolean {
  return matchesRequirement(requirement, cluster);
}

/** Of the own pods a requirement on the cluster holds for all or for none, and so of other endpoints of Cilium, which have no such label. */
function ofSubject({ requirements }: Selector, { own, others, isOwn }: Mesh): Selector | undefined {
  const asked = requirements.flatMap((requirement) =>
    isOfCluster(requirement) ? ofAll(requirement, own) : [requirement],
  );
  if (others.length > 0) return { requirements: [...asked, isOwn] };
  return requirements.some(isOfCluster) ? { requirements: asked } : undefined;
}

function ofAll(requirement: Requirement, own: string): readonly Requirement[] {
  const [ofPods, ofOthers] = [isMetBy(requirement, own), matchesRequirement(requirement, undefined)];
  if (ofPods && ofOthers) return [];
  if (!ofPods && !ofOthers) return nobody.requirements;
  return [{ ...requirement, operator: ofPods ? "Exists" : "DoesNotExist", values: [] }];
}

function ofPeer(peer: PodPeer, { own, others, isOwn }: Mesh, peersToo: boolean): PodPeer {
  const requirements = peer.podSelector?.requirements ?? [];
  const asked = requirements.filter(isOfCluster);
  if (asked.length === 0) {
    const isNarrowed = others.length > 0 && ((peersToo && !leavesOutIdentities(peer)) || peer.ofCluster === "own");
    return isNarrowed ? { ...peer, podSelector: { requirements: [...requirements, isOwn] } } : peer;
  }
  const means = (cluster: string): boolean => asked.every((requirement) => isMetBy(requirement, cluster));
  const meant = others.filter(means);
  // Of some of several other clusters nothing else can be said than what is written.
  if (!means(own) || (meant.length > 0 && meant.length < others.length)) return peer;
  const rest = requirements.filter((requirement) => !isOfCluster(requirement));
  const ofCluster = asked.every((requirement) => isMetBy(requirement, undefined))
    ? {}
    : { ofCluster: "asked" as const };
  const podSelector = { requirements: meant.length === others.length ? rest : [...rest, isOwn] };
  return { ...peer, ...ofCluster, podSelector };
}

type PodPeer = Extract<Peer, { readonly type: "pods" }>;

function withSubject(policy: Policy, podSelector: Selector | undefined): Policy {
  return podSelector === undefined ? policy : { ...policy, subject: { ...policy.subject, podSelector } };
}

function withPodPeers(policy: Policy, other: (peer: PodPeer) => PodPeer): Policy {
  return withPeers(policy, (peer) => (peer.type === "pods" ? other(peer) : peer));
}
