import type { ClusterNode } from "../model/cluster.ts";
import type { DomainsPeer, NetworksPeer, NodesPeer, OldFormPeer, Peer, PodPeer } from "../model/policy.ts";
import { matchesDomain, mayNamePods, normalName } from "../semantics/dns-names.ts";
import type { Labels } from "../model/selector.ts";
import { nodeIdentityLabels } from "../semantics/identity-filter.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import { type AddressSet, allAddresses, singleAddresses } from "../sets/address-set.ts";
import { difference, union } from "../sets/interval-set.ts";
import { placeAddresses } from "../sets/reserved-places.ts";
import type { PlaceOf } from "./address-places.ts";
import type { Matches } from "./label-index.ts";
import type { ReachabilityOptions } from "./options.ts";
import { isOfRemoteNodes, RemoteNodes } from "./remote-nodes.ts";

/** The addresses that names resolve to: a name and its addresses. */
export type Domains = Readonly<Record<string, readonly string[]>>;

/** Addresses that a rule matches: outside, and those that pods have as far as it sees them. */
export interface AddressMatch {
  readonly addresses: AddressSet;
  /** Which pods are found by their address: none, those on the network of a node, those with one of their own, or all. */
  readonly pods: "none" | "on nodes" | "with their own" | "all";
  /** False where it is not known that the addresses are meant. */
  readonly certain: boolean;
  /** Only pods of these that have such an address, and nothing outside. */
  readonly among?: Matches;
}

/** Whether pods are found by an address that is a node's, or their own. */
export function sees({ pods }: AddressMatch, of: PlaceOf): boolean {
  return pods === "all" || pods === (of === "node" ? "on nodes" : "with their own");
}

/** Peers that are addresses. */
export type AddressPeer = Exclude<Peer, PodPeer | OldFormPeer>;

/** Equal for peers that are the same addresses. */
export function addressKey(peer: AddressPeer): string {
  switch (peer.type) {
    case "ipBlock":
      return peer.except.length === 0 ? peer.cidr : `${peer.cidr} ${peer.except.join()}`;
    case "networks":
      return `networks ${peer.outside === true} ${peer.onNodes === true} ${peer.asCidr === true} ${peer.names !== undefined} ${peer.unknownNamespace?.ifAbsent ?? ""} ${peer.addresses.join()}`;
    case "nodes":
      return `nodes ${peer.remote ?? ""} ${JSON.stringify(peer.nodeSelector)}`;
    case "domains":
      return `domains ${peer.stars ?? ""} ${peer.names.join()}`;
  }
}

const someNode: AddressSet = placeAddresses("host", "remote-node", "kube-apiserver[node]");

/** Resolves peers that are addresses: as written, or known to other objects, or to nobody. */
export class AddressPeers {
  readonly #ipBlockMatchesPods: boolean;
  readonly #closedWorld: boolean;
  readonly #matchesNodes: boolean;
  /** Whether nodes are known by their identity, and by no address unless blocks match them. */
  readonly #isCilium: boolean;
  readonly #nodes: readonly ClusterNode[];
  readonly #nodeLabels: string;
  readonly #remote: RemoteNodes;
  readonly #domains: readonly (readonly [string, AddressSet])[];

  constructor(nodes: readonly ClusterNode[], { assumptions, domains = {} }: ReachabilityOptions) {
    this.#ipBlockMatchesPods = assumptions.ipBlockMatchesPods;
    this.#matchesNodes = assumptions.ciliumCidrMatchMode === "nodes";
    this.#isCilium = assumptions.dataplane === "cilium";
    this.#closedWorld = assumptions.unknownNamespaceLabels === "absent";
    this.#nodes = nodes;
    this.#nodeLabels = assumptions.ciliumNodeLabels;
    this.#remote = new RemoteNodes(nodes, assumptions);
    this.#domains = Object.entries(domains).map(([name, texts]) => [normalName(name), singleAddresses(texts)]);
  }

  /** Whether a peer means pods on the network of some node, whatever their address. */
  ofPodsOnNodes(peer: AddressPeer): ReturnType<RemoteNodes["ofPodsOnNodes"]> {
    if (peer.type === "nodes" && isOfRemoteNodes(peer)) return this.#remote.ofPodsOnNodes(peer);
    return peer.type === "networks" && peer.onNodes === true ? "certainly" : "not";
  }

  matches(peer: AddressPeer): readonly AddressMatch[] {
    switch (peer.type) {
      case "ipBlock":
        return [{ addresses: peer.addresses, pods: this.#ofBlock(), certain: true }];
      case "networks":
        return this.#ofNetworks(peer);
      case "nodes":
        return isOfRemoteNodes(peer) ? this.#remote.matches(peer) : this.#ofNodes(peer);
      case "domains":
        return this.#ofDomains(peer);
    }
  }

  /** "By default, CIDRs do not match pods or nodes" in Cilium: which of them they do, settings say. Elsewhere nodes are always meant. */
  #ofBlock(): AddressMatch["pods"] {
    const seesNodes = !this.#isCilium || this.#matchesNodes;
    if (this.#ipBlockMatchesPods) return seesNodes ? "all" : "with their own";
    return seesNodes ? "on nodes" : "none";
  }

  #ofNetworks(peer: NetworksPeer): readonly AddressMatch[] {
    const { addresses, unknownNamespace } = peer;
    const match = { addresses, pods: this.#podsOf(peer) } as const;
    if (unknownNamespace === undefined) return [{ ...match, certain: true }];
    if (!this.#closedWorld) return [{ ...match, certain: false }];
    return unknownNamespace.ifAbsent ? [{ ...match, certain: true }] : [];
  }

  /** "The world is outside", and a node is not, at whatever address; where the API server is, the identity has its address. */
  #podsOf({ outside, asCidr, apiServer }: NetworksPeer): AddressMatch["pods"] {
    if (outside !== true) return "all";
    if (asCidr === true && apiServer === undefined) return this.#ofBlock();
    return !this.#isCilium || apiServer !== undefined ? "on nodes" : "none";
  }

  /**
   * "It selects the nodeIPs by matching on the IPs in Node.Status.Addresses." Without nodes in the input any address may be
   * one's; and a node without an address here, as that of the other end, may be any of them.
   */
  #ofNodes({ nodeSelector }: NodesPeer): readonly AddressMatch[] {
    if (this.#nodes.length === 0)
      return [{ addresses: union(allAddresses, someNode), pods: "on nodes", certain: false }];
    const selected = this.#nodes.filter(({ labels }) => matchesSelector(nodeSelector, this.#labelsOf(labels)));
    if (selected.length === 0) return [];
    return [
      ...selected.map(({ addresses }): AddressMatch => ({
        addresses: singleAddresses(addresses),
        pods: "on nodes",
        certain: true,
      })),
      { addresses: someNode, pods: "on nodes", certain: false },
    ];
  }

  /** Where Cilium enforces, those that are in the identities of nodes. */
  #labelsOf(labels: Labels): Labels {
    return this.#isCilium ? nodeIdentityLabels(labels, this.#nodeLabels) : labels;
  }

  /**
   * A name of which nothing is known may stand for any address that is no pod's; one of the cluster's own, as a headless
   * Service has it, for that of any pod, too. Where Cilium enforces names are never those of pods, its own nor of nodes where CIDRs are not.
   */
  #ofDomains(peer: DomainsPeer): readonly AddressMatch[] {
    if (peer.stars === undefined || this.#matchesNodes) return this.#namedAddresses(peer);
    const nodes = singleAddresses(this.#nodes.flatMap(({ addresses }) => addresses));
    return this.#namedAddresses(peer).map((match) => ({ ...match, addresses: difference(match.addresses, nodes) }));
  }

  #namedAddresses(peer: DomainsPeer): readonly AddressMatch[] {
    const given = this.#domains.filter(([name]) => matchesDomain(peer, name));
    const ofCilium = peer.stars !== undefined;
    const byName = ofCilium && !this.#matchesNodes ? "none" : "on nodes";
    const known = given.map(([, addresses]): AddressMatch => ({
      addresses,
      pods: ofCilium ? byName : this.#isCilium ? "on nodes" : "all",
      certain: true,
    }));
    const open = peer.names.filter(
      (pattern) => !given.some(([name]) => matchesDomain({ ...peer, names: [pattern] }, name)),
    );
    if (open.length === 0) return known;
    const anywhere = union(
      union(allAddresses, placeAddresses("kube-apiserver[outside]")),
      this.#matchesNodes && ofCilium ? someNode : [],
    );
    const mayBePods = !ofCilium && !this.#isCilium && open.some(mayNamePods);
    return [...known, { addresses: anywhere, pods: mayBePods ? "all" : byName, certain: false }];
  }

  /** All sets of addresses that nodes and names have. */
  addressSets(): readonly AddressSet[] {
    return [
      ...this.#nodes.map(({ addresses }) => singleAddresses(addresses)),
      ...this.#domains.map(([, addresses]) => addresses),
    ];
  }
}
