import type { RouteBackend } from "../model/cluster.ts";
import { forEachItem, textField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping } from "./raw-object.ts";
import { groupOf } from "./raw-object.ts";
import { portOf, readRoute } from "./route-draft.ts";

/** The routes of the Gateway API. Whether a ReferenceGrant lets a route name a Service of another namespace is not asked. */
export const gatewayRouteReaders: readonly KindReader[] = [
  "HTTPRoute",
  "GRPCRoute",
  "TLSRoute",
  "TCPRoute",
  "UDPRoute",
].map((kind) => ({
  kind,
  reads: (apiVersion) => groupOf(apiVersion) === "gateway.networking.k8s.io",
  read: (object, draft) => readRoute(object, draft, readBackends),
}));

function readBackends(at: ObjectCursor, spec: RawMapping): readonly RouteBackend[] {
  const backends: RouteBackend[] = [];
  forEachItem(at, spec, "rules", (rule) =>
    forEachItem(at, rule, "backendRefs", (raw) => {
      const backend = readBackend(at, raw);
      if (backend !== undefined) backends.push(backend);
    }),
  );
  return backends;
}

/** "Group is the group of the referent. When unspecified or empty string, core API group is inferred. Kind defaults to Service." */
function readBackend(at: ObjectCursor, raw: RawMapping): RouteBackend | undefined {
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
  };
}
