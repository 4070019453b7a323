import type { Assumptions } from "../model/assumptions.ts";
import type { NetworksPeer, Peer, Policy, Rule } from "../model/policy.ts";
import { type AddressSet, singleAddresses } from "../sets/address-set.ts";
import { difference } from "../sets/interval-set.ts";
import { placeAddresses, type ReservedPlace, reservedPlaces } from "../sets/reserved-places.ts";
import { changed } from "./changed.ts";

/** The addresses of the API server, as `kubeApiserver` gives them; undefined where it says something else. */
export function apiServerAddresses({ kubeApiserver }: Pick<Assumptions, "kubeApiserver">): AddressSet | undefined {
  const addresses = singleAddresses(kubeApiserver.split(/[\s,]+/));
  return addresses.length === 0 ? undefined : addresses;
}

/** The places that there are: where the API server is known to be, it is nowhere else. */
export function placesUnder(assumptions: Pick<Assumptions, "kubeApiserver">): readonly ReservedPlace[] {
  const isOnNode = assumptions.kubeApiserver === "host" || assumptions.kubeApiserver === "remote-node";
  const isKnown = apiServerAddresses(assumptions) !== undefined;
  return reservedPlaces.filter((place) => {
    if (place === "kube-apiserver[node]") return !isKnown;
    return place !== "kube-apiserver[outside]" || (!isKnown && !isOnNode);
  });
}

/** Policies with the API server where it is assumed to be. */
export function withApiServer(policies: readonly Policy[], assumptions: Assumptions): readonly Policy[] {
  const known = apiServerAddresses(assumptions);
  const gone = difference(placeAddresses(...reservedPlaces), placeAddresses(...placesUnder(assumptions)));
  if (gone.length === 0) return policies;
  return changed(policies, (policy) => {
    const ingress = changed(policy.rules.ingress, (rule) => ruleWith(rule, known, gone));
    const egress = changed(policy.rules.egress, (rule) => ruleWith(rule, known, gone));
    const isSame = ingress === policy.rules.ingress && egress === policy.rules.egress;
    return isSame ? policy : { ...policy, rules: { ingress, egress } };
  });
}

function ruleWith(rule: Rule, known: AddressSet | undefined, gone: AddressSet): Rule {
  if (rule.peers === "any") return rule;
  // Which node it is on is no question where its addresses are known.
  if (known !== undefined && rule.peers.some((peer) => peer.type === "networks" && peer.apiServer === "possible")) {
    const { unknown: _, ...settled } = rule;
    return { ...settled, peers: [], placeholder: true };
  }
  const peers = changed(rule.peers, (peer: Peer): Peer =>
    peer.type === "networks" ? peerWith(peer, known, gone) : peer,
  );
  return peers === rule.peers ? rule : { ...rule, peers };
}

function peerWith(peer: NetworksPeer, known: AddressSet | undefined, gone: AddressSet): NetworksPeer {
  if (peer.apiServer === "certain" && known !== undefined) return { ...peer, addresses: known };
  const addresses = difference(peer.addresses, gone);
  return addresses.length === peer.addresses.length ? peer : { ...peer, addresses };
}
