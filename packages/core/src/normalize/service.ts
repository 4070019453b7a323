import { parseAddress } from "../sets/address.ts";
import type { Service, ServicePort } from "../model/cluster.ts";
import type { RawValue } from "../parse/document.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { forEachItem, integerField, listField, mappingField, textField, wrongType } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { isPortNumber, readProtocol } from "./network-policy-port.ts";
import { ObjectCursor } from "./object-cursor.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, isList } from "./raw-object.ts";
import { noLabels, readLabels } from "./string-map.ts";

/** Service of the core API; Knative has another kind of that name. */
export const serviceReader: KindReader = {
  kind: "Service",
  reads: (apiVersion) => apiVersion === "v1",
  read: readService,
};

function readService(object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "label", draft.defaultNamespace);
  if (metadata === undefined) return;
  const spec = mappingField(at, object.value, "spec") ?? emptyMapping;
  at.enter("spec");
  const selector = readLabels(at, spec, "selector");
  at.tolerant = true;
  const type = textField(at, spec, "type") ?? "ClusterIP";
  const ports = readPorts(at, spec);
  const outside = readOutside(at, spec);
  const externalName = textField(at, spec, "externalName") ?? "";
  at.leave();
  if (at.refused) return;
  // Without a selector, or for ExternalName, no pods are chosen: "the corresponding EndpointSlice objects are not created automatically".
  const selects = type !== "ExternalName" && Object.keys(selector).length > 0;
  const service: Service = {
    namespace: metadata.namespace,
    name: metadata.name,
    type,
    headless: spec["clusterIP"] === "None",
    ...clusterIPsIn(spec),
    ...outside,
    ...(metadata.labels === noLabels ? {} : { labels: metadata.labels }),
    ...(selects ? { selector } : {}),
    ...(type === "ExternalName" && externalName !== "" ? { externalName } : {}),
    ports,
    annotations: metadata.annotations,
    origin: object.origin,
  };
  draft.putService(service);
}

/** "clusterIPs is a list of IP addresses assigned to this service": where it is there, "clusterIP" is its first. */
function clusterIPsIn({ clusterIP, clusterIPs }: RawMapping): Pick<Service, "clusterIPs"> {
  const written = isList(clusterIPs) ? clusterIPs : [clusterIP ?? null];
  const addresses = written.filter((each) => typeof each === "string" && parseAddress(each) !== undefined) as string[]; // just seen
  return addresses.length === 0 ? {} : { clusterIPs: addresses };
}

/** How clients outside come in. */
function readOutside(at: ObjectCursor, spec: RawMapping): Pick<Service, "sourceRanges" | "externalTrafficPolicy"> {
  const policy = textField(at, spec, "externalTrafficPolicy");
  const ranges = listField(at, spec, "loadBalancerSourceRanges").filter((range) => typeof range === "string");
  return {
    ...(policy === undefined || policy === "Cluster" ? {} : { externalTrafficPolicy: policy }),
    ...(ranges.length === 0 ? {} : { sourceRanges: ranges }),
  };
}

function readPorts(at: ObjectCursor, spec: RawMapping): readonly ServicePort[] {
  const ports: ServicePort[] = [];
  forEachItem(at, spec, "ports", (raw) => {
    const port = readPort(at, raw);
    if (port !== undefined) ports.push(port);
  });
  return ports;
}

function readPort(at: ObjectCursor, raw: RawMapping): ServicePort | undefined {
  const port = integerField(at, raw, "port");
  const protocol = readProtocol(at, raw);
  const name = textField(at, raw, "name");
  if (port === undefined && raw["port"] == null)
    at.refuse("missing-field", ["port"], "a Service port needs a number: write port");
  if (port !== undefined && !isPortNumber(port))
    at.refuse("wrong-type", ["port"], `port ${port} is out of range: write 1 to 65535`);
  if (port === undefined || protocol === undefined) return undefined;
  const targetPort = readTargetPort(at, raw["targetPort"]) ?? port;
  const { nodePort } = raw;
  return {
    ...(name === undefined || name === "" ? {} : { name }),
    protocol,
    port,
    targetPort,
    ...(typeof nodePort === "number" && isPortNumber(nodePort) ? { nodePort } : {}),
  };
}

/** "If this is not specified, the value of the 'port' field is used (an identity map)"; so are 0 and the empty name. */
function readTargetPort(at: ObjectCursor, value: RawValue | undefined): number | string | undefined {
  if (value === undefined || value === null || value === 0 || value === "") return undefined;
  if (typeof value === "string" || typeof value === "number") return value;
  return wrongType(at, ["targetPort"], "a number or a port name", value);
}
