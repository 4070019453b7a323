import type { IngressRoute, RouteBackend } from "../model/routes.ts";
import { forEachItem, mappingField, textField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping } from "./raw-object.ts";
import { emptyMapping, groupOf, isMapping } from "./raw-object.ts";
import { portOf, readRoute } from "./route-draft.ts";

/** Ingress of `networking.k8s.io/v1`, and of the two groups and versions that name backends by `serviceName` and `servicePort`. */
export const ingressReader: KindReader = {
  kind: "Ingress",
  reads: (apiVersion) => ["networking.k8s.io", "extensions"].includes(groupOf(apiVersion)),
  read: (object, draft) => readRoute(object, draft, readBackends, classOf),
};

/** "ingressClassName", and the annotation that did the same before it. */
function classOf(at: ObjectCursor, spec: RawMapping): Pick<IngressRoute, "className"> {
  const metadata = at.object.value["metadata"];
  const annotations = isMapping(metadata) ? metadata["annotations"] : undefined;
  const old = isMapping(annotations) ? annotations["kubernetes.io/ingress.class"] : undefined;
  const className = textField(at, spec, "ingressClassName") ?? (typeof old === "string" ? old : undefined);
  return className === undefined ? {} : { className };
}

function readBackends(at: ObjectCursor, spec: RawMapping): readonly RouteBackend[] {
  const backends: RouteBackend[] = [];
  addBackend(at, spec, "defaultBackend", backends);
  addBackend(at, spec, "backend", backends);
  forEachItem(at, spec, "rules", (rule) => {
    const http = mappingField(at, rule, "http") ?? emptyMapping;
    at.enter("http");
    forEachItem(at, http, "paths", (path) => addBackend(at, path, "backend", backends));
    at.leave();
  });
  return backends;
}

function addBackend(at: ObjectCursor, map: RawMapping, field: string, backends: RouteBackend[]): void {
  const raw = mappingField(at, map, field);
  if (raw === undefined) return;
  at.enter(field);
  const backend = raw["service"] == null ? oldBackend(at, raw) : serviceBackend(at, raw);
  at.leave();
  if (backend !== undefined) backends.push(backend);
}

/** As `extensions/v1beta1` and `networking.k8s.io/v1beta1` write it. */
function oldBackend(at: ObjectCursor, raw: RawMapping): RouteBackend | undefined {
  return backendOf(textField(at, raw, "serviceName"), portOf(raw["servicePort"]));
}

function serviceBackend(at: ObjectCursor, raw: RawMapping): RouteBackend | undefined {
  const service = mappingField(at, raw, "service") ?? emptyMapping;
  at.enter("service");
  const port = mappingField(at, service, "port") ?? emptyMapping;
  const name = textField(at, service, "name");
  at.leave();
  return backendOf(name, portOf(port["number"]) ?? portOf(port["name"]));
}

/** Undefined for a backend that is no Service (a `resource`). */
function backendOf(service: string | undefined, port: number | string | undefined): RouteBackend | undefined {
  if (service === undefined || service === "") return undefined;
  return { service, ...(port === undefined ? {} : { port }), protocol: "TCP" };
}
