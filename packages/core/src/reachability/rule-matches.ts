import type { Direction } from "../model/policy.ts";
import { type ConnectionId, type ConnectionTable, type Family, noConnections } from "../sets/connection-set.ts";
import { intersection } from "../sets/interval-set.ts";
import { families, type PlaceOf, type UnknownPlace } from "./address-places.ts";
import { ClassSet } from "./class-set.ts";
import { type Cell, type ConnectionMap, constantMap, mergeMaps } from "./connection-map.ts";
import type { Bound, PartExpander } from "./part-expander.ts";
import type { AddressMatch } from "./address-peers.ts";
import type { PodClass } from "./pod-classes.ts";
import type { RuleItem } from "./rule-items.ts";

/** The supposition that pods at unknown addresses are at those of one address class. */
export interface Spot {
  readonly place: UnknownPlace;
  /** Numbered from 0. */
  readonly addressClass: number;
}

/** Which matches to look at: of sets that rows share, or all. */
export type Extent = "big" | "all";

/** Pods or addresses that a rule matches. */
interface Part {
  readonly classes: ClassSet;
  /** Absent: traffic of both. */
  readonly family?: Family;
  /** Whether port names are resolved on them. */
  readonly named: boolean;
}

const seenBy: Readonly<Record<"pods" | "nodes", readonly PlaceOf[]>> = { pods: ["node", "pod"], nodes: ["node"] };

/** What rules match where their order matters, as maps, with pods at unknown addresses supposed anywhere. */
export class RuleMatches {
  readonly #direction: Direction;
  readonly #expander: PartExpander;
  readonly #table: ConnectionTable;
  readonly #denseSize: number;
  readonly #cells = new Map<string, readonly Cell[]>();

  constructor(direction: Direction, expander: PartExpander, table: ConnectionTable, denseSize: number) {
    this.#direction = direction;
    this.#expander = expander;
    this.#table = table;
    this.#denseSize = denseSize;
  }

  /** What rules together match for a subject. */
  map(items: readonly RuleItem[], bound: Bound, subject: PodClass, extent: Extent, spot?: Spot): ConnectionMap {
    const cells = items.flatMap((item) => this.cells(item, bound, subject, spot));
    const wanted = extent === "all" ? cells : cells.filter((cell) => this.isBig(cell));
    return mergeMaps(
      wanted.map(({ classes, connections }) => constantMap(classes, connections)),
      this.#table,
    );
  }

  /** Whether a set is shared between rows. */
  isBig({ classes }: Pick<Cell, "classes">): boolean {
    return classes.size > this.#denseSize;
  }

  /** What a rule matches for a subject, set by set. */
  cells(item: RuleItem, bound: Bound, subject: PodClass, spot?: Spot): readonly Cell[] {
    if (spot !== undefined) return this.#makeCells(item, bound, subject, spot);
    // Only a port name on ingress makes subjects differ: it is the subject that resolves it.
    const profile = this.#direction === "ingress" && item.named.length > 0 ? subject.portProfile : -1;
    const key = `${item.id} ${profile} ${bound}`;
    let cells = this.#cells.get(key);
    if (cells === undefined) this.#cells.set(key, (cells = this.#makeCells(item, bound, subject)));
    return cells;
  }

  #makeCells(item: RuleItem, bound: Bound, subject: PodClass, spot?: Spot): readonly Cell[] {
    return this.#parts(item, bound, spot).flatMap((part) =>
      this.#direction === "ingress"
        ? this.#cell(part, this.#expander.rulePorts(item, subject))
        : [...this.#cell(part, item.numbered), ...(part.named ? this.#namedCells(part, item.named) : [])],
    );
  }

  #cell({ classes, family }: Part, connections: ConnectionId): readonly Cell[] {
    const own = family === undefined ? connections : this.#table.intersection(connections, this.#table.family[family]);
    return own === noConnections || classes.size === 0 ? [] : [{ classes, connections: own }];
  }

  #namedCells(part: Part, names: readonly string[]): readonly Cell[] {
    if (names.length === 0) return [];
    return this.#expander.byProfile.flatMap(({ classes, sample }) => {
      const own = ClassSet.of(intersection(part.classes.boundaries, classes.boundaries));
      return this.#cell({ ...part, classes: own }, this.#expander.resolve(names, sample));
    });
  }

  #parts({ peers }: RuleItem, bound: Bound, spot: Spot | undefined): readonly Part[] {
    if (peers.any) return [{ classes: this.#expander.everyone, named: true }];
    const places = peers.places.filter(({ certain }) => certain || bound === "possible");
    return [{ classes: peers[bound], named: true }, ...places.flatMap((match) => this.#placeParts(match, spot))];
  }

  #placeParts({ addresses, pods }: AddressMatch, spot: Spot | undefined): readonly Part[] {
    const { places } = this.#expander;
    const covered = places.covered(addresses);
    const seen = seenBy[pods ? "pods" : "nodes"];
    const known = families.flatMap((family) =>
      seen.map((of): Part => ({ classes: places.knownIn(covered, of, family), family, named: of === "pod" })),
    );
    const parts: Part[] = [{ classes: places.external(covered), named: false }, ...known];
    if (spot !== undefined && seen.includes(spot.place.of) && covered.has(spot.addressClass))
      parts.push({ classes: spot.place.classes, named: spot.place.of === "pod" });
    return parts;
  }

  /** What a rule matches, with pods at unknown addresses: wherever they are (`certain`), or somewhere. */
  everywhere(item: RuleItem, bound: Bound, subject: PodClass): readonly Cell[] {
    const supposed = this.#expander.places.unknown.flatMap((place) => {
      const spots = this.spots([item], place, bound);
      const seen = (spot: Spot): boolean =>
        item.peers.places.some(
          ({ addresses, pods, certain }) =>
            (certain || bound === "possible") &&
            (pods || place.of === "node") &&
            this.#expander.places.covered(addresses).has(spot.addressClass),
        );
      const isMatched = spots.length > 0 && (bound === "certain" ? spots.every(seen) : spots.some(seen));
      const connections = this.#direction === "ingress" ? this.#expander.rulePorts(item, subject) : item.numbered;
      return isMatched ? this.#cell({ classes: place.classes, family: place.family, named: false }, connections) : [];
    });
    return [...this.cells(item, bound, subject), ...supposed];
  }

  /** The suppositions about pods of a place that make a difference to the rules; none where no rule sees such pods. */
  spots(items: readonly RuleItem[], place: UnknownPlace, bound: Bound): readonly Spot[] {
    const { places } = this.#expander;
    const sets = new Map<string, ClassSet>();
    for (const { peers } of items)
      for (const { addresses, pods } of peers.places)
        if (pods || place.of === "node") sets.set(addresses.join(), places.covered(addresses));
    if (sets.size === 0) return [];
    const offset = places.external(ClassSet.of([0, 1])).boundaries[0] ?? 0;
    const found = new Map<string, Spot>();
    const universe = bound === "certain" ? place.universe : place.anywhere;
    for (const id of candidates(universe.boundaries, [...sets.values()], offset)) {
      const addressClass = id - offset;
      const key = [...sets.values()].map((set) => Number(set.has(addressClass))).join("");
      if (!found.has(key)) found.set(key, { place, addressClass });
    }
    return [...found.values()];
  }
}

/** The first class of each stretch of a universe in which membership in the sets is the same. */
function* candidates(universe: readonly number[], sets: readonly ClassSet[], offset: number): Generator<number> {
  const edges = [...new Set(sets.flatMap(({ boundaries }) => boundaries.map((boundary) => boundary + offset)))];
  for (let i = 0; i < universe.length; i += 2) {
    const [first, end] = [universe[i] as number, universe[i + 1] as number];
    yield first;
    for (const edge of edges) if (edge > first && edge < end) yield edge;
  }
}
