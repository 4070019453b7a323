import type { RouteBackend } from "../model/cluster.ts";
import type { RawValue } from "../parse/document.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { mappingField } from "./fields.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping } from "./raw-object.ts";

/** Reads an object that exposes Services. `backendsOf` gets the cursor standing on the object's `spec`. */
export function readRoute(
  object: RawObject,
  draft: ClusterDraft,
  backendsOf: (at: ObjectCursor, spec: RawMapping) => readonly RouteBackend[],
): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined || at.refused) return;
  at.tolerant = true;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const backends = backendsOf(at, spec);
  at.leave();
  const { namespace, name } = metadata;
  draft.putRoute({ ref: at.ref, namespace, name, backends: distinct(backends), origin: object.origin });
}

/** A port by number or name, where the value is one. */
export function portOf(value: RawValue | undefined): number | string | undefined {
  return (typeof value === "number" && value > 0) || (typeof value === "string" && value !== "") ? value : undefined;
}

function distinct(backends: readonly RouteBackend[]): readonly RouteBackend[] {
  const seen = new Map<string, RouteBackend>();
  for (const backend of backends) {
    const { namespace, service, port, targetPort } = backend;
    seen.set(JSON.stringify([namespace, service, port, targetPort]), backend);
  }
  return [...seen.values()];
}
