import {
  type Direction,
  directions,
  type NetworksPeer,
  type Peer,
  type PodPeer,
  type Policy,
  type Rule,
  type Subject,
} from "../model/policy.ts";
import { type AddressSet, allAddresses } from "../sets/address-set.ts";
import { difference, union } from "../sets/interval-set.ts";
import { nodePlaces, placeAddresses, reservedPlaces } from "../sets/reserved-places.ts";
import { changed } from "./changed.ts";
import { clusterLabel } from "./identity-labels.ts";
import { namespaceNameLabel } from "./label-syntax.ts";
import { matchesSelector } from "./match-selector.ts";
import { isNetworkPolicy } from "./network-policy.ts";
import { ciliumTier } from "./tiers.ts";

/** Whom selectors mean, and who has labels beside pods. */
export interface Labelled {
  /** Selectors that name no cluster mean the own one. */
  readonly isOwnCluster: boolean;
  /** The addresses of the nodes and the name of their cluster. Absent: their identities have no labels. */
  readonly nodes?: { readonly addresses: AddressSet; readonly cluster: string };
}

/**
 * Policies as Cilium reads selectors that are met by more than pods: "an empty namespaceSelector is that the label of a namespace
 * exists", and one that only asks for the lack of labels is met by whoever has none. Where selectors are not limited to the own cluster,
 * as up to 1.18, these are the world and nodes; where they are, nodes, if their identities have labels, which are those of a cluster.
 */
export function withMoreThanPods(policies: readonly Policy[], { isOwnCluster, nodes }: Labelled): readonly Policy[] {
  if (isOwnCluster && nodes === undefined) return policies;
  const others = isOwnCluster ? undefined : nodes === undefined ? noPod : unlabelled(nodes.addresses);
  const anyNode = nodes === undefined ? undefined : nodesAt(nodes.addresses);
  return changed(policies, (policy) => {
    if (policy.tier !== ciliumTier) return policy;
    const [ingress = [], egress = []] = directions.map((direction) => {
      const read = others === undefined ? policy.rules[direction] : rulesOf(policy, direction, others);
      return nodes === undefined || anyNode === undefined ? read : withNodes(policy, read, anyNode, nodes.cluster);
    });
    const isSame = ingress === policy.rules.ingress && egress === policy.rules.egress;
    return isSame ? policy : { ...policy, rules: { ingress, egress } };
  });
}

/** Whoever is no pod: at every address outside, and what Cilium knows by an identity alone. */
const noPod: NetworksPeer = {
  type: "networks",
  cidrs: ["all that is no pod"],
  addresses: union(allAddresses, placeAddresses(...reservedPlaces)),
  outside: true,
  onNodes: true,
};

/** The same without nodes. */
function unlabelled(nodes: AddressSet): NetworksPeer {
  const { onNodes: _, ...rest } = noPod;
  return { ...rest, addresses: difference(noPod.addresses, union(nodes, placeAddresses(...nodePlaces))) };
}

function nodesAt(nodes: AddressSet): NetworksPeer {
  const addresses = union(nodes, placeAddresses(...nodePlaces));
  return { type: "networks", cidrs: ["nodes"], addresses, outside: true, onNodes: true };
}

function rulesOf(policy: Policy, direction: Direction, others: NetworksPeer): readonly Rule[] {
  return changed(policy.rules[direction], (rule) =>
    rule.peers !== "any" && rule.peers.some((peer) => meansOthers(policy, peer) && isOfWhoHasNone(peer))
      ? { ...rule, peers: [...rule.peers, others] }
      : rule,
  );
}

/** Nodes are met by what asks for no label. Where a policy of Cilium asks for some, in whatever way, nodes may have them. */
function withNodes(policy: Policy, rules: readonly Rule[], anyNode: NetworksPeer, cluster: string): readonly Rule[] {
  const made = rules.flatMap((rule): readonly Rule[] => {
    if (rule.peers === "any") return [rule];
    const meant = rule.peers.filter(
      (peer): peer is PodPeer => meansOthers(policy, peer) && isMetByNone(peer.namespaceSelector),
    );
    const asks = new Set(meant.map(({ podSelector }) => asksOfNodes(policy, podSelector, cluster)));
    if (asks.has("nothing")) return [{ ...rule, peers: [...rule.peers, anyNode] }];
    if (!asks.has("some label")) return [rule];
    return [rule, { ...rule, peers: [anyNode], unknown: rule.unknown ?? "which labels nodes have" }];
  });
  return made.length === rules.length && made.every((rule, i) => rule === rules[i]) ? rules : made;
}

/** What of nodes decides whether a selector of pods means them: keys of NetworkPolicies are of pods, which nodes lack. */
function asksOfNodes(
  policy: Policy,
  selector: PodPeer["podSelector"],
  cluster: string,
): "nothing" | "some label" | "what they lack" {
  const all = selector?.requirements ?? [];
  const requirements = all.filter(({ key }) => key !== clusterLabel);
  const ofCluster = all.filter(({ key }) => key === clusterLabel);
  if (!matchesSelector({ requirements: ofCluster }, { [clusterLabel]: cluster })) return "what they lack";
  if (requirements.length === 0) return "nothing";
  if (!isNetworkPolicy(policy)) return "some label";
  return isMetByNone({ requirements }) ? "nothing" : "what they lack";
}

/**
 * A cluster-wide selector that does not name namespaces is one of pods all the same, but beside a subject that names the identity of
 * pods that start: "those do not have a namespace label, so it is not asked for".
 */
function meansOthers({ namespace, subject }: Policy, peer: Peer): peer is PodPeer {
  if (peer.type !== "pods" || peer.ofCluster === "own" || peer.namespaceSelector === undefined) return false;
  const { requirements } = peer.namespaceSelector;
  // Who is meant beside pods by a selector that leaves identities out is told with it.
  if (leavesOutIdentities(peer)) return false;
  return namespace === undefined
    ? namesInit(subject) || (peer.byLabel !== true && requirements.some(({ key }) => key === namespaceNameLabel))
    : requirements.length > 0;
}

/** Whether a selector is met by who has no labels, and is in no namespace. */
function isOfWhoHasNone({ podSelector, namespaceSelector, ofCluster }: PodPeer): boolean {
  return ofCluster !== "asked" && isMetByNone(podSelector) && isMetByNone(namespaceSelector);
}

function isMetByNone(selector: PodPeer["podSelector"]): boolean {
  return selector === undefined || matchesSelector(selector, {});
}

/** Whether a selector only says which reserved identities it does not mean: as such it is of no namespace and of no cluster. */
export function leavesOutIdentities({ podSelector }: Pick<PodPeer, "podSelector">): boolean {
  return podSelector?.requirements.some(({ key }) => key.startsWith("reserved:")) === true;
}

/** Whatever is said of it: `DoesNotExist` names it, too. */
function namesInit({ podSelector }: Subject): boolean {
  return podSelector.requirements.some(({ key }) => key === "reserved:init");
}
