import type { Assumptions } from "../model/assumptions.ts";
import { directions, type OldFormPeer, type Peer, type Policy, type Rule } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";

const everywhere: Selector = { requirements: [] };

/**
 * A policy as its API reads peers in the form of policy.networking.k8s.io v0.1.1. Where the version is not known, it is not
 * known either whether it is stored at all: a strict client refuses the form.
 */
export function asApiReads(policy: Policy, reading: Assumptions["anpOldForm"]): Policy {
  if (!hasOldForm(policy)) return policy;
  if (reading === "unknown") return { ...policy, unknownSubject: "which version of the API reads namespaces" };
  const of = (rules: readonly Rule[]): readonly Rule[] =>
    rules.map((rule) =>
      rule.peers === "any" ? rule : { ...rule, peers: rule.peers.map((peer) => peerRead(peer, reading)) },
    );
  return { ...policy, rules: { ingress: of(policy.rules.ingress), egress: of(policy.rules.egress) } };
}

/** Why the API refuses a policy: a version without the form drops the namespaces of a `pods` peer, which needs some. */
export function whyRefused(policy: Policy, reading: Assumptions["anpOldForm"]): string | undefined {
  const isRefused = reading === "pruned" && oldPeersOf(policy).some(({ podSelector }) => podSelector !== undefined);
  return isRefused ? "pods of a peer has no namespaceSelector, once its namespaces of v0.1.1 are dropped" : undefined;
}

/** Whether a policy has a peer in the form that only v0.1.1 has. */
export function hasOldForm(policy: Policy): boolean {
  return oldPeersOf(policy).length > 0;
}

/** Whether a rule speaks of namespaces relative to that of the subject. */
export function isRelative(rule: Rule): boolean {
  return oldPeers(rule).some(({ namespaces }) => !("namespaceSelector" in namespaces));
}

/** What is left once the fields are dropped selects all namespaces; as it was written, a selector is one like any other. */
function peerRead(peer: Peer, reading: "v0.1.1" | "pruned"): Peer {
  if (!isOldForm(peer)) return peer;
  const { namespaces, podSelector } = peer;
  if (reading === "v0.1.1" && !("namespaceSelector" in namespaces)) return peer;
  const namespaceSelector = reading === "pruned" ? everywhere : written(namespaces);
  return { type: "pods", namespaceSelector, ...(podSelector === undefined ? {} : { podSelector }) };
}

function written(namespaces: OldFormPeer["namespaces"]): Selector {
  return "namespaceSelector" in namespaces ? namespaces.namespaceSelector : everywhere;
}

/** Only cluster-wide policies of Kubernetes have any. */
function oldPeersOf({ namespace, rules }: Policy): readonly OldFormPeer[] {
  if (namespace !== undefined) return [];
  return directions.flatMap((direction) => rules[direction].flatMap(oldPeers));
}

function oldPeers({ peers, oldPeers: besideUnknown = [] }: Rule): readonly OldFormPeer[] {
  return peers === "any" ? besideUnknown : [...peers.filter(isOldForm), ...besideUnknown];
}

/** Whether a peer is in the form that only v0.1.1 has. */
export function isOldForm(peer: Peer): peer is OldFormPeer {
  return peer.type === "oldForm";
}
