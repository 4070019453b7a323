import type { Peer, PodPeer, Policy } from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";
import { forOwnPods } from "../../semantics/cilium-clusters.ts";
import { namespaceNameLabel } from "../../semantics/label-syntax.ts";
import { matchesEverything } from "../../symbolic/selector-questions.ts";

/** Whether a peer is every pod of every namespace. */
export function isEveryPod(peer: Peer): boolean {
  return (
    peer.type === "pods" &&
    peer.namespaceSelector !== undefined &&
    isEverything(peer.namespaceSelector, "namespace") &&
    (peer.podSelector === undefined || isEverything(peer.podSelector, "pod"))
  );
}

/** Whether a peer is pods of the policy's own namespace and of no other. */
export function isOwnNamespace({ namespaceSelector }: PodPeer, { namespace }: Pick<Policy, "namespace">): boolean {
  if (namespaceSelector === undefined) return namespace !== undefined;
  const [only, ...more] = namespaceSelector.requirements;
  return (
    more.length === 0 &&
    only?.key === namespaceNameLabel &&
    only.operator === "In" &&
    only.values.every((value) => value === namespace)
  );
}

/** Nodes, the API server and what else Cilium names that is neither a pod nor outside: few write ports for those. */
export function isOfCiliumItself(peer: Peer): boolean {
  return peer.type === "networks" && peer.outside === true && peer.asCidr !== true && !peer.cidrs.includes("world");
}

/** `{}`, and what amounts to it. Most selectors are plainly narrower, and no proof is spent on them. */
function isEverything(written: Selector, of: "pod" | "namespace"): boolean {
  const selector = of === "pod" ? (forOwnPods(written) ?? written) : written;
  if (selector.requirements.length === 0) return true;
  const mayBe = selector.requirements.every(
    ({ key, operator }) => operator === "NotIn" || (operator === "Exists" && key === namespaceNameLabel),
  );
  return mayBe && matchesEverything(selector, of);
}
