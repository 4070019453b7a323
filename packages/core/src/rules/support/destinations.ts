import type { Direction, Policy, Protocol, Rule } from "../../model/policy.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import { difference, intersection } from "../../sets/interval-set.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import type { RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";
import { unseenPods } from "./unevaluated.ts";
import { costOf, holdsPort } from "./ports.ts";
import { isOwnNamespace } from "./wide-peers.ts";
import { peersKey } from "../../semantics/canonical-key.ts";

/** A rule with where it stands. */
export interface WrittenRule {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly rule: Rule;
}

/** The pods that a rule's ports are ports of; empty when they are, or may be, not only pods of the input. */
export function destinationsOf(context: RuleContext, { policy, direction, rule }: WrittenRule): ClassSet {
  if (direction === "ingress") return context.subjectsOf(policy);
  if (rule.peers === "any" || rule.unknown !== undefined || rule.peers.some(({ type }) => type !== "pods"))
    return ClassSet.empty;
  return podsOfPeers(context, { policy, rule });
}

/**
 * The pods among a rule's peers; empty when it is not known which they are. Blocks may hold reserved identities, but which of
 * them have a class hangs on what other policies name, and none is a pod.
 */
export function podsOfPeers(context: RuleContext, { policy, rule }: Omit<WrittenRule, "direction">): ClassSet {
  const { peers, pods } = context.reachability;
  const { certain, possible } = peers.peers(rule, policy.namespace ?? "");
  const count = pods.classes.length;
  const [known, maybe] = [certain, possible].map(({ boundaries }) => ClassSet.of(intersection(boundaries, [0, count])));
  return known !== undefined && known.size === maybe?.size ? known : ClassSet.empty;
}

/** Why it cannot be said that these are all the pods that a rule's ports are ports of. Undefined when it can. */
export function unseenDestinations(context: RuleContext, { policy, direction, rule }: WrittenRule): string | undefined {
  const isLocal =
    direction === "ingress" ||
    (rule.peers !== "any" && rule.peers.every((peer) => peer.type !== "pods" || isOwnNamespace(peer, policy)));
  return unseenPods(context, isLocal ? policy.namespace : undefined);
}

/** Whether all of a set is in another. */
export function isWithin(inner: ClassSet, outer: ClassSet): boolean {
  return difference(inner.boundaries, outer.boundaries).length === 0;
}

/** The policies that may select the pods of another one. */
function policiesBeside(context: RuleContext, { namespace }: Policy): readonly Policy[] {
  if (namespace === undefined) return context.cluster.policies;
  return [...(context.namespace(namespace)?.union ?? []), ...context.once(ofNoNamespace)];
}

function ofNoNamespace({ cluster }: RuleContext): readonly Policy[] {
  return cluster.policies.filter(({ namespace }) => namespace === undefined);
}

/** Whether the rule, or another one for the same pods with the same peers or any, opens a port; also when it cannot be said. */
export function opensAlso(
  context: RuleContext,
  { policy, direction, rule }: WrittenRule,
  protocol: Protocol,
  port: number,
): boolean {
  if (!context.budget.spend(costOf(rule.ports)) || holdsPort(rule.ports, protocol, port)) return true;
  const key = peersKey(rule);
  const subjects = context.subjectsOf(policy);
  return policiesBeside(context, policy).some(
    (other) =>
      !context.budget.spend(1 + allowingRules(other, direction).reduce((sum, each) => sum + costOf(each.ports), 0)) ||
      (allowingRules(other, direction).some(
        (each) => holdsPort(each.ports, protocol, port) && (each.peers === "any" || peersKey(each) === key),
      ) &&
        intersectSets(subjects, context.subjectsOf(other)).size > 0),
  );
}
