import { finalPoliciesOf } from "./final-policies.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Peer, Policy, Rule, RuleAction } from "../model/policy.ts";
import type { PodPeer } from "../model/policy.ts";
import type { Labels } from "../model/selector.ts";
import type { LabelledPod } from "../semantics/labelled-pod.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { isSatisfiable, matchesRequirement, matchesSelector } from "../semantics/match-selector.ts";
import { allAddresses } from "../sets/address-set.ts";
import { equals } from "../sets/interval-set.ts";
import { byTier, type TierPolicies } from "../semantics/tiers.ts";
import { type ConnectionId, allConnections, noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import type { Bound } from "./part-expander.ts";
import type { PodClass } from "./pod-classes.ts";
import type { Reachability } from "./reachability.ts";

/** A pod that is not in the input, of which the labels are taken to be known. */
export interface AssumedPod extends LabelledPod {
  /** Absent: the namespace is not in the input, and only its name is known. */
  readonly namespaceLabels?: Labels;
}

/** What a class admits from a pod of which nothing is known: certainly what every pod may send, possibly what some pod may. */
export function admittedFromUnknownPod(
  reachability: Reachability,
  target: ClassId,
  bound: Bound,
  pod?: AssumedPod,
): ConnectionId {
  const podClass = reachability.podClass(target);
  if (podClass === undefined) return allConnections;
  const { table } = reachability;
  let next = allConnections;
  const final = finalPoliciesOf(reachability, target, "ingress");
  for (const tier of byTier([...reachability.policiesOf(target, "ingress", "possible"), ...final]).toReversed()) {
    const { allow, deny, pass } = decide(reachability, podClass, tier, pod);
    next =
      bound === "possible"
        ? table.union(allow, table.intersection(pass, next))
        : table.difference(table.difference(allConnections, deny), table.difference(pass, next));
  }
  return next;
}

/** What a tier may do with what an unknown pod sends. */
function decide(
  reachability: Reachability,
  target: PodClass,
  { tier, policies }: TierPolicies,
  pod: AssumedPod | undefined,
): Readonly<Record<RuleAction, ConnectionId>> {
  const { table } = reachability;
  const found: Record<RuleAction, ConnectionId> = { allow: noConnections, deny: noConnections, pass: noConnections };
  const isSelected = (policy: Policy): boolean => reachability.subjects(policy).has(target.id);
  let rest = allConnections;
  const goDown = (policy: Policy, actions: readonly RuleAction[]): ConnectionId => {
    let own = rest;
    for (const rule of decidingRules(policy, "ingress")) {
      if (!actions.includes(rule.action)) continue;
      const ports = reachability.rulePorts(rule, target);
      if (mayAdmit(rule, policy, "possible", pod))
        found[rule.action] = table.union(found[rule.action], table.intersection(own, ports));
      if (mayAdmit(rule, policy, "certain", pod) && isSelected(policy)) own = table.difference(own, ports);
    }
    return own;
  };
  const together = (group: readonly Policy[], actions: readonly RuleAction[]): void => {
    const left = group.map((policy) => goDown(policy, actions));
    rest = left.reduce((sum, own) => table.intersection(sum, own), rest);
  };
  if (tier.decides === "deny-wins")
    for (const action of ["deny", "allow", "pass"] as const) together(policies, [action]);
  else
    for (const equal of groupBy(policies, ({ priority }) => priority).values())
      together(equal, ["allow", "deny", "pass"]);
  const isolating = policies.filter(({ isolates }) => isolates.ingress);
  const final = policies.filter(({ applies }) => !applies.ingress);
  if (isolating.length > 0) found.deny = table.union(found.deny, rest);
  if (isolating.some(isSelected)) return found;
  if (final.length > 0) found.allow = table.union(found.allow, rest);
  if (!final.some(isSelected)) found.pass = table.union(found.pass, rest);
  return found;
}

/** Whether a rule speaks of a pod of which nothing is known, or only its labels: of every such pod for certain, of some possibly. */
export function mayAdmit({ peers, unknown }: Rule, policy: Policy, bound: Bound, pod?: AssumedPod): boolean {
  if (bound === "certain" && unknown !== undefined) return false;
  return (
    peers === "any" ||
    peers.some((peer) =>
      pod !== undefined && peer.type === "pods"
        ? matchesAssumedPod(peer, policy, bound, pod)
        : matchesUnknownPod(peer, bound),
    )
  );
}

function matchesAssumedPod(peer: PodPeer, policy: Policy, bound: Bound, pod: AssumedPod): boolean {
  if (peer.podSelector !== undefined && !matchesSelector(peer.podSelector, pod.labels)) return false;
  if (peer.namespaceSelector === undefined) return policy.namespace === undefined || policy.namespace === pod.namespace;
  const { namespaceLabels } = pod;
  if (namespaceLabels !== undefined) return matchesSelector(peer.namespaceSelector, namespaceLabels);
  return peer.namespaceSelector.requirements.every((requirement) =>
    requirement.key === namespaceNameLabel ? matchesRequirement(requirement, pod.namespace) : bound === "possible",
  );
}

function matchesUnknownPod(peer: Peer, bound: Bound): boolean {
  if (peer.type === "oldForm") return bound === "possible";
  // Networks mean pods, too, and nothing is known of where the pod is.
  if (peer.type === "networks")
    return peer.outside !== true && (bound === "possible" || equals(peer.addresses, allAddresses));
  if (peer.type === "pods" && peer.within !== undefined && bound === "certain") return false;
  if (peer.type !== "pods") return false;
  const selectors = [peer.namespaceSelector, peer.podSelector].filter((selector) => selector !== undefined);
  if (bound === "possible") return selectors.every(({ requirements }) => isSatisfiable(requirements));
  return peer.namespaceSelector !== undefined && selectors.every(({ requirements }) => requirements.length === 0);
}
