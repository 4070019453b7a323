import type { IngressRoute, RouteBackend, RouteParent } from "../model/routes.ts";
import type { Protocol } from "../model/policy.ts";
import { forEachItem, integerField, mappingField, textField, textListField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping } from "./raw-object.ts";
import { groupOf } from "./raw-object.ts";
import { portOf, readRoute, weightOf } from "./route-draft.ts";

/** The routes of the Gateway API. */
export const gatewayRouteReaders: readonly KindReader[] = [
  "HTTPRoute",
  "GRPCRoute",
  "TLSRoute",
  "TCPRoute",
  "UDPRoute",
].map((kind) => ({
  kind,
  reads: (apiVersion) => groupOf(apiVersion) === "gateway.networking.k8s.io",
  read: (object, draft) => {
    const protocol = kind === "UDPRoute" ? "UDP" : "TCP";
    readRoute(object, draft, (at, spec) => readBackends(at, spec, protocol), readAttachment);
  },
}));

/** "ParentRefs references the resources (usually Gateways) that a Route wants to be attached to." */
function readAttachment(
  at: ObjectCursor,
  spec: RawMapping,
  ownNamespace: string,
): Pick<IngressRoute, "parents" | "hostnames"> {
  const parents: RouteParent[] = [];
  forEachItem(at, spec, "parentRefs", (raw) => {
    const section = textField(at, raw, "sectionName");
    const port = integerField(at, raw, "port");
    const group = textField(at, raw, "group") ?? "gateway.networking.k8s.io";
    const kind = textField(at, raw, "kind") ?? "Gateway";
    parents.push({
      kind: group === "gateway.networking.k8s.io" || kind !== "Gateway" ? kind : `${kind}.${group}`,
      namespace: textField(at, raw, "namespace") ?? ownNamespace,
      name: textField(at, raw, "name") ?? "",
      ...(section === undefined || section === "" ? {} : { section }),
      ...(port === undefined ? {} : { port }),
    });
  });
  const hostnames = textListField(at, spec, "hostnames");
  return { parents, ...(hostnames.length === 0 ? {} : { hostnames }) };
}

function readBackends(at: ObjectCursor, spec: RawMapping, protocol: Protocol): readonly RouteBackend[] {
  const backends: RouteBackend[] = [];
  const add = (raw: RawMapping): void => {
    const backend = readBackend(at, raw, protocol);
    if (backend !== undefined) backends.push(backend);
  };
  forEachItem(at, spec, "rules", (rule) => {
    forEachItem(at, rule, "backendRefs", (raw) => {
      add(raw);
      forEachMirror(at, raw, add);
    });
    forEachMirror(at, rule, add);
  });
  return backends;
}

/** "RequestMirror: requests are sent to the specified destination, but responses from that destination are ignored." */
function forEachMirror(at: ObjectCursor, map: RawMapping, add: (raw: RawMapping) => void): void {
  forEachItem(at, map, "filters", (filter) => {
    const mirror = mappingField(at, filter, "requestMirror");
    if (mirror === undefined) return;
    at.enter("requestMirror");
    const backend = mappingField(at, mirror, "backendRef");
    at.enter("backendRef");
    if (backend !== undefined) add(backend);
    at.leave();
    at.leave();
  });
}

/** "Group is the group of the referent. When unspecified or empty string, core API group is inferred. Kind defaults to Service." */
function readBackend(at: ObjectCursor, raw: RawMapping, protocol: Protocol): RouteBackend | undefined {
  const group = textField(at, raw, "group") ?? "";
  const kind = textField(at, raw, "kind") ?? "Service";
  const service = textField(at, raw, "name");
  if (group !== "" || kind !== "Service" || service === undefined || service === "") return undefined;
  const namespace = textField(at, raw, "namespace");
  const port = portOf(raw["port"]);
  return {
    ...(namespace === undefined || namespace === "" ? {} : { namespace }),
    service,
    ...(port === undefined ? {} : { port }),
    protocol,
    ...weightOf(raw),
  };
}
