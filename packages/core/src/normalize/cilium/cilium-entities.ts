import type { Direction, NetworksPeer, Peer, Rule } from "../../model/policy.ts";
import type { Selector } from "../../model/selector.ts";
import { clusterLabel } from "../../semantics/identity-labels.ts";
import { type AddressSet, allAddresses, familyAddresses } from "../../sets/address-set.ts";
import { difference, union } from "../../sets/interval-set.ts";
import { nodePlaces, placeAddresses, placesOf, reservedPlaces } from "../../sets/reserved-places.ts";

/** What one peer is: everyone, or whom it certainly means, and whom it may mean and why that is not known. */
export type Resolved = "everyone" | { readonly certain: readonly Peer[]; readonly possible?: Possible };

/** Whom a peer may mean. */
export interface Possible {
  readonly peers: readonly Peer[] | "any";
  readonly why: string;
  /** What it is where objects that the input does not have do not exist. */
  readonly ifAbsent?: "everyone" | "nobody";
  /** Where they are meant for certain. */
  readonly knownIf?: Rule["knownIf"];
  /** Where they are not meant at all. */
  readonly noneIf?: Rule["noneIf"];
}

/** What of an entry decides what its peers mean. */
export interface AskedEntry extends Pick<Rule, "action" | "ports"> {
  readonly entities: ReadonlySet<string>;
}

/** Whose entry it is: that of a pod, in a direction, or that of a node. */
export type CiliumSide = Direction | "node";

const all: Selector = { requirements: [] };
/** "Selects all endpoints with the cluster label set": of every cluster of a mesh, as it is asked for. */
const ofSomeCluster: Selector = {
  requirements: [{ key: clusterLabel, operator: "Exists", values: [], from: "matchExpressions" }],
};
/** A peer that is nobody. */
export const nothing: Resolved = { certain: [] };

/** "cluster: all but the world, and the API server wherever it is." */
const inCluster: AddressSet = placeAddresses(...reservedPlaces);
/** Every address outside, and the API server where it is there. */
export const outside: AddressSet = union(allAddresses, placeAddresses("kube-apiserver[outside]"));

/** What entities are, beside the nodes of the input. */
export class CiliumEntities {
  readonly #nodeAddresses: AddressSet;

  constructor(nodes: AddressSet) {
    this.#nodeAddresses = nodes;
  }

  /** Addresses outside the cluster: "CIDR rules do not apply to traffic where both sides are managed by Cilium", and no nodes. */
  outside(texts: readonly string[], addresses: AddressSet): Peer {
    return { type: "networks", cidrs: texts, addresses: difference(addresses, this.#nodeAddresses), outside: true };
  }

  /** The nodes: their addresses where the input shows them, and pods on their network. */
  #nodes(): Peer {
    return { type: "networks", cidrs: ["nodes"], addresses: this.#nodeAddresses, outside: true, onNodes: true };
  }

  /** Whom an entity means to a subject of the entry's policy. */
  resolved(entity: string, side: CiliumSide, entry: AskedEntry): Resolved {
    switch (entity) {
      case "all":
        return "everyone";
      case "world":
        return certain(this.outside(["world"], outside));
      case "world-ipv4":
      case "world-ipv6":
        return certain(this.outside([entity], familyAddresses(entity === "world-ipv4" ? 4 : 6)));
      case "cluster":
      case "cluster-mesh":
        return certain(
          entity === "cluster"
            ? { type: "pods", namespaceSelector: all, podSelector: all, ofCluster: "own" }
            : { type: "pods", namespaceSelector: all, podSelector: ofSomeCluster },
          this.#nodes(),
          { type: "networks", cidrs: ["cluster"], addresses: inCluster, outside: true },
          apiServer("certain", []),
        );
      case "remote-node":
      case "host":
        return side === "node" ? this.#otherNode(entity) : this.#node(entity, side, entry);
      case "kube-apiserver": {
        // On which of the nodes it is nobody says, if it is on one.
        const node = { ...this.#nodes(), apiServer: "possible" } as const;
        return {
          certain: [apiServer("certain", [entity])],
          possible: { peers: [node], why: "where the API server is" },
        };
      }
      default:
        return placesOf(entity) === undefined ? nothing : certain(reserved(entity));
    }
  }

  /** To a node every other is remote; of what it sends itself no policy is asked. */
  #otherNode(entity: "host" | "remote-node"): Resolved {
    if (entity === "host") return nothing;
    const addresses = placeAddresses(...nodePlaces);
    return certain({ ...reserved(entity), addresses }, this.#nodes());
  }

  /** What a pod's own node sends it is let in, unless a deny says otherwise; which node is its own is not known. */
  #node(entity: "host" | "remote-node", direction: Direction, entry: AskedEntry): Resolved {
    if (entry.entities.has("host") && entry.entities.has("remote-node")) {
      const addresses = placeAddresses("kube-apiserver[node]");
      return certain(reserved(entity), this.#nodes(), { ...reserved(entity), addresses, names: [] });
    }
    const isLetIn = direction === "ingress" && entry.action === "allow";
    if (isLetIn) return entity === "host" ? certain(reserved(entity)) : certain(reserved(entity), this.#nodes());
    return { ...possibly("which node is the pod's own", this.#nodes()), certain: [reserved(entity)] };
  }
}

/** Whom a peer certainly means. */
export function certain(...peers: readonly Peer[]): Exclude<Resolved, "everyone"> {
  return { certain: peers };
}

/** Whom a peer may mean, and why that is not known. */
export function possibly(why: string, ...peers: readonly Peer[]): Exclude<Resolved, "everyone"> {
  return { certain: [], possible: { peers, why } };
}

/** The place of an identity that is no pod and has no address of its own. */
function reserved(identity: string): NetworksPeer {
  const addresses = placeAddresses(...(placesOf(identity) ?? []));
  return { type: "networks", cidrs: [identity], addresses, outside: true, names: [identity] };
}

function apiServer(is: "certain" | "possible", names: readonly string[]): NetworksPeer {
  return { ...reserved("kube-apiserver"), names, apiServer: is };
}
