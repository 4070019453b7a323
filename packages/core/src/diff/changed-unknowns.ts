import type { ChangedObject } from "../answers/diff.ts";
import { by } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { type Origin, locationOf, valueAt } from "../source/position.ts";

/**
 * Objects that are not the same on both sides, may change what the network allows, and are not evaluated: policies with
 * values that are not known here, kinds that npa does not judge, policies for nodes. Sorted.
 */
export function changedUnknowns(before: Cluster, after: Cluster): readonly ChangedObject[] {
  const [old, now] = [byKey(before), byKey(after)];
  const changed: ChangedObject[] = [];
  for (const [key, object] of now) {
    const was = old.get(key);
    if (was === undefined) changed.push(changedObject(object, "added"));
    else if (contentOf(was) !== contentOf(object)) changed.push(changedObject(object, "changed"));
  }
  for (const [key, object] of old) if (!now.has(key)) changed.push(changedObject(object, "removed"));
  return changed.toSorted(by(({ object }) => refKey(object)));
}

interface Unknown extends Pick<ChangedObject, "object"> {
  readonly origin: Origin;
}

/** By what makes them the same, and a number where that is not enough: objects may be without a name here. */
function byKey({ notEvaluated, hostPolicies = [] }: Cluster): ReadonlyMap<string, Unknown> {
  const objects = new Map<string, Unknown>();
  for (const { ref, origin } of [...notEvaluated, ...hostPolicies]) {
    if (origin === undefined) continue;
    let key = refKey(ref);
    while (objects.has(key) && objects.get(key)?.origin !== origin) key += "'";
    objects.set(key, { object: ref, origin });
  }
  return objects;
}

/** What it says, without what no answer depends on: annotations, and what an API server adds. */
function contentOf({ origin }: Unknown): string {
  const value = valueAt(origin, []);
  if (typeof value !== "object" || value === null) return "";
  const { metadata: _metadata, status: _status, ...rest } = value as Readonly<Record<string, unknown>>; // as was just seen
  return JSON.stringify([rest, valueAt(origin, ["metadata", "labels"])]);
}

function changedObject({ object, origin }: Unknown, change: ChangedObject["change"]): ChangedObject {
  return { object, change, location: locationOf(origin) };
}
