import type { Assumptions } from "../model/assumptions.ts";
import type { ClusterNode } from "../model/cluster.ts";
import type { Subject } from "../model/policy.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import { type AddressSet, singleAddresses } from "../sets/address-set.ts";
import { meets } from "../sets/interval-set.ts";
import { nodePlaces, placesIn, selectablePlaces } from "../sets/reserved-places.ts";
import type { AddressClasses } from "./address-classes.ts";
import type { AddressPeer } from "./address-peers.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import { exactly, type Matches } from "./label-index.ts";

type NeededAssumptions = Pick<Assumptions, "kubeApiserver" | "ciliumCidrMatchMode">;

/** What rules say of reserved identities beside those that they name. */
export class ReservedPeers {
  readonly #addresses: AddressClasses;
  readonly #offset: number;
  readonly #assumptions: NeededAssumptions;
  readonly #nodes: AddressSet;

  constructor(
    addresses: AddressClasses,
    offset: number,
    nodes: readonly ClusterNode[],
    assumptions: NeededAssumptions,
  ) {
    this.#addresses = addresses;
    this.#offset = offset;
    this.#nodes = singleAddresses(nodes.flatMap((node) => node.addresses));
    this.#assumptions = assumptions;
  }

  /** Those that a policy selects which selects more than pods, ascending. */
  selected({ podSelector, namespaceSelector = everything }: Subject): readonly ClassId[] {
    return selectablePlaces
      .filter((place) => {
        const labels = { [`reserved:${place}`]: "" };
        return matchesSelector(podSelector, labels) && matchesSelector(namespaceSelector, {});
      })
      .flatMap((place) => {
        const own = this.#addresses.classOfPlace(place);
        return own === undefined ? [] : [this.#offset + own];
      })
      .toSorted((a, b) => a - b);
  }

  /** Those that a peer may mean beside the ones that it names. */
  identitiesIn(peer: AddressPeer): readonly Matches[] {
    return [this.#apiServerIn(peer), ...this.#nodesIn(peer)].filter((found) => found !== undefined);
  }

  /** Where blocks match nodes: one that only its identity names is at some address, which nobody says. */
  #nodesIn(peer: AddressPeer): readonly (Matches | undefined)[] {
    const isBlock = peer.type === "ipBlock" || (peer.type === "networks" && peer.asCidr === true);
    if (!isBlock || this.#assumptions.ciliumCidrMatchMode !== "nodes" || peer.addresses.length === 0) return [];
    if (this.#nodes.length > 0 && !meets(this.#nodes, peer.addresses)) return [];
    return nodePlaces.map((place) => this.#matches(place, "possible"));
  }

  /**
   * The API server, where a peer may mean it by what else it is: an address outside that a block may hold, or a node, of which
   * the pod's own and the others are told apart.
   */
  #apiServerIn(peer: AddressPeer): Matches | undefined {
    if (peer.type === "nodes" || peer.type === "domains") return undefined;
    const places = placesIn(peer.addresses);
    const isBlock = peer.type === "ipBlock" || peer.asCidr === true || peer.outside !== true;
    if (isBlock && !places.includes("kube-apiserver[outside]") && peer.addresses.length > 0)
      return this.#matches("kube-apiserver[outside]", "possible");
    const [own, others] = [places.includes("host"), places.includes("remote-node")];
    if (own === others || places.includes("kube-apiserver[node]")) return undefined;
    // What a pod's own node sends it is let in, and is not said of the API server.
    if (peer.type !== "networks" || peer.names === undefined) return undefined;
    const { kubeApiserver } = this.#assumptions;
    if (kubeApiserver !== "host" && kubeApiserver !== "remote-node")
      return this.#matches("kube-apiserver[node]", "possible");
    return (kubeApiserver === "host") === own ? this.#matches("kube-apiserver[node]", "certain") : undefined;
  }

  #matches(place: Parameters<AddressClasses["classOfPlace"]>[0], bound: "certain" | "possible"): Matches | undefined {
    const own = this.#addresses.classOfPlace(place);
    if (own === undefined) return undefined;
    const classes = ClassSet.fromSorted([this.#offset + own]);
    return bound === "certain" ? exactly(classes) : { certain: ClassSet.empty, possible: classes };
  }
}

const everything = { requirements: [] };
