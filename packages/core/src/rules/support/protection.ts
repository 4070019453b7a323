import { type Direction, type Policy, directions } from "../../model/policy.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";
import { UnknownNamespaces, unknownPolicies } from "./unevaluated.ts";

/** Whether the namespace has pods and no policy, of whatever kind, selects or may select any of them. */
export function isUnprotected(context: RuleContext, facts: NamespaceFacts): boolean {
  const maySelect = (policy: Policy): boolean =>
    intersectSets(context.reachability.possibleSubjects(policy), facts.classes).size > 0;
  return facts.classes.size > 0 && ![...facts.policies, ...context.otherPolicies].some(maySelect);
}

/** The namespaces in which it can be said what is isolated, and which have something to isolate. The others are skipped with the reason. */
export function* namespacesToIsolate(
  context: RuleContext,
  skip: (reason: string) => void,
  isolated: readonly Direction[] = directions,
): Generator<NamespaceFacts> {
  const unknown = new UnknownNamespaces();
  for (const facts of context.namespaces) {
    if (facts.classes.size === 0 && facts.union.length === 0) continue;
    const [reason] = isolated.flatMap((direction) => unknownPolicies(context, facts.name, "denies", direction) ?? []);
    if (reason === undefined) yield facts;
    else unknown.add(reason, facts.name);
  }
  unknown.tell(skip);
}

/** Whether every pod that the namespace has now is isolated in a direction. */
export function allPodsIsolated(context: RuleContext, facts: NamespaceFacts, direction: Direction): boolean {
  return facts.classes.size > 0 && context.openClasses(facts, direction).size === 0;
}
