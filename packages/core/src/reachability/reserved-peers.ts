import type { Assumptions } from "../model/assumptions.ts";
import type { Subject } from "../model/policy.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import { placesIn, selectablePlaces } from "../sets/reserved-places.ts";
import type { AddressClasses } from "./address-classes.ts";
import type { AddressPeer } from "./address-peers.ts";
import { type ClassId, ClassSet } from "./class-set.ts";
import { exactly, type Matches } from "./label-index.ts";

/** What rules say of reserved identities beside those that they name. */
export class ReservedPeers {
  readonly #addresses: AddressClasses;
  readonly #offset: number;
  readonly #assumptions: Pick<Assumptions, "kubeApiserver">;

  constructor(addresses: AddressClasses, offset: number, assumptions: Pick<Assumptions, "kubeApiserver">) {
    this.#addresses = addresses;
    this.#offset = offset;
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

  /**
   * The API server, where a peer may mean it by what else it is: an address outside that a block may hold, or a node, of which
   * the pod's own and the others are told apart.
   */
  apiServerIn(peer: AddressPeer): Matches | undefined {
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
