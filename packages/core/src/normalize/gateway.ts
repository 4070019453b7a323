import type { Gateway, GatewayListener, ReferenceGrant } from "../model/routes.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { forEachItem, integerField, mappingField, textField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, groupOf } from "./raw-object.ts";
import { readSelector } from "./selector.ts";

const group = "gateway.networking.k8s.io";
const reads = (apiVersion: string): boolean => groupOf(apiVersion) === group;

/** Gateways and what lets routes name Services of other namespaces. Istio has another kind of the name Gateway. */
export const gatewayReaders: readonly KindReader[] = [
  { kind: "Gateway", reads, read: readGateway },
  { kind: "ReferenceGrant", reads, read: readGrant },
];

function readGateway(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined || at.refused) return;
  at.tolerant = true;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  const { namespace, name } = metadata;
  at.enter("spec");
  const className = textField(at, spec, "gatewayClassName");
  const listeners: GatewayListener[] = [];
  forEachItem(at, spec, "listeners", (raw) => listeners.push(readListener(at, raw)));
  at.leave();
  const gateway: Gateway = {
    namespace,
    name,
    ...(className === undefined || className === "" ? {} : { className }),
    listeners,
  };
  draft.gateways.set(`${namespace}/${name}`, gateway);
}

function readListener(at: ObjectCursor, raw: RawMapping): GatewayListener {
  const hostname = textField(at, raw, "hostname");
  const port = integerField(at, raw, "port");
  const allowed = mappingField(at, raw, "allowedRoutes") ?? emptyMapping;
  at.enter("allowedRoutes");
  const kinds: string[] = [];
  forEachItem(at, allowed, "kinds", (each) => {
    if ((textField(at, each, "group") ?? group) === group) kinds.push(textField(at, each, "kind") ?? "");
  });
  const namespaces = readNamespaces(at, mappingField(at, allowed, "namespaces") ?? emptyMapping);
  at.leave();
  return {
    name: textField(at, raw, "name") ?? "",
    protocol: textField(at, raw, "protocol") ?? "",
    ...(port === undefined ? {} : { port }),
    ...(hostname === undefined || hostname === "" ? {} : { hostname }),
    ...(kinds.length === 0 ? {} : { kinds }),
    namespaces,
  };
}

/** "From indicates where Routes will be selected for this Gateway. Defaults to Same." */
function readNamespaces(at: ObjectCursor, raw: RawMapping): GatewayListener["namespaces"] {
  at.enter("namespaces");
  const from = textField(at, raw, "from") ?? "Same";
  const selector = from === "Selector" ? readSelector(at, raw, "selector") : undefined;
  at.leave();
  if (from === "All") return "all";
  if (from === "Selector") return selector ?? "none";
  return from === "None" ? "none" : "own";
}

function readGrant(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined || at.refused) return;
  at.tolerant = true;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  const { namespace, name } = metadata;
  const from: { kind: string; namespace: string }[] = [];
  const services: (string | undefined)[] = [];
  at.enter("spec");
  forEachItem(at, spec, "from", (raw) => {
    if (textField(at, raw, "group") !== group) return;
    from.push({ kind: textField(at, raw, "kind") ?? "", namespace: textField(at, raw, "namespace") ?? "" });
  });
  forEachItem(at, spec, "to", (raw) => {
    if ((textField(at, raw, "group") ?? "") !== "" || textField(at, raw, "kind") !== "Service") return;
    const named = textField(at, raw, "name");
    services.push(named === "" ? undefined : named);
  });
  at.leave();
  const grant: ReferenceGrant = { namespace, name, from, services };
  draft.grants.set(`${namespace}/${name}`, grant);
}
