import { ApiFault } from "./api-fault.ts";
import type { ClusterKind } from "./cluster-kinds.ts";
import { type Fields, fieldsOf, isFields, textOf } from "./raw-fields.ts";

/** Kinds of which every object has more than metadata. */
const kindsWithSpec =
  /^(?:Pod|Service|Deployment|ReplicaSet|StatefulSet|DaemonSet|Job|CronJob|ReplicationController)$|Policy$/;

/** The items of a page, when it is what was asked for. What is anything else must never be taken for an empty cluster. */
export function itemsOf(page: Fields, kind: ClusterKind): readonly Fields[] {
  const { items, kind: pageKind } = page;
  if (typeof pageKind === "string" && pageKind !== `${kind.kind}List` && pageKind !== "List") {
    const isAny = pageKind.endsWith("List") && kind.presence !== "built-in";
    if (!isAny || /^(?:Table|PartialObjectMetadata)/.test(pageKind))
      throw malformed(`a list of ${kind.kind} was asked for, and it sent a ${pageKind}`);
  }
  // Go writes an empty list as null.
  if (items === null && typeof pageKind === "string") return [];
  if (items === undefined) throw malformed("the list that it sent has no items");
  if (!Array.isArray(items) || !items.every(isFields)) throw malformed("what it sent is not a list of objects");
  for (const item of items) checkItem(item, kind);
  return items;
}

function checkItem(item: Fields, { kind }: ClusterKind): void {
  const itemKind = item["kind"];
  if (itemKind !== undefined && itemKind !== kind)
    throw malformed(`a list of ${kind} was asked for, and it sent ${described(itemKind)}`);
  if (textOf(fieldsOf(item["metadata"])["name"]) === undefined) throw malformed("it sent an object without a name");
  const fields = Object.keys(item).filter((field) => !["apiVersion", "kind", "metadata"].includes(field));
  if (fields.length === 0 && kindsWithSpec.test(kind)) throw malformed("it sent only the metadata of objects");
}

/** Where the next page is; empty for the last one. */
export function continueOf(page: Fields): string {
  const token = fieldsOf(page["metadata"])["continue"];
  if (token === undefined || token === null) return "";
  if (typeof token !== "string") throw malformed(`its continue is ${described(token)}, not a text`);
  return token;
}

/** How many objects it says are still to come. */
export function remainingOf(page: Fields): number | undefined {
  const remaining = fieldsOf(page["metadata"])["remainingItemCount"];
  return typeof remaining === "number" && remaining > 0 ? remaining : undefined;
}

function described(value: unknown): string {
  return typeof value === "string" ? `a ${value}` : Array.isArray(value) ? "a list" : `a ${typeof value}`;
}

function malformed(message: string): ApiFault {
  return new ApiFault({ kind: "malformed", message, final: true });
}
