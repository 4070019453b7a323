import type { Report } from "../diagnostics/diagnostic.ts";
import type { RawDocument, RawValue } from "../parse/document.ts";
import type { NodePath, Origin } from "../source/position.ts";
import { locationOf } from "../source/position.ts";
import type { RawObject } from "./raw-object.ts";
import { isList, isMapping } from "./raw-object.ts";

/** What becomes of the contents of a document. */
export interface ObjectVisitor {
  readonly object: (object: RawObject) => void;
  /** An object without an `apiVersion`, or with something that cannot be one. */
  readonly nameless: (object: RawObject) => void;
  /** Something that is no Kubernetes object. */
  readonly other: () => void;
  readonly report: Report;
}

const root: NodePath = [];
const apiName = /^[\w./-]{1,300}$/;

/** Whether a text could be an `apiVersion` or a `kind`. With any other it is no Kubernetes object, and the text not safe to print. */
export function isApiName(text: string): boolean {
  return apiName.test(text);
}

/** Whether documents of this kind hold others. */
export function isListKind(kind: string): boolean {
  return kind.endsWith("List");
}

/** Visits the objects of a document: itself, or what is in its lists, however deep (the parser bounds the depth). */
export function visitObjects(document: RawDocument, visitor: ObjectVisitor): void {
  // An empty document between two `---` is nothing at all.
  if (document.value !== null) visitValue(document.value, { locator: document, path: root }, undefined, visitor);
}

/** What items of a list (`PodList`) are when they do not say so themselves. */
interface ItemDefaults {
  readonly apiVersion: string;
  readonly kind: string;
}

/** Visits a value that should be an object, or a list of objects. */
export function visitValue(
  value: RawValue,
  origin: Origin,
  defaults: ItemDefaults | undefined,
  visitor: ObjectVisitor,
): void {
  if (!isMapping(value)) return visitor.other();
  const kind = textOf(value["kind"]) ?? defaults?.kind;
  if (kind === undefined) return visitor.other();
  const apiVersion = textOf(value["apiVersion"]) ?? (kind === defaults?.kind ? defaults.apiVersion : undefined) ?? "";
  const object: RawObject = { apiVersion, kind, value, origin };
  // kubectl takes every object with `items` for a list, whatever its kind, and with or without an apiVersion.
  // Inside a list, an object whose `items` is not a list itself is an object like any other, with a field of that name.
  const { items } = value;
  const isNested = origin.path.length > 0;
  if (kind === "List" || (items !== undefined && (!isNested || isList(items)))) visitItems(object, visitor);
  else if (!isApiName(kind)) visitor.other();
  else if (isApiName(apiVersion)) visitor.object(object);
  else visitor.nameless(object);
}

/** What kubectl takes for nothing at all when it is empty or no text. */
function textOf(value: RawValue | undefined): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function visitItems({ apiVersion, kind, value, origin }: RawObject, visitor: ObjectVisitor): void {
  const items = value["items"];
  if (items === undefined || items === null) return;
  if (!isList(items)) return reportNoList(origin, kind, visitor.report);
  const defaults = kind === "List" ? undefined : { apiVersion, kind: kind.replace(/List$/, "") };
  for (let index = 0; index < items.length; index++) {
    const path = [...origin.path, "items", index];
    visitValue(items[index] ?? null, { locator: origin.locator, path }, defaults, visitor);
  }
}

function reportNoList(origin: Origin, kind: string, report: Report): void {
  report({
    code: "wrong-type",
    severity: "error",
    unreadable: true,
    message: `the items of a ${isApiName(kind) ? kind : "list"} must be a list: nothing in it was read`,
    location: locationOf(origin, ["items"]),
  });
}
