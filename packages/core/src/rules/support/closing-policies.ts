import type { Direction, PodBox, Policy, Rule } from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";
import { namespaceNameLabel } from "../../semantics/label-syntax.ts";
import { isSatisfiable, matchesSelector } from "../../semantics/match-selector.ts";
import { allAddresses } from "../../sets/address-set.ts";
import { isSubset, unionAll } from "../../sets/interval-set.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";

/** What policies of other kinds than NetworkPolicy leave closed in a namespace, by the labels of pods. */
export interface Closed {
  readonly certain: readonly Selector[];
  /** The same where it is not known whether the policy selects pods of the namespace, with the policy. */
  readonly possible: readonly { readonly policy: Policy; readonly podSelector: Selector }[];
}

/** Which pods of a namespace, those to come too, policies of other kinds close in a direction: nothing passes that no rule allows. */
export function closedByOthers(context: RuleContext, facts: NamespaceFacts, direction: Direction): Closed {
  const certain: Selector[] = [];
  const possible: Closed["possible"][number][] = [];
  for (const policy of context.otherPolicies) {
    if (policy.namespace !== undefined && policy.namespace !== facts.name) continue;
    if (!policy.isolates[direction] && !policy.rules[direction].some(deniesEverything)) continue;
    for (const box of [policy.subject, ...(policy.subject.or ?? [])]) {
      const matches = matchesNamespace(policy, box, facts);
      if (matches === "yes") certain.push(box.podSelector);
      if (matches === "maybe") possible.push({ policy, podSelector: box.podSelector });
    }
  }
  return { certain, possible };
}

function matchesNamespace(
  { namespace }: Policy,
  { namespaceSelector, within }: PodBox,
  facts: NamespaceFacts,
): "yes" | "maybe" | "no" {
  if (within !== undefined) return "maybe";
  if (namespaceSelector === undefined) return namespace === facts.name ? "yes" : "no";
  const { requirements } = namespaceSelector;
  if (facts.namespace.declared) return matchesSelector(namespaceSelector, facts.namespace.labels) ? "yes" : "no";
  const byName = requirements.filter(({ key }) => key === namespaceNameLabel);
  if (!matchesSelector({ requirements: byName }, facts.namespace.labels) || !isSatisfiable(requirements)) return "no";
  return byName.length === requirements.length ? "yes" : "maybe";
}

/** Whether a rule denies all traffic with everybody: pods of every namespace, and every address. */
function deniesEverything({ action, peers, ports, unknown, family, exceptPorts }: Rule): boolean {
  if (action !== "deny" || ports !== "any" || unknown !== undefined || family !== undefined) return false;
  if (exceptPorts !== undefined) return false;
  if (peers === "any") return true;
  const isEverybody = peers.some(
    (peer) =>
      peer.type === "pods" &&
      peer.within === undefined &&
      peer.namespaceSelector?.requirements.length === 0 &&
      (peer.podSelector?.requirements ?? []).length === 0,
  );
  const addresses = unionAll(peers.flatMap((peer) => (peer.type === "networks" ? [peer.addresses] : [])));
  return isEverybody && isSubset(allAddresses, addresses);
}
