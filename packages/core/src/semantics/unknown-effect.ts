import type { NotEvaluatedObject, UnknownEffect } from "../model/cluster.ts";
import { directions } from "../model/policy.ts";

const anything: UnknownEffect = { allows: directions, denies: directions };
const nothing: UnknownEffect = {};
const podMakers: ReadonlySet<string> = new Set([
  "Pod",
  "Deployment",
  "ReplicaSet",
  "StatefulSet",
  "DaemonSet",
  "ReplicationController",
  "Job",
  "CronJob",
]);

/** What an object may change, by its kind where it does not say so itself. */
export function effectOf(object: NotEvaluatedObject): UnknownEffect {
  if (object.mayChange !== undefined) return object.mayChange;
  const { kind, name } = object.ref;
  // Of a kind that a live cluster hides (not of one that it has not): what is in no other list is unknown.
  const isWholeKind = name === "*";
  if (/Policy$|Firewall$/.test(kind))
    return isWholeKind && kind === "NetworkPolicy" && object.readNamespaces === undefined ? nothing : anything;
  if (isWholeKind ? kind === "Pod" && object.readNamespaces !== undefined : podMakers.has(kind)) return { pods: true };
  return nothing;
}

/** Whether an object may be about a namespace: it is in it or in none, and nobody has read what is there. */
export function mayConcern({ ref, readNamespaces }: NotEvaluatedObject, namespace: string): boolean {
  const { namespace: own } = ref;
  return (own === undefined || own === namespace) && readNamespaces?.includes(namespace) !== true;
}
