import type { Assumptions } from "../model/assumptions.ts";
import type { ClusterNode } from "../model/cluster.ts";
import type { NodesPeer } from "../model/policy.ts";
import type { Labels, Requirement, Selector } from "../model/selector.ts";
import { nodeIdentityLabels } from "../semantics/identity-filter.ts";
import { clusterLabel } from "../semantics/identity-labels.ts";
import { matchesRequirement, matchesSelector } from "../semantics/match-selector.ts";
import { singleAddresses } from "../sets/address-set.ts";
import { placeAddresses, type ReservedPlace } from "../sets/reserved-places.ts";
import type { AddressMatch } from "./address-peers.ts";

/** Nodes as selectors of Cilium have them: `fromNodes` and `toNodes`. */
export type RemoteNodesPeer = NodesPeer & Required<Pick<NodesPeer, "remote">>;

/** Whether a peer is one. */
export function isOfRemoteNodes(peer: NodesPeer): peer is RemoteNodesPeer {
  return peer.remote !== undefined;
}

/** How many of the nodes that there may be are selected. */
type Share = "all" | "some" | "none";

/** "The labels of remote nodes are in their identities": resolves selectors of them. */
export class RemoteNodes {
  readonly #nodes: readonly ClusterNode[];
  readonly #labels: ReadonlyMap<ClusterNode, Labels>;
  /** What every node of the cluster has. */
  readonly #common: Labels;
  readonly #apiServer: Assumptions["kubeApiserver"];

  constructor(
    nodes: readonly ClusterNode[],
    {
      ciliumNodeLabels,
      ciliumClusterName,
      kubeApiserver,
    }: Pick<Assumptions, "ciliumNodeLabels" | "ciliumClusterName" | "kubeApiserver">,
  ) {
    this.#nodes = nodes;
    this.#common = { [clusterLabel]: ciliumClusterName, "reserved:remote-node": "" };
    this.#labels = new Map(
      nodes.map((node) => [node, { ...nodeIdentityLabels(node.labels, ciliumNodeLabels), ...this.#common }]),
    );
    this.#apiServer = kubeApiserver;
  }

  /** Their addresses, and the identities that stand for some node. */
  matches(peer: RemoteNodesPeer): readonly AddressMatch[] {
    const share = this.#shareOf(peer.nodeSelector);
    if (share === "none") return [];
    const selected = this.#nodes.filter((node) => this.#isSelected(node, peer.nodeSelector));
    const isCertain = share === "all";
    return [
      {
        addresses: singleAddresses(selected.flatMap(({ addresses }) => addresses)),
        pods: "none",
        certain: peer.remote !== "pod",
      },
      { addresses: placeAddresses(...this.#places(peer)), pods: "none", certain: isCertain },
      { addresses: placeAddresses(...this.#ofApiServer(peer)), pods: "none", certain: false },
    ];
  }

  /** Whether pods on the network of a node are meant, whichever node that is. */
  ofPodsOnNodes({ nodeSelector, remote }: RemoteNodesPeer): "certainly" | "possibly" | "not" {
    const share = this.#shareOf(nodeSelector);
    if (share === "none") return "not";
    return share === "all" && remote !== "pod" ? "certainly" : "possibly";
  }

  #places({ remote }: RemoteNodesPeer): readonly ReservedPlace[] {
    if (remote === "node") return ["host", "remote-node", "kube-apiserver[node]"];
    return this.#apiServer === "remote-node" ? ["remote-node", "kube-apiserver[node]"] : ["remote-node"];
  }

  /** Where the API server may be on the pod's own node as well as on another. */
  #ofApiServer({ remote }: RemoteNodesPeer): readonly ReservedPlace[] {
    const isKnown = remote === "node" || this.#apiServer === "host" || this.#apiServer === "remote-node";
    return isKnown ? [] : ["kube-apiserver[node]"];
  }

  #isSelected(node: ClusterNode, selector: Selector): boolean {
    return matchesSelector(selector, this.#labels.get(node) ?? this.#common);
  }

  /** Of the nodes of the input; where it has none, of nodes of any labels. */
  #shareOf(selector: Selector): Share {
    if (this.#nodes.length > 0) {
      const count = this.#nodes.filter((node) => this.#isSelected(node, selector)).length;
      return count === 0 ? "none" : count === this.#nodes.length ? "all" : "some";
    }
    const isCommon = ({ key }: Requirement): boolean => key.includes(":") || Object.hasOwn(this.#common, key);
    const common = selector.requirements.filter(isCommon);
    const isMet = common.every((requirement) => matchesRequirement(requirement, this.#common[requirement.key]));
    if (!isMet) return "none";
    return common.length === selector.requirements.length ? "all" : "some";
  }
}
