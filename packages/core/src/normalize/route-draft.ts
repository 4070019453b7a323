import type { IngressRoute, RouteBackend } from "../model/routes.ts";
import type { RawValue } from "../parse/document.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { mappingField } from "./fields.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping } from "./raw-object.ts";

/** Reads an object that exposes Services. `backendsOf` and `attachmentOf` get the cursor standing on the object's `spec`. */
export function readRoute(
  object: RawObject,
  draft: ClusterDraft,
  backendsOf: (at: ObjectCursor, spec: RawMapping) => readonly RouteBackend[],
  attachmentOf: (
    at: ObjectCursor,
    spec: RawMapping,
    namespace: string,
  ) => Pick<IngressRoute, "parents" | "hostnames" | "className"> = () => ({}),
): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined || at.refused) return;
  at.tolerant = true;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const { namespace, name } = metadata;
  const backends = backendsOf(at, spec);
  const attachment = attachmentOf(at, spec, namespace);
  at.leave();
  draft.putRoute({ ref: at.ref, namespace, name, backends: distinct(backends), ...attachment, origin: object.origin });
}

/** A port by number or name, where the value is one. */
export function portOf(value: RawValue | undefined): number | string | undefined {
  return (typeof value === "number" && value > 0) || (typeof value === "string" && value !== "") ? value : undefined;
}

/** "If weight is set to 0, no traffic should be forwarded for this entry." */
export function weightOf(raw: RawMapping): Pick<RouteBackend, "isIdle"> {
  return raw["weight"] === 0 ? { isIdle: true } : {};
}

function distinct(backends: readonly RouteBackend[]): readonly RouteBackend[] {
  const seen = new Map<string, RouteBackend>();
  for (const backend of backends) {
    const { namespace, service, port, targetPort, protocol, isIdle } = backend;
    const key = JSON.stringify([namespace, service, port, targetPort, protocol]);
    if (isIdle !== true || !seen.has(key)) seen.set(key, backend);
  }
  return [...seen.values()];
}
