import type { JsonValue } from "../../answers/finding.ts";
import type { Peer, Policy } from "../../model/policy.ts";
import { namespaceNameLabel } from "../../semantics/label-syntax.ts";
import { matchesSelector } from "../../semantics/match-selector.ts";
import type { RuleContext } from "../context.ts";
import { intersectSets } from "./class-sets.ts";
import { mayMatch } from "./dns-access.ts";
import { type KnownDnsServer, dnsServers, selectorOf } from "./dns-servers.ts";
import { podsOf, targetsOf } from "./listening-ports.ts";

/** Where DNS listens, when it is not UDP 53 of its pods. */
export interface DnsEndpoint {
  readonly port: number;
  /** On the network of the node, where no selector sees it. */
  readonly onNode: boolean;
  readonly text: string;
  readonly advice: string;
  /** Whom to allow, as peers of a rule. */
  peers(): readonly JsonValue[];
  /** Whether a peer means the DNS servers by their labels. */
  isMeantBy(policy: Policy, peer: Peer): boolean;
}

function peerOf({ namespace, labels }: KnownDnsServer): JsonValue {
  return {
    namespaceSelector: { matchLabels: { [namespaceNameLabel]: namespace } },
    podSelector: { matchLabels: labels },
  };
}

/** The port that resolvers ask at. */
export const dnsPort = 53;

/** The address that NodeLocal DNSCache has unless it is told another. */
const usualCache = "169.254.20.10";

/** Where DNS listens that policies for UDP 53 of its pods miss; found once per cluster. */
export function dnsEndpoints(context: RuleContext): readonly DnsEndpoint[] {
  return context.once(find);
}

function find(context: RuleContext): readonly DnsEndpoint[] {
  const { assumed, servers } = dnsServers(context);
  const cache = cacheOnNode(context);
  if (!assumed) {
    const isMeantBy = meansKnown(context);
    const ports = knownPorts(context);
    return [...cache, ...ports.map((port) => portEndpoint(port, "they listen", isMeantBy, servers.map(peerOf)))];
  }
  const elsewhere = servers.filter(({ port }) => port !== dnsPort);
  return [
    ...cache,
    ...elsewhere.map((server) =>
      portEndpoint(server.port, `DNS of ${server.namespace} listens`, (_, peer) => meansByName(peer, server), [
        peerOf(server),
      ]),
    ),
  ];
}

function portEndpoint(
  port: number,
  text: string,
  isMeantBy: DnsEndpoint["isMeantBy"],
  peers: readonly JsonValue[],
): DnsEndpoint {
  return {
    port,
    onNode: false,
    text: `${text} on UDP ${port} behind their Service`,
    advice: `Allow UDP and TCP ${port} to them: policies see the port of the pods, not that of the Service.`,
    isMeantBy,
    peers: () => peers,
  };
}

/** "NodeLocal DNSCache runs a DNS caching agent on cluster nodes as a DaemonSet", on the host network. */
function cacheOnNode(context: RuleContext): readonly DnsEndpoint[] {
  const { settings, podLabels } = context;
  const [cache] = podLabels.onNodes(selectorOf({ "k8s-app": "node-local-dns" }));
  if (cache === undefined && settings.nodeLocalDns === undefined) return [];
  const address = settings.nodeLocalDns ?? usualCache;
  const { assumed, servers } = dnsServers(context);
  const isMeantBy: DnsEndpoint["isMeantBy"] = assumed
    ? (_, peer) => servers.some((server) => means(peer, server))
    : meansKnown(context);
  const who = cache === undefined ? "NodeLocal DNSCache" : cache.workload.id;
  return [
    {
      port: dnsPort,
      onNode: true,
      text: `pods ask ${who} on the network of their node (${address})`,
      advice: `Allow UDP and TCP 53 to an ipBlock ${address}/${address.includes(":") ? 128 : 32} as well, or to the address that the kubelet gives pods as their DNS server.`,
      isMeantBy,
      peers: () => [{ ipBlock: { cidr: `${address}/${address.includes(":") ? 128 : 32}` } }],
    },
  ];
}

/** The ports of the servers of the input, when port 53 is thought to be among them and is not. */
function knownPorts(context: RuleContext): readonly number[] {
  const { classes, ports } = dnsServers(context);
  // Otherwise nobody who allows 53 alone allows DNS at all: missing-dns-egress speaks.
  if (!ports.includes(dnsPort)) return [];
  const { reachability, cluster } = context;
  const members = classes.toArray().flatMap((id) => reachability.podClass(id)?.members ?? []);
  const workloads = new Set(members.map(({ workload }) => workload));
  const behind = cluster.services.flatMap((service) => {
    const asked = service.ports.filter(({ port, protocol }) => port === dnsPort && protocol === "UDP");
    if (asked.length === 0) return [];
    const pods = podsOf(context, service).filter(({ workload }) => workloads.has(workload));
    return asked.flatMap((port) => pods.flatMap(({ workload }) => targetsOf(port, workload)));
  });
  return behind.includes(dnsPort) ? [] : [...new Set(behind)].toSorted((a, b) => a - b).slice(0, 1);
}

function meansKnown(context: RuleContext): DnsEndpoint["isMeantBy"] {
  const { classes } = dnsServers(context);
  return ({ namespace }, peer) =>
    peer.type === "pods" &&
    intersectSets(context.reachability.peers.podPeer(peer, namespace ?? "").certain, classes).size > 0;
}

/** Servers that are not in the input: of their namespace and their pods only what every such cluster has is known. */
function means(peer: Peer, { namespace, labels }: KnownDnsServer): boolean {
  return (
    peer.type === "pods" &&
    peer.namespaceSelector !== undefined &&
    matchesSelector(peer.namespaceSelector, { [namespaceNameLabel]: namespace }) &&
    mayMatch(peer.podSelector, labels)
  );
}

/** Only who names the namespace is known to be on a cluster that has it. */
function meansByName(peer: Peer, server: KnownDnsServer): boolean {
  const isNamed =
    peer.type === "pods" &&
    peer.namespaceSelector?.requirements.some(
      ({ key, operator, values }) =>
        key === namespaceNameLabel && operator === "In" && values.length === 1 && values[0] === server.namespace,
    );
  return isNamed === true && means(peer, server);
}
