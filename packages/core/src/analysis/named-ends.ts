import type { JsonValue } from "../answers/finding.ts";
import type { Cluster, Service, Workload } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";
import type { QuestionSide } from "../query/resolve-endpoint.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { isGiven } from "../semantics/given-labels.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { parseAddress } from "../sets/address.ts";
import { parseCidr } from "../sets/address-set.ts";
import { type ConnectionId, allConnections, type ConnectionTable, isIcmp } from "../sets/connection-set.ts";

/** Labels by which people name an application, the usual ones first. */
const namingLabels = [
  "app.kubernetes.io/name",
  "app.kubernetes.io/instance",
  "app.kubernetes.io/component",
  "app",
  "k8s-app",
  "name",
  "component",
  "tier",
  "role",
  "run",
];

/** Labels that change with every release. */
const fleeting = /revision|version$|^helm\.sh\/|managed-by$/;

/** Pods as a policy names them. */
export interface NamedPods {
  readonly namespace: string;
  readonly labels: Labels;
}

/** The pods of one end as a policy can name them; undefined where it cannot: addresses, and pods on their node's network. */
export function namedPods(side: QuestionSide, reachability: Reachability): readonly NamedPods[] | undefined {
  const { service } = side;
  if (service?.selector !== undefined) return [{ namespace: service.namespace, labels: service.selector }];
  const workloads = new Set(side.parts.map(({ workload }) => workload));
  const isHidden = side.parts.some(({ classId }) => reachability.podClass(classId)?.onNode !== false);
  if (isHidden || workloads.has(undefined)) return undefined;
  return [...workloads].flatMap((workload) =>
    workload === undefined
      ? []
      : [{ namespace: workload.namespace, labels: tellingLabels(workload, reachability.cluster) }],
  );
}

/** The fewest labels that no other workload of the namespace has, of those by which people name applications. */
function tellingLabels(workload: Workload, { workloads }: Cluster): Labels {
  const own = commonLabels(workload);
  const others = workloads.filter((other) => other !== workload && other.namespace === workload.namespace);
  const rank = (key: string): number => {
    const at = namingLabels.indexOf(key);
    return at < 0 ? namingLabels.length : at;
  };
  const lasting = Object.keys(own).filter((key) => !fleeting.test(key) && !isGiven(key));
  const keys = lasting.toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  const chosen: Record<string, string> = {};
  let alike = others;
  for (const key of keys) {
    const left = alike.filter(({ groups }) => groups.some(({ labels }) => labels[key] === own[key]));
    if (Object.keys(chosen).length > 0 && left.length === alike.length) continue;
    chosen[key] = own[key] ?? "";
    alike = left;
    if (alike.length === 0) break;
  }
  return chosen;
}

function commonLabels({ groups }: Workload): Labels {
  const [first, ...rest] = groups;
  return Object.fromEntries(
    Object.entries(first?.labels ?? {}).filter(([key, value]) => rest.every(({ labels }) => labels[key] === value)),
  );
}

/** One end as peers of a policy of some namespace; undefined where it cannot be named. */
export function peersOf(
  side: QuestionSide,
  namespace: string,
  reachability: Reachability,
): readonly JsonValue[] | undefined {
  const blocks = blocksOf(side) ?? nodeBlocks(side, reachability);
  if (blocks !== undefined) return blocks.map((cidr) => ({ ipBlock: { cidr } }));
  return namedPods(side, reachability)?.map((pods) => ({
    ...(pods.namespace === namespace ? {} : { namespaceSelector: nameSelector(pods.namespace) }),
    podSelector: labelSelector(pods.labels),
  }));
}

/** So many nodes are named one by one. */
const mostNodes = 20;

/** The nodes that pods on their network run on, as far as their addresses are known. */
function nodeBlocks({ parts }: QuestionSide, reachability: Reachability): readonly string[] | undefined {
  if (parts.length === 0 || !parts.every(({ classId }) => reachability.podClass(classId)?.onNode === true))
    return undefined;
  const own = parts.flatMap(({ workload }) => workload?.groups.flatMap(({ addresses }) => addresses.flat()) ?? []);
  const nodes = (reachability.cluster.nodes ?? []).flatMap(({ addresses }) => addresses);
  const known = [...new Set(own.length > 0 ? own : nodes)];
  if (known.length === 0 || known.length > mostNodes) return undefined;
  return known.map((text) => `${text}/${text.includes(":") ? 128 : 32}`);
}

/** Selects a namespace by its name. */
export function nameSelector(namespace: string): JsonValue {
  return { matchLabels: { [namespaceNameLabel]: namespace } };
}

/** Selects pods by labels. */
export function labelSelector(labels: Labels): JsonValue {
  return Object.keys(labels).length === 0 ? {} : { matchLabels: labels };
}

/** The addresses of one end as blocks; undefined where they are no blocks. */
export function blocksOf({ label, service, parts }: QuestionSide): readonly string[] | undefined {
  if (service !== undefined) return parts.some(({ isWorkload }) => isWorkload) ? undefined : blocksBehind(service);
  if (label === "internet" || label === "external") return ["0.0.0.0/0", "::/0"];
  const address = parseAddress(label);
  if (address !== undefined) return [`${label}/${address.family === 4 ? 32 : 128}`];
  return parseCidr(label) === undefined ? undefined : [label];
}

/** Ports as a rule names them; undefined for all. */
export function portValues(connections: ConnectionId, table: ConnectionTable): readonly JsonValue[] | undefined {
  if (connections === allConnections || table.isAll(connections)) return undefined;
  // A NetworkPolicy has no words for ICMP.
  const ofPorts = [...table.ports(connections)].filter(([protocol]) => !isIcmp(protocol));
  return ofPorts.flatMap(([protocol, ranges]) =>
    ranges.map(({ from, to }): JsonValue => {
      if (from === 1 && to === 65_535) return { protocol };
      return { protocol, port: from, ...(to === from ? {} : { endPort: to }) };
    }),
  );
}

/** The addresses of a Service's endpoints, each a block. */
function blocksBehind({ endpoints = [] }: Service): readonly string[] {
  const addresses = new Set(endpoints.flatMap((part) => part.addresses));
  return [...addresses].flatMap((text) => {
    const address = parseAddress(text);
    return address === undefined ? [] : [`${text}/${text.includes(":") ? 128 : 32}`];
  });
}
