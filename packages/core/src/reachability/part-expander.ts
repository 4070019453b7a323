import { pushAll } from "../lib/push-all.ts";
import type { Direction } from "../model/policy.ts";
import {
  type ConnectionId,
  type ConnectionTable,
  type Family,
  families,
  noConnections,
} from "../sets/connection-set.ts";
import { intersection, interval, unionAll } from "../sets/interval-set.ts";
import type { AddressClasses } from "./address-classes.ts";
import { sees } from "./address-peers.ts";
import { AddressPlaces, type PlaceOf, type UnknownPlace } from "./address-places.ts";
import { ClassSet } from "./class-set.ts";
import type { Cell } from "./connection-map.ts";
import type { ReachabilityOptions } from "./options.ts";
import type { ResolvedPeers } from "./peer-resolver.ts";
import type { PodClass, PodClasses } from "./pod-classes.ts";
import type { RuleItem } from "./rule-items.ts";
import { SpokenFamilies } from "./spoken-families.ts";

/** Whether to count what certainly holds or also what may hold. */
export type Bound = "certain" | "possible";

/** Pods that rules see by their addresses, in the family of these. */
type Seen = Pick<UnknownPlace, "classes" | "family" | "of">;

/** What ipBlocks cover beside external addresses: pods at known addresses, and pods that may be there. */
interface BlockMatch {
  readonly external: ClassSet;
  readonly known: readonly Seen[];
  readonly possible: readonly UnknownPlace[];
}

/** What a rule matches. */
export interface Expansion {
  /** Whatever the addresses of pods are. */
  readonly selected: readonly Cell[];
  /** Pods by their addresses, in the families of these. */
  readonly placed: readonly Cell[];
}

/** Turns rule items into class sets with connections, for a given subject. */
export class PartExpander {
  readonly everyone: ClassSet;
  /** What NetworkPolicies see at unknown addresses. */
  readonly unknownPlaces: readonly UnknownPlace[];
  readonly places: AddressPlaces;
  readonly spoken: SpokenFamilies;
  readonly #classes: PodClasses;
  readonly #table: ConnectionTable;
  /** The pods that selectors match, by the names of their ports. */
  readonly byProfile: readonly { readonly classes: ClassSet; readonly sample: PodClass }[];
  readonly #seesIdentities: boolean;
  readonly #blocks = new Map<ResolvedPeers, BlockMatch>();
  readonly #named = new Map<string, ConnectionId>();
  readonly #byName: Readonly<Record<Bound, Map<RuleItem, readonly Cell[]>>> = {
    certain: new Map(),
    possible: new Map(),
  };

  constructor(classes: PodClasses, addresses: AddressClasses, table: ConnectionTable, options: ReachabilityOptions) {
    this.#classes = classes;
    this.places = new AddressPlaces(classes, addresses, options.podCidrs);
    this.#table = table;
    this.everyone = ClassSet.of([0, classes.classes.length + addresses.classes.length]);
    this.spoken = new SpokenFamilies(classes.classes, this.everyone, this.places, table);
    const byProfile = new Map<number, { ids: number[]; sample: PodClass }>();
    for (const podClass of classes.classes) {
      if (podClass.id < classes.selectable) {
        const same = byProfile.get(podClass.portProfile);
        if (same === undefined) byProfile.set(podClass.portProfile, { ids: [podClass.id], sample: podClass });
        else same.ids.push(podClass.id);
      }
    }
    this.byProfile = [...byProfile.values()].map(({ ids, sample }) => ({ classes: ClassSet.fromSorted(ids), sample }));
    const { ipBlockMatchesPods, dataplane, ciliumCidrMatchMode } = options.assumptions;
    this.#seesIdentities = dataplane === "cilium";
    const seesNodes = !this.#seesIdentities || ciliumCidrMatchMode === "nodes";
    this.unknownPlaces = this.places.unknown.filter(({ of }) => (of === "node" ? seesNodes : ipBlockMatchesPods));
  }

  /** The ports of a rule, names resolved on `destination`. */
  rulePorts(item: RuleItem, destination: PodClass): ConnectionId {
    const ports = this.#table.union(item.numbered, this.namedPorts(item, destination));
    if (item.exceptNames.length === 0) return ports;
    return this.#table.difference(ports, this.resolve(item.exceptNames, destination));
  }

  /** The ports that a rule gives by name. */
  namedPorts({ named, family, exceptNumbered }: RuleItem, destination: PodClass): ConnectionId {
    const ports = this.#table.difference(this.resolve(named, destination), exceptNumbered);
    return family === undefined ? ports : this.#table.intersection(ports, this.#table.family[family]);
  }

  /** What a rule allows to or from a subject. `subject` only matters to named ports on ingress, where it is the destination. */
  expand(item: RuleItem, direction: Direction, subject: PodClass, bound: Bound): readonly Cell[] {
    const { selected, placed } = this.expansion(item, direction, subject, bound);
    return [...selected, ...this.spoken.ofCells(placed, subject, bound)];
  }

  /** The same, before it is asked which families subject and peer speak. */
  expansion(item: RuleItem, direction: Direction, subject: PodClass, bound: Bound): Expansion {
    const connections = direction === "ingress" ? this.rulePorts(item, subject) : item.numbered;
    const selected = connections === noConnections ? [] : this.#toPeers(item.peers, connections, bound);
    if (direction === "egress" && item.named.length > 0) pushAll(selected, this.#toNames(item, bound));
    const names = direction === "egress" ? item.named : [];
    return { selected, placed: this.#toPlaces(item.peers, connections, names, bound) };
  }

  /** Whether what the input does not give could make the rule match more. */
  isOpen(item: RuleItem): boolean {
    const { peers } = item;
    return peers.certain !== peers.possible || (peers.places.length > 0 && this.#blockMatch(peers).possible.length > 0);
  }

  #toPeers(peers: ResolvedPeers, connections: ConnectionId, bound: Bound): Cell[] {
    if (peers.any) return [{ classes: this.everyone, connections }];
    const cells: Cell[] = [{ classes: peers[bound], connections }];
    if (peers.places.length > 0) cells.push({ classes: this.#blockMatch(peers).external, connections });
    return cells;
  }

  #toPlaces(peers: ResolvedPeers, connections: ConnectionId, names: readonly string[], bound: Bound): readonly Cell[] {
    if (peers.any || peers.places.length === 0) return [];
    const match = this.#blockMatch(peers);
    const seen: readonly Seen[] = bound === "certain" ? match.known : [...match.known, ...match.possible];
    return seen
      .flatMap(({ classes, family, of }) => {
        const cells = [{ classes, connections }, ...this.#resolvedOn(classes.boundaries, names)];
        if (this.spokenWith(of, family) === undefined) return cells;
        const inFamily = this.#table.family[family];
        return cells.map((cell) => ({ ...cell, connections: this.#table.intersection(cell.connections, inFamily) }));
      })
      .filter((cell) => cell.connections !== noConnections);
  }

  /**
   * The family that a rule speaks with those whom it sees at their addresses of that family. None of pods in Cilium: "CIDR labels of
   * both addresses are in the identity of a pod", so that a block is for all that it speaks.
   */
  spokenWith(of: PlaceOf, family: Family): Family | undefined {
    return of === "pod" && this.#seesIdentities ? undefined : family;
  }

  /** What an egress rule with port names allows to pods of one profile at the addresses of its blocks. */
  namesAt({ named, peers }: RuleItem, sample: PodClass): readonly Cell[] {
    const connections = this.resolve(named, sample);
    if (connections === noConnections || peers.any || peers.places.length === 0) return [];
    return [{ classes: this.#blockMatch(peers).external, connections }];
  }

  /** "A named port is resolved on the destination pod": peer by peer, and never for an address outside. */
  #toNames(item: RuleItem, bound: Bound): readonly Cell[] {
    const memo = this.#byName[bound];
    let cells = memo.get(item);
    if (cells === undefined) {
      const pods = item.peers.any ? interval(0, this.#classes.selectable) : item.peers[bound].boundaries;
      memo.set(item, (cells = this.#resolvedOn(pods, item.named)));
    }
    return cells;
  }

  #resolvedOn(pods: readonly number[], named: readonly string[]): readonly Cell[] {
    if (named.length === 0) return [];
    return this.byProfile.flatMap(({ classes, sample }) => {
      const connections = this.resolve(named, sample);
      if (connections === noConnections) return [];
      return [{ classes: ClassSet.of(intersection(pods, classes.boundaries)), connections }];
    });
  }

  /** The numbers that port names have on `destination`. */
  resolve(named: readonly string[], destination: PodClass): ConnectionId {
    if (named.length === 0) return noConnections;
    const key = `${destination.portProfile}\u0001${named.join()}`;
    let connections = this.#named.get(key);
    if (connections === undefined) {
      const ranges = named.flatMap((name) => {
        const protocol = name.slice(0, name.indexOf("/")) as "TCP" | "UDP" | "SCTP";
        return (destination.namedPorts.get(name) ?? []).map((port) => ({ protocol, from: port, to: port }));
      });
      connections = this.#table.ofPorts(ranges);
      this.#named.set(key, connections);
    }
    return connections;
  }

  #blockMatch(peers: ResolvedPeers): BlockMatch {
    let match = this.#blocks.get(peers);
    if (match === undefined) {
      const { places } = this;
      const covered = ClassSet.of(unionAll(peers.places.map((place) => places.covered(place.addresses).boundaries)));
      const external = places.external(covered);
      // All blocks find the same pods by their addresses.
      const isSeen = (of: PlaceOf): boolean => peers.places.some((place) => sees(place, of));
      const seen = (["node", "pod"] as const).filter(isSeen);
      match = {
        external,
        known: families
          .flatMap((family) => seen.map((of) => ({ of, family, classes: places.knownIn(covered, of, family) })))
          .filter(({ classes }) => classes.size > 0),
        possible: this.unknownPlaces.filter(
          ({ of, universe }) => isSeen(of) && intersection(universe.boundaries, external.boundaries).length > 0,
        ),
      };
      this.#blocks.set(peers, match);
    }
    return match;
  }
}
