import { groupBy } from "../../lib/group-by.ts";
import type { NotEvaluatedObject } from "../../model/cluster.ts";
import type { Direction } from "../../model/policy.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { listText } from "./words.ts";

/** Kinds that never make a pod refuse traffic of the cluster network by default. */
const neverIsolating = new Set(["AuthorizationPolicy", "MultiNetworkPolicy"]);

/** The objects that npa does not evaluate and that may isolate pods: of the whole cluster (undefined), and by namespace. */
function protectingObjects({ cluster }: RuleContext): ReadonlyMap<string | undefined, readonly NotEvaluatedObject[]> {
  return groupBy(cluster.notEvaluated.filter(mayIsolate), ({ ref }) => ref.namespace);
}

function mayIsolate(object: NotEvaluatedObject): boolean {
  const { kind, name } = object.ref;
  if (neverIsolating.has(kind)) return false;
  // A kind that a live cluster hides, has not, or fails to list. Hidden workloads isolate nothing; no cluster hides what it has not.
  return (
    name !== "*" || (kind === "NetworkPolicy" ? object.readNamespaces !== undefined : /Policy$|Firewall$/.test(kind))
  );
}

/** Why it cannot be said whether pods of a namespace are isolated: a kind of policy that is not evaluated may do it. */
export function unknownProtection(context: RuleContext, { name }: NamespaceFacts): string | undefined {
  const objects = context.once(protectingObjects);
  const found = [...(objects.get(undefined) ?? []), ...(objects.get(name) ?? [])];
  const hidden = found.filter(({ ref, readNamespaces }) => ref.name === "*" && readNamespaces?.includes(name) !== true);
  const seen = found.filter(({ ref }) => ref.name !== "*");
  const reasons = [
    ...(seen.length === 0 ? [] : [`${kindsText(seen)} may isolate pods there and npa does not evaluate it yet`]),
    ...(hidden.length === 0 ? [] : [`${kindsText(hidden)} objects there could not be read`]),
  ];
  return reasons.length === 0 ? undefined : reasons.join("; ");
}

function kindsText(objects: readonly NotEvaluatedObject[]): string {
  return listText([...new Set(objects.map(({ ref }) => ref.kind))].toSorted());
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
