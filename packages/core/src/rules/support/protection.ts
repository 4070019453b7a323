import { groupBy } from "../../lib/group-by.ts";
import type { Direction } from "../../model/policy.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { listText } from "./words.ts";

/** Kinds that never make a pod refuse traffic of the cluster network by default. */
const neverIsolating = new Set(["AuthorizationPolicy", "MultiNetworkPolicy"]);

/** The kinds of objects that npa does not evaluate and that may isolate pods: of the whole cluster (undefined), and by namespace. */
function protectingKinds({ cluster }: RuleContext): ReadonlyMap<string | undefined, readonly string[]> {
  const objects = cluster.notEvaluated.filter(({ ref }) => !neverIsolating.has(ref.kind));
  const byNamespace = groupBy(objects, ({ ref }) => ref.namespace);
  return new Map(
    [...byNamespace].map(([name, found]) => [name, [...new Set(found.map(({ ref }) => ref.kind))].toSorted()]),
  );
}

/** Why it cannot be said whether pods of a namespace are isolated: a kind of policy that is not evaluated may do it. */
export function unknownProtection(context: RuleContext, { name }: NamespaceFacts): string | undefined {
  const kinds = context.once(protectingKinds);
  const found = [...new Set([...(kinds.get(undefined) ?? []), ...(kinds.get(name) ?? [])])];
  return found.length === 0 ? undefined : `${listText(found)} may isolate pods there and npa does not evaluate it yet`;
}

/** Whether the namespace has pods and no policy selects any of them. */
export function isUnprotected(context: RuleContext, facts: NamespaceFacts): boolean {
  return facts.classes.size > 0 && facts.policies.every((policy) => context.subjectsOf(policy).size === 0);
}

/** The namespaces in which it can be said what is isolated, and which have something to isolate. The others are skipped with the reason. */
export function* namespacesToIsolate(context: RuleContext, skip: (reason: string) => void): Generator<NamespaceFacts> {
  const unknown = new Map<string, string[]>();
  for (const facts of context.namespaces) {
    if (facts.classes.size === 0 && facts.policies.length === 0) continue;
    const reason = unknownProtection(context, facts);
    if (reason === undefined) yield facts;
    else unknown.set(reason, [...(unknown.get(reason) ?? []), facts.name]);
  }
  for (const [reason, names] of unknown) skip(`in ${listText(names)}: ${reason}`);
}

/** Whether every pod that the namespace has now is isolated in a direction. */
export function allPodsIsolated(context: RuleContext, facts: NamespaceFacts, direction: Direction): boolean {
  return facts.classes.size > 0 && context.openClasses(facts, direction).size === 0;
}
