import type { Report } from "../diagnostics/diagnostic.ts";
import { locationOf } from "../source/position.ts";
import { quote } from "./quote.ts";
import type { RawObject } from "./raw-object.ts";

/** The kinds of Kubernetes itself that npa reads, and where they live. */
const homes: ReadonlyMap<string, string> = new Map([
  ["Namespace", "v1"],
  ["Pod", "v1"],
  ["ReplicationController", "v1"],
  ["Service", "v1"],
  ["DaemonSet", "apps/v1"],
  ["Deployment", "apps/v1"],
  ["ReplicaSet", "apps/v1"],
  ["StatefulSet", "apps/v1"],
  ["CronJob", "batch/v1"],
  ["Job", "batch/v1"],
  ["Ingress", "networking.k8s.io/v1"],
]);

/** Groups of Kubernetes itself: those without a dot (`apps`, `batch`, the core group) and `*.k8s.io` ones that it serves. */
const ownGroup = /^(?:[a-z]*\/)?v\d[a-z\d]*$|^networking\.k8s\.io\//;

/**
 * Reports a kind of Kubernetes under an API that does not have it (`apps/v1 Pod`): the API server refuses it. Kinds of
 * the same name in other projects' groups are none of our business.
 */
export function reportWrongApiVersion(object: RawObject, report: Report): void {
  const home = homes.get(object.kind);
  if (home === undefined || !isBuiltIn(object)) return;
  report({
    code: "wrong-type",
    severity: "error",
    unreadable: true,
    message: `${quote(object.apiVersion)} has no ${object.kind}: the API server refuses the object, so it was not read. Write apiVersion: ${home}`,
    location: locationOf(object.origin, ["apiVersion"]),
  });
}

/** Whether an object claims to be of an API of Kubernetes itself. */
export function isBuiltIn({ apiVersion }: RawObject): boolean {
  return ownGroup.test(apiVersion);
}

/** How files of values are named, wherever their chart is: `values.yaml`, `values-prod.yml`, `descheduler-values.yaml`. */
const valuesFile = /(?:^|[/._-])values(?:[._-][^/]*)?\.(?:ya?ml|json)$/i;

/**
 * Whether what has a `kind` and no `apiVersion` is values of a chart, in which a `kind` may be any setting. With metadata it
 * is the manifest of something, whatever its file is called.
 */
export function isValuesOfChart({ apiVersion, value, origin }: RawObject): boolean {
  return (
    apiVersion === "" &&
    origin.path.length === 0 &&
    value["apiVersion"] === undefined &&
    value["metadata"] === undefined &&
    valuesFile.test(origin.locator.file)
  );
}

/** Reports an object of a kind that npa reads whose `apiVersion` is missing or cannot be one: nobody can say what it is. */
export function reportNoApiVersion({ apiVersion, kind, origin }: RawObject, report: Report): void {
  const home = homes.get(kind);
  const written = apiVersion === "" ? `the ${kind} has no apiVersion` : `${quote(apiVersion)} is no apiVersion`;
  const advice = home === undefined ? "" : `. Write apiVersion: ${home}`;
  report({
    code: "missing-field",
    severity: "error",
    unreadable: true,
    message: `${written}, so it was not read${advice}`,
    location: locationOf(origin, apiVersion === "" ? [] : ["apiVersion"]),
  });
}
