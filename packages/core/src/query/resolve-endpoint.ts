import { nearest } from "../lib/nearest.ts";
import type { Cluster, Service, Workload } from "../model/cluster.ts";
import type { ClassId } from "../reachability/class-set.ts";
import { type ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { isBehind, serviceFinder } from "../semantics/backend-targets.ts";
import { isDnsLabel, isLabelValue } from "../semantics/names.ts";
import { parseAddress } from "../sets/address.ts";
import { type AddressSet, parseCidr, singleAddresses } from "../sets/address-set.ts";
import { namedAddresses } from "../sets/address-names.ts";
import { intersection } from "../sets/interval-set.ts";
import { UsageError } from "../lib/usage-error.ts";
import { identityNamed, identitySide } from "./asked-identity.ts";

/** One side of a question: what was asked for, part by part. */
export interface QuestionSide {
  /** What the question means, as it is printed. */
  readonly label: string;
  readonly parts: readonly QuestionPart[];
  /** It is a name of DNS: of the parts, which are addresses, it is one, and nobody knows which. */
  readonly isName?: true;
  /** Set when a Service was named: the parts are its pods. */
  readonly service?: Service;
}

/** Pods or addresses that are treated alike. */
export interface QuestionPart {
  readonly id: string;
  readonly classId: ClassId;
  /** Has or may have two pods. */
  readonly toItself: boolean;
  readonly isWorkload: boolean;
  readonly workload?: Workload;
  /** Of addresses: those that were asked for. */
  readonly addresses?: AddressSet;
}

/**
 * Finds what a name means: everything that a list prints, `namespace/name`, `namespace/*`, `namespace/Kind/name`, `deploy/name` or `name`
 * in the default namespace, a Service (its pods), an IP address, a CIDR, a range, `internet` (the public addresses), or a
 * reserved identity of Cilium, as `reserved:host`.
 * Throws a UsageError with the nearest names.
 */
export function resolveEndpoint(
  text: string,
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
  defaultNamespace: string,
): QuestionSide {
  const listed = endpoints.find(({ endpoint }) => endpoint.id === text);
  if (listed !== undefined && (listed.workload === undefined || listed.workload.id !== text))
    return { label: text, parts: [partOf(listed)] };
  if (text === "ingress-controller") throw new UsageError("the ingress-controller only sends: name it as SRC");
  const identity = identityNamed(text, (name) =>
    endpoints.some(({ workload }) => workload?.name === name && workload.namespace === defaultNamespace),
  );
  if (identity !== undefined)
    return identitySide(identity, reachability, endpoints, (addresses) =>
      addressParts(addresses, reachability, endpoints),
    );
  const inNamespace = wholeNamespace(text, endpoints);
  if (inNamespace !== undefined) return inNamespace;
  const addresses = addressesNamed(text);
  if (addresses !== undefined) return { label: text, parts: addressParts(addresses, reachability, endpoints) };
  const wanted = parseName(text, defaultNamespace, reachability.cluster);
  if (wanted.kind === "Service") return serviceSide(text, wanted, reachability, endpoints);
  const matching = endpoints.filter(
    ({ workload }) =>
      workload !== undefined &&
      (workload.id === text ||
        (workload.namespace === wanted.namespace &&
          workload.name === wanted.name &&
          (wanted.kind === undefined || workload.kind.toLowerCase() === wanted.kind.toLowerCase()))),
  );
  const owners = [...new Set(matching.map(({ workload }) => workload?.id ?? ""))];
  if (owners.length === 0) {
    const service = serviceNamed(wanted, reachability.cluster);
    if (service !== undefined && wanted.kind === undefined) return serviceSide(text, wanted, reachability, endpoints);
    throw unknownName(text, wanted, endpoints);
  }
  if (owners.length > 1)
    throw new UsageError(`${quote(text)} may be ${owners.join(" or ")}: write it as namespace/Kind/name`);
  return { label: owners[0] ?? text, parts: matching.map(partOf) };
}

/** `shop/*`: every workload of a namespace, as lists write it for many. */
function wholeNamespace(text: string, endpoints: readonly ListedEndpoint[]): QuestionSide | undefined {
  const namespace = /^([^/]+)\/\*(?: \(all \d+\))?$/.exec(text)?.[1];
  if (namespace === undefined) return undefined;
  const parts = endpoints.filter(({ workload }) => workload?.namespace === namespace);
  if (parts.length === 0) throw new UsageError(`there is no workload in namespace ${quote(namespace)}`);
  return { label: `${namespace}/*`, parts: parts.map(partOf) };
}

function partOf({ endpoint, classId, toItself, workload }: ListedEndpoint): QuestionPart {
  const isWorkload = workload !== undefined;
  return { id: endpoint.id, classId, toItself, isWorkload, ...(isWorkload ? { workload } : {}) };
}

function serviceNamed({ namespace, name }: Name, cluster: Cluster): Service | undefined {
  return cluster.services.find((service) => service.namespace === namespace && service.name === name);
}

/** The pods behind a Service. */
function serviceSide(
  text: string,
  wanted: Name,
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
): QuestionSide {
  const { cluster } = reachability;
  const named = serviceNamed(wanted, cluster);
  const service = named === undefined ? undefined : serviceFinder(cluster)(named.namespace, named.name);
  if (service === undefined) {
    const known = cluster.services.map(({ namespace, name }) => `${namespace}/${name}`);
    throw new UsageError(`no Service ${quote(text)} in the input${hintOf(wanted, known)}`);
  }
  const label = `Service ${service.namespace}/${service.name}`;
  if (service.externalName !== undefined)
    throw new UsageError(
      `${label} is of type ExternalName: it is a DNS name for ${quote(service.externalName)}, which is no Service of the input. Ask about its addresses`,
    );
  const parts = endpoints.filter(({ workload }) => workload !== undefined && hasPodsBehind(workload, service));
  const written = (service.endpoints ?? []).flatMap(({ addresses }) => addresses);
  const known = new Set(
    parts.flatMap(({ workload }) => workload?.groups.flatMap(({ addresses }) => addresses.flat()) ?? []),
  );
  const outside = singleAddresses(written.filter((address) => !known.has(address)));
  const sides = [...parts.map(partOf), ...addressParts(outside, reachability, endpoints)];
  if (sides.length > 0) return { label, parts: sides, service };
  throw new UsageError(
    service.selector === undefined
      ? `${label} has no selector, and the input has no EndpointSlice of it: which pods or addresses are behind it, it does not say. Ask about those`
      : `${label} selects no pod of the input: ask for its pods by their labels`,
  );
}

/** Whether some pods of a workload are behind a Service. */
export function hasPodsBehind({ namespace, groups }: Workload, service: Service): boolean {
  return namespace === service.namespace && groups.some((group) => isBehind(service, group));
}

function addressesNamed(text: string): AddressSet | undefined {
  const address = parseAddress(text);
  if (address?.mapped === true || address?.leadingZeros === true || parseCidr(text)?.mapped === true) {
    throw new UsageError(
      `${quote(text)} can be read in two ways: write an IPv4 address plainly, without zeros in front`,
    );
  }
  if (address !== undefined) return [address.address, address.address + 1n];
  return namedAddresses(text);
}

function addressParts(
  addresses: AddressSet,
  reachability: Reachability,
  endpoints: readonly ListedEndpoint[],
): QuestionPart[] {
  return endpoints
    .filter(({ endpoint }) => endpoint.type === "ipBlock")
    .map(({ endpoint, classId }) => ({
      id: endpoint.id,
      classId,
      toItself: false,
      isWorkload: false,
      addresses: intersection(reachability.addressesOf(classId), addresses),
    }))
    .filter((part) => part.addresses.length > 0);
}

interface Name {
  readonly namespace: string;
  readonly kind?: string;
  readonly name: string;
}

/** kubectl's short names of the kinds that pods come from, and of Services. */
const kinds: Readonly<Record<string, string>> = {
  po: "Pod",
  pod: "Pod",
  pods: "Pod",
  deploy: "Deployment",
  deployment: "Deployment",
  deployments: "Deployment",
  sts: "StatefulSet",
  statefulset: "StatefulSet",
  statefulsets: "StatefulSet",
  ds: "DaemonSet",
  daemonset: "DaemonSet",
  daemonsets: "DaemonSet",
  rs: "ReplicaSet",
  replicaset: "ReplicaSet",
  replicasets: "ReplicaSet",
  rc: "ReplicationController",
  job: "Job",
  jobs: "Job",
  cj: "CronJob",
  cronjob: "CronJob",
  cronjobs: "CronJob",
  svc: "Service",
  service: "Service",
  services: "Service",
};

function kindOf(word: string): string {
  const lower = word.toLowerCase();
  return Object.hasOwn(kinds, lower) ? (kinds[lower] ?? word) : word;
}

function parseName(text: string, defaultNamespace: string, cluster: Cluster): Name {
  const bracketed = /^([^/]+)\/([^/[]+)\[([^\]]+)\]$/.exec(text);
  if (bracketed !== null) return { namespace: bracketed[1] ?? "", name: bracketed[2] ?? "", kind: bracketed[3] ?? "" };
  const steps = text.replace(/^Service (?=\S+\/)/, "").split("/");
  const [first = "", second = "", third = ""] = steps;
  if (steps.length === 1) return { namespace: defaultNamespace, name: first };
  if (text.startsWith("Service ") && steps.length === 2) return { namespace: first, kind: "Service", name: second };
  if (steps.length === 2 && kindOf(first) !== first && !cluster.namespaces.has(first))
    return { namespace: defaultNamespace, kind: kindOf(first), name: second };
  if (steps.length === 2) return { namespace: first, name: second };
  if (steps.length === 3) return { namespace: first, kind: kindOf(second), name: third };
  throw new UsageError(
    `${quote(text)} is not a name: write namespace/name, namespace/Kind/name, svc/name, an IP address, a CIDR, "internet", or the labels of a pod, 'app=web in shop'`,
  );
}

function unknownName(text: string, wanted: Name, endpoints: readonly ListedEndpoint[]): UsageError {
  const known = endpoints.flatMap(({ workload }) =>
    workload === undefined ? [] : [`${workload.namespace}/${workload.name}`],
  );
  if (looksLikeAddress(text))
    return new UsageError(`${quote(text)} is neither an address, a CIDR nor a range, nor the name of a workload`);
  if (known.length === 0)
    return new UsageError(
      `no workload ${quote(text)}: the input has policies and no workloads; ask about pods by their labels, like '${labelsLike(wanted)}'`,
    );
  return new UsageError(`no workload ${quote(text)} in the input${hintOf(wanted, known)}`);
}

/** Digits where an address has them, and nothing else: what is mistaken in it is the address. */
function looksLikeAddress(text: string): boolean {
  return /^(?:[\d.]*\.[\d.]*|[\da-f]*:[\da-f:.]*)(?:[/-][\da-f.:]*)?$/i.test(text);
}

/** How pods are asked about by labels, with the words of what was asked where they can be such. */
function labelsLike({ name, namespace }: Name): string {
  return name !== "" && isLabelValue(name) && isDnsLabel(namespace) ? `app=${name} in ${namespace}` : "app=web in shop";
}

function hintOf(wanted: Name, known: readonly string[]): string {
  const sameName = known.filter((name) => name.endsWith(`/${wanted.name}`));
  const hints =
    sameName.length > 0 ? [...new Set(sameName)].slice(0, 3) : nearest(`${wanted.namespace}/${wanted.name}`, known);
  return hints.length > 0 ? `; did you mean ${hints.join(" or ")}?` : "; `npa list` prints the names there are";
}

function quote(text: string): string {
  return JSON.stringify(text.slice(0, 100));
}
