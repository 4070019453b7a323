import type { RouteBackend } from "../model/routes.ts";
import { forEachItem, mappingField, textField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping } from "./raw-object.ts";
import { emptyMapping, groupOf } from "./raw-object.ts";
import { portOf, readRoute, weightOf } from "./route-draft.ts";

/** Route of OpenShift; Knative has another kind of that name. */
export const openshiftRouteReader: KindReader = {
  kind: "Route",
  reads: (apiVersion) => groupOf(apiVersion) === "route.openshift.io",
  read: (object, draft) => readRoute(object, draft, readBackends),
};

function readBackends(at: ObjectCursor, spec: RawMapping): readonly RouteBackend[] {
  const port = mappingField(at, spec, "port") ?? emptyMapping;
  const target = portFields(portOf(port["targetPort"]));
  const backends: RouteBackend[] = [];
  const add = (raw: RawMapping): void => {
    const service = textField(at, raw, "name");
    const kind = textField(at, raw, "kind") ?? "Service";
    if (kind === "Service" && service !== undefined && service !== "")
      backends.push({ service, ...target, protocol: "TCP", ...weightOf(raw) });
  };
  const to = mappingField(at, spec, "to") ?? emptyMapping;
  at.enter("to");
  add(to);
  at.leave();
  forEachItem(at, spec, "alternateBackends", add);
  return backends;
}

/** "If this is a string, it will be looked up as a named port in the target endpoints port list", whose names are those of the Service; a number is the pods' own. */
function portFields(target: number | string | undefined): Pick<RouteBackend, "port" | "targetPort"> {
  if (target === undefined) return {};
  return typeof target === "string" ? { port: target } : { targetPort: target };
}
