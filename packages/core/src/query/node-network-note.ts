import type { Reachability } from "../reachability/reachability.ts";
import type { QuestionSide } from "./resolve-endpoint.ts";

/** Of so many nodes the addresses are told. */
const fewNodes = 3;

/** What policies can say of a pod on its node's network, and how they can mean it. */
export function nodeNetworkNote(
  which: "source" | "target",
  { parts }: QuestionSide,
  { nodes, cluster, options }: Reachability,
): string {
  const others = nodes.size === 0 ? "" : ", policies for nodes may";
  const known = `the ${which} runs on its node's network: no NetworkPolicy isolates it${others}, no selector matches it, and to its peers it is the node's address`;
  // Cilium takes nodes for entities, whatever blocks hold their addresses.
  if (options.assumptions.dataplane === "cilium") return known;
  const { nodes: all = [] } = cluster;
  const addresses = all.flatMap((node) => node.addresses);
  const here = all.length === 0 || all.length > fewNodes ? "" : ` (here ${addresses.join(", ")})`;
  const isCache = parts.some(({ workload }) =>
    workload?.groups.some(({ labels }) => labels["k8s-app"] === "node-local-dns"),
  );
  const cache = isCache
    ? "; pods ask NodeLocal DNSCache at 169.254.20.10, unless the kubelet gives them another address of it"
    : "";
  const ownNode =
    "; what passes between a pod and its own node is always let through (nodeLocalTraffic), and is no part of the answer";
  return `${known}, which an ipBlock can name${here}${cache}${ownNode}`;
}
