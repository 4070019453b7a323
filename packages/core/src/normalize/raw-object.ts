import type { RawValue } from "../parse/document.ts";
import type { Origin } from "../source/position.ts";
export { isList, isMapping } from "../lib/plain-values.ts";

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

/** The API group of an `apiVersion`: `apps` of `apps/v1`, and "" (core) of `v1`. */
export function groupOf(apiVersion: string): string {
  const slash = apiVersion.indexOf("/");
  return slash < 0 ? "" : apiVersion.slice(0, slash);
}
