import type { Cluster } from "../../model/cluster.ts";
import type { Policy } from "../../model/policy.ts";
import { hasPeer } from "../../semantics/has-peer.ts";
import type { Labels } from "../../model/selector.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import type { RuleContext } from "../context.ts";

/** A DNS server that pods of the cluster ask. */
export interface KnownDnsServer {
  readonly namespace: string;
  readonly labels: Labels;
  readonly port: number;
}

/** The DNS servers of a cluster: pods of the input or, when there are none, what every cluster of the kind has. */
export interface DnsServers {
  /** At least one, in the order of the settings. */
  readonly servers: readonly KnownDnsServer[];
  /** Those of them that a suggestion names. */
  readonly suggested: readonly KnownDnsServer[];
  /** The workloads that serve DNS, sorted; none when they are assumed. */
  readonly workloads: readonly string[];
  /** The classes of the pods that serve DNS, and of others that policies do not tell from them; empty when they are assumed. */
  readonly classes: ClassSet;
  /** The ports that count as DNS: those of the settings, and the UDP ports that the pods declare. */
  readonly ports: readonly number[];
  /** Whether the servers are not in the input: then no more is known of them than their namespace and these labels. */
  readonly assumed: boolean;
}

/** The DNS servers, found once per cluster. */
export function dnsServers(context: RuleContext): DnsServers {
  return context.once(findDnsServers);
}

function findDnsServers(context: RuleContext): DnsServers {
  const known = new Map<string, KnownDnsServer>();
  const workloads = new Set<string>();
  const ports = new Set<number>();
  for (const server of context.settings.dns) {
    for (const { workload } of context.podLabels.matching(selectorOf(server.labels), server.namespace)) {
      ports.add(server.port);
      if (workloads.has(workload.id)) continue;
      workloads.add(workload.id);
      for (const group of workload.groups)
        for (const port of group.ports) if (port.protocol === "UDP") ports.add(port.port);
      const { labels, port } = server;
      known.set(`${workload.namespace}/${JSON.stringify(labels)}`, { namespace: workload.namespace, labels, port });
    }
  }
  if (known.size === 0) return assumedServers(context);
  const classes = context.reachability.pods.classes.filter(({ members }) =>
    members.some(({ workload }) => workloads.has(workload.id)),
  );
  const servers = [...known.values()];
  return {
    servers,
    suggested: servers,
    workloads: [...workloads].toSorted(),
    classes: ClassSet.fromSorted(classes.map(({ id }) => id)),
    ports: ascending(ports),
    assumed: false,
  };
}

/**
 * OpenShift's DNS is assumed beside kube-dns: a policy that opens either is taken to know its cluster. What is suggested is
 * OpenShift's where the input is of OpenShift, else the one in a namespace that the input mentions, else the first.
 */
function assumedServers({ cluster, settings }: RuleContext): DnsServers {
  const servers = settings.dns.flatMap(({ namespace, labels, port }) =>
    namespace === undefined ? [] : [{ namespace, labels, port }],
  );
  const wanted = isOpenShift(cluster)
    ? servers.filter(({ namespace }) => namespace.startsWith("openshift-"))
    : servers.filter(({ namespace }) => cluster.namespaces.has(namespace));
  return {
    servers,
    suggested: (wanted.length > 0 ? wanted : servers).slice(0, 1),
    workloads: [],
    classes: ClassSet.empty,
    ports: ascending(new Set(servers.map(({ port }) => port))),
    assumed: true,
  };
}

/** Whether the input is of OpenShift: its kinds, its namespaces, or policies that name these. */
function isOpenShift({ routes, workloads, namespaces, policies }: Cluster): boolean {
  return (
    routes.some(({ ref }) => ref.apiVersion.startsWith("route.openshift.io/")) ||
    workloads.some(({ kind }) => kind === "DeploymentConfig") ||
    [...namespaces.values()].some(
      ({ name, labels, annotations }) =>
        name.startsWith("openshift-") ||
        [...Object.keys(labels), ...Object.keys(annotations)].some((key) => key.includes("openshift.io/")),
    ) ||
    policies.some(namesOpenShift)
  );
}

function namesOpenShift(policy: Policy): boolean {
  return hasPeer(
    policy,
    (peer) =>
      peer.type === "pods" &&
      peer.namespaceSelector?.requirements.some(({ values }) =>
        values.some((value) => value.startsWith("openshift-")),
      ) === true,
  );
}

function ascending(ports: ReadonlySet<number>): readonly number[] {
  return [...ports].toSorted((a, b) => a - b);
}

/** The selector of exactly these labels. */
export function selectorOf(labels: Labels): {
  readonly requirements: readonly {
    readonly key: string;
    readonly operator: "In";
    readonly values: readonly string[];
    readonly from: "matchLabels";
  }[];
} {
  return {
    requirements: Object.entries(labels).map(([key, value]) => ({
      key,
      operator: "In",
      values: [value],
      from: "matchLabels",
    })),
  };
}
