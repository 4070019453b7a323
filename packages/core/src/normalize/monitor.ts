import { everything } from "../model/cluster.ts";
import type { ScrapeDeclaration, ScrapedPort } from "../model/scrapes.ts";
import type { RawValue } from "../parse/document.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import type { KindReader } from "./kind-reader.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, groupOf, isList, isMapping } from "./raw-object.ts";
import { readSelector } from "./selector.ts";

/** Where a kind of monitor lists what it scrapes. */
const endpointFields = { ServiceMonitor: "endpoints", PodMonitor: "podMetricsEndpoints" } as const;

/** ServiceMonitor and PodMonitor of the Prometheus operator: pods that somebody declares a need to reach. */
export const monitorReaders: readonly KindReader[] = (["ServiceMonitor", "PodMonitor"] as const).map((kind) => ({
  kind,
  reads: (apiVersion) => groupOf(apiVersion) === "monitoring.coreos.com",
  read: (object, draft) => readMonitor(kind, object, draft),
}));

function readMonitor(kind: keyof typeof endpointFields, object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined) return;
  const spec = isMapping(object.value["spec"]) ? object.value["spec"] : emptyMapping;
  at.enter("spec");
  const selector = readSelector(at, spec, "selector") ?? everything;
  at.leave();
  if (at.refused) return;
  const { namespace, name } = metadata;
  const monitor: ScrapeDeclaration = {
    ref: at.ref,
    namespace,
    name,
    of: kind === "ServiceMonitor" ? "services" : "pods",
    selector,
    namespaces: namespacesOf(spec, namespace),
    ports: portsOf(spec[endpointFields[kind]]),
    origin: object.origin,
  };
  draft.scrapes.push(monitor);
}

/** "any: boolean describing whether all namespaces are selected", "matchNames: list of namespace names"; by default its own. */
function namespacesOf({ namespaceSelector }: RawMapping, own: string): ScrapeDeclaration["namespaces"] {
  if (!isMapping(namespaceSelector)) return [own];
  if (namespaceSelector["any"] === true) return "any";
  const names = namespaceSelector["matchNames"];
  const listed = isList(names) ? names.filter((name) => typeof name === "string") : [];
  return listed.length === 0 ? [own] : listed;
}

function portsOf(endpoints: RawValue | undefined): readonly ScrapedPort[] {
  if (!isList(endpoints)) return [];
  return endpoints.flatMap((endpoint): readonly ScrapedPort[] => {
    if (!isMapping(endpoint)) return [];
    const { port, portNumber, targetPort } = endpoint;
    if (typeof port === "string" && port !== "") return [{ port }];
    const target = portNumber ?? targetPort;
    return typeof target === "string" || typeof target === "number" ? [{ targetPort: target }] : [];
  });
}
