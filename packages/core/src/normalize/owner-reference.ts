import { isDnsSubdomain } from "./names.ts";
import type { RawMapping } from "./raw-object.ts";
import { isList, isMapping } from "./raw-object.ts";

/** The controller of an object, which is in the same namespace. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

const kindName = /^[A-Za-z][A-Za-z0-9]{0,62}$/;

/**
 * The owner in an object's metadata that is its controller. A mirror pod belongs to its Node and a Spark executor to its driver
 * Pod: those own pods, but are no workloads, so the pod stands for itself.
 */
export function ownerIn(metadata: RawMapping): OwnerReference | undefined {
  const owners = metadata["ownerReferences"];
  if (!isList(owners)) return undefined;
  for (const owner of owners) {
    if (!isMapping(owner) || owner["controller"] !== true) continue;
    const { apiVersion, kind, name } = owner;
    if (typeof kind !== "string" || typeof name !== "string" || kind === "Node" || kind === "Pod") return undefined;
    if (!kindName.test(kind) || !isDnsSubdomain(name)) return undefined;
    return { apiVersion: typeof apiVersion === "string" ? apiVersion : "", kind, name };
  }
  return undefined;
}
