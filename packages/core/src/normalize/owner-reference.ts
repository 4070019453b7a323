import type { RawValue } from "../parse/document.ts";
import { isDnsSubdomain } from "../semantics/names.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping } from "./raw-object.ts";
import { isList, isMapping } from "./raw-object.ts";

/** The controller of an object, which is in the same namespace. */
export interface OwnerReference {
  readonly apiVersion: string;
  readonly kind: string;
  readonly name: string;
}

const kindName = /^[A-Za-z][A-Za-z0-9]{0,62}$/;
const required = ["kind", "name"] as const;

/**
 * The owner in an object's metadata that is its controller. A mirror pod belongs to its Node and a Spark executor to its driver
 * Pod: those own pods, but are no workloads, so the pod stands for itself.
 */
export function ownerIn(metadata: RawMapping, at: ObjectCursor): OwnerReference | undefined {
  const owners = metadata["ownerReferences"];
  return isList(owners) ? at.read.owners.of(at, owners, () => controllerAmong(owners, at)) : undefined;
}

function controllerAmong(owners: readonly RawValue[], at: ObjectCursor): OwnerReference | undefined {
  let found: OwnerReference | undefined;
  for (const [index, owner] of owners.entries()) {
    if (!isMapping(owner)) continue;
    reportMissing(owner, index, at);
    if (owner["controller"] === true) found ??= ownerOf(owner);
  }
  return found;
}

function ownerOf({ apiVersion, kind, name }: RawMapping): OwnerReference | undefined {
  if (typeof kind !== "string" || typeof name !== "string" || kind === "Node" || kind === "Pod") return undefined;
  if (!kindName.test(kind) || !isDnsSubdomain(name)) return undefined;
  return { apiVersion: typeof apiVersion === "string" ? apiVersion : "", kind, name };
}

/** "apiVersion, kind, name, uid" are required; without kind and name nobody knows whose the object is. */
function reportMissing(owner: RawMapping, index: number, at: ObjectCursor): void {
  const missing = required.filter(
    (field) => owner[field] === undefined || owner[field] === null || owner[field] === "",
  );
  if (missing.length === 0 || at.live) return;
  at.warn(
    "missing-field",
    ["metadata", "ownerReferences", index],
    `an ownerReference without ${missing.join(" and ")}: the API server refuses the ${at.ref.kind}, and whose it is stays unknown`,
  );
}
