import type { Assumptions } from "../model/assumptions.ts";
import { directions, type OldFormPeer, type Peer, type Policy, type Rule } from "../model/policy.ts";

/**
 * Whether a policy is in force for the pods of its subject. It may not be known whom it selects; and whether one that uses fields of policy.networking.k8s.io v0.1.1 is stored at
 * all: a later API drops the namespaces of a `pods` peer, which needs some, and a strict client refuses either form.
 */
export function inForce(policy: Policy, reading: Assumptions["anpOldForm"]): "yes" | "maybe" | "no" {
  if (policy.unknownSubject !== undefined) return "maybe";
  if (reading === "v0.1.1") return "yes";
  const old = directions.flatMap((direction) => policy.rules[direction].flatMap(oldPeers));
  if (old.length === 0) return "yes";
  if (reading === "unknown") return "maybe";
  return old.some(({ podSelector }) => podSelector !== undefined) ? "no" : "yes";
}

/** Whether a rule speaks of namespaces relative to that of the subject. */
export function isRelative(rule: Rule): boolean {
  return oldPeers(rule).some(({ namespaces }) => !("namespaceSelector" in namespaces));
}

function oldPeers({ peers }: Rule): readonly OldFormPeer[] {
  return peers === "any" ? [] : peers.filter(isOldForm);
}

function isOldForm(peer: Peer): peer is OldFormPeer {
  return peer.type === "oldForm";
}
