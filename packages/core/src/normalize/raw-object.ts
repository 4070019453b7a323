import type { RawValue } from "../parse/document.ts";
import type { Origin } from "../source/position.ts";

/** A mapping of a document. */
export type RawMapping = { readonly [key: string]: RawValue };

/** A Kubernetes object as it was written: a document, or an item of a List. */
export interface RawObject {
  readonly apiVersion: string;
  readonly kind: string;
  readonly value: RawMapping;
  readonly origin: Origin;
}

/** A mapping without keys; what `null` means where the API has a struct. */
export const emptyMapping: RawMapping = Object.freeze(Object.create(null) as RawMapping); // Object.create is typed as any

/** Whether a value is a mapping. */
export function isMapping(value: RawValue | undefined): value is RawMapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. */
export function isList(value: RawValue | undefined): value is readonly RawValue[] {
  return Array.isArray(value);
}

/** The API group of an `apiVersion`: `apps` of `apps/v1`, and "" (core) of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}
