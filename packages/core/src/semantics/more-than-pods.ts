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
import { allAddresses } from "../sets/address-set.ts";
import { union } from "../sets/interval-set.ts";
import { placeAddresses, reservedPlaces } from "../sets/reserved-places.ts";
import { changed } from "./changed.ts";
import { namespaceNameLabel } from "./label-syntax.ts";
import { matchesSelector } from "./match-selector.ts";
import { ciliumTier } from "./tiers.ts";

/** Whoever is no pod: at every address outside, and what Cilium knows by an identity alone. */
const noPod: NetworksPeer = {
  type: "networks",
  cidrs: ["all that is no pod"],
  addresses: union(allAddresses, placeAddresses(...reservedPlaces)),
  outside: true,
  onNodes: true,
};

/**
 * Policies as Cilium reads selectors that are not limited to the own cluster, as up to 1.18: "an empty namespaceSelector is that the
 * label of a namespace exists", and one that only asks for the lack of labels is met by whoever has none, as the world and nodes.
 */
export function withMoreThanPods(policies: readonly Policy[]): readonly Policy[] {
  return changed(policies, (policy) => {
    if (policy.tier !== ciliumTier) return policy;
    const read = directions.map((direction) => rulesOf(policy, direction));
    const [ingress = [], egress = []] = read;
    const isSame = ingress === policy.rules.ingress && egress === policy.rules.egress;
    return isSame ? policy : { ...policy, rules: { ingress, egress } };
  });
}

function rulesOf(policy: Policy, direction: Direction): readonly Rule[] {
  return changed(policy.rules[direction], (rule) =>
    rule.peers !== "any" && rule.peers.some((peer) => meansOthers(policy, peer))
      ? { ...rule, peers: [...rule.peers, noPod] }
      : rule,
  );
}

/**
 * A cluster-wide selector that does not name namespaces is one of pods all the same, but beside a subject that names the identity of
 * pods that start: "those do not have a namespace label, so it is not asked for".
 */
function meansOthers({ namespace, subject }: Policy, peer: Peer): boolean {
  if (peer.type !== "pods" || peer.ofOwnCluster === true || peer.namespaceSelector === undefined) return false;
  const { requirements } = peer.namespaceSelector;
  // Who is meant beside pods by a selector that leaves identities out is told with it.
  if (leavesOut(peer)) return false;
  const isFree =
    namespace === undefined
      ? namesInit(subject) || requirements.some(({ key }) => key === namespaceNameLabel)
      : requirements.length > 0;
  return isFree && isOfWhoHasNone(peer);
}

/** Whether a selector is met by who has no labels, and is in no namespace. */
function isOfWhoHasNone({
  podSelector,
  namespaceSelector,
}: Pick<PodPeer, "podSelector" | "namespaceSelector">): boolean {
  return [podSelector, namespaceSelector].every((each) => each === undefined || matchesSelector(each, {}));
}

/** Whether a selector only says which reserved identities it does not mean: as such it is of no namespace and of no cluster. */
export function leavesOut({ podSelector }: Pick<PodPeer, "podSelector">): boolean {
  return podSelector?.requirements.some(({ key }) => key.startsWith("reserved:")) === true;
}

/** Whatever is said of it: `DoesNotExist` names it, too. */
function namesInit({ podSelector }: Subject): boolean {
  return podSelector.requirements.some(({ key }) => key === "reserved:init");
}
