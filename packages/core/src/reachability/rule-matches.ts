import type { Direction } from "../model/policy.ts";
import {
  type ConnectionId,
  type ConnectionTable,
  type Family,
  families,
  noConnections,
} from "../sets/connection-set.ts";
import { difference, intersection, isSubset, meets, unionAll } from "../sets/interval-set.ts";
import type { PlaceOf, UnknownPlace } from "./address-places.ts";
import { ClassSet } from "./class-set.ts";
import { type Cell, type ConnectionMap, constantMap, mergeMaps } from "./connection-map.ts";
import type { Bound, PartExpander } from "./part-expander.ts";
import { type AddressMatch, sees } from "./address-peers.ts";
import type { PodClass } from "./pod-classes.ts";
import type { RuleItem } from "./rule-items.ts";

/** The supposition that pods at unknown addresses are at those of some address classes, all at one of them. */
export interface Spot {
  readonly place: UnknownPlace;
  /** Numbered from 0. A rule that covers all of them certainly matches, one that covers some may. */
  readonly addressClasses: ClassSet;
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

const placesOf: readonly PlaceOf[] = ["node", "pod"];

type KnownCells = Readonly<Record<Bound, Map<RuleItem, readonly Cell[]>>>;

/** What rules match where their order matters, as maps, with pods at unknown addresses supposed anywhere. */
export class RuleMatches {
  readonly #direction: Direction;
  readonly #expander: PartExpander;
  readonly #table: ConnectionTable;
  readonly #denseSize: number;
  /** By what the subject resolves port names to; 0 where it does not matter. */
  readonly #cells: KnownCells[] = [];

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
    const known = this.#known(item, subject)[bound];
    let cells = known.get(item);
    if (cells === undefined) known.set(item, (cells = this.#makeCells(item, bound, subject)));
    return cells;
  }

  /** Only a port name on ingress makes subjects differ: it is the subject that resolves it. */
  #known(item: RuleItem, subject: PodClass): KnownCells {
    const hasNames = item.named.length + item.exceptNames.length > 0;
    const profile = this.#direction === "ingress" && hasNames ? subject.portProfile + 1 : 0;
    return (this.#cells[profile] ??= { certain: new Map(), possible: new Map() });
  }

  #makeCells(item: RuleItem, bound: Bound, subject: PodClass, spot?: Spot): readonly Cell[] {
    return this.#parts(item, bound, spot).flatMap((part) => this.#cellsOf(part, item, subject));
  }

  #cellsOf(part: Part, item: RuleItem, subject: PodClass): readonly Cell[] {
    return this.#direction === "ingress"
      ? this.#cell(part, this.#expander.rulePorts(item, subject))
      : this.#egressCells(part, item);
  }

  #cell({ classes, family }: Part, connections: ConnectionId): readonly Cell[] {
    const own = family === undefined ? connections : this.#table.intersection(connections, this.#table.family[family]);
    return own === noConnections || classes.size === 0 ? [] : [{ classes, connections: own }];
  }

  /** Port names are of the destination: of the pods of the part, profile by profile. */
  #egressCells(part: Part, item: RuleItem): readonly Cell[] {
    const exceptions = part.named ? item.exceptNames : [];
    if (exceptions.length === 0)
      return [...this.#cell(part, item.numbered), ...(part.named ? this.#namedCells(part, item) : [])];
    const profiles = this.#expander.byProfile.flatMap(({ classes, sample }) =>
      this.#cell({ ...part, classes: both(part.classes, classes) }, this.#expander.rulePorts(item, sample)),
    );
    const selectable = unionAll(this.#expander.byProfile.map(({ classes }) => classes.boundaries));
    const others = ClassSet.of(difference(part.classes.boundaries, selectable));
    return [...profiles, ...this.#cell({ ...part, classes: others }, item.numbered)];
  }

  #namedCells(part: Part, item: RuleItem): readonly Cell[] {
    if (item.named.length === 0) return [];
    return this.#expander.byProfile.flatMap(({ classes, sample }) =>
      this.#cell({ ...part, classes: both(part.classes, classes) }, this.#expander.namedPorts(item, sample)),
    );
  }

  #parts({ peers }: RuleItem, bound: Bound, spot: Spot | undefined): readonly Part[] {
    if (peers.any) return [{ classes: this.#expander.everyone, named: true }];
    const places = peers.places.filter(({ certain }) => certain || bound === "possible");
    return [{ classes: peers[bound], named: true }, ...places.flatMap((match) => this.#placeParts(match, bound, spot))];
  }

  #placeParts(match: AddressMatch, bound: Bound, spot: Spot | undefined): readonly Part[] {
    const { addresses, among } = match;
    const { places } = this.#expander;
    const covered = places.covered(addresses);
    if (among !== undefined) return this.#partsAmong(covered, among[bound], bound, spot);
    const seen = placesOf.filter((of) => sees(match, of));
    const known = families.flatMap((family) =>
      seen.map((of): Part => {
        const classes = places.knownIn(covered, of, family);
        const spoken = this.#expander.spokenWith(of, family);
        return { classes, ...(spoken !== undefined && { family: spoken }), named: of === "pod" };
      }),
    );
    const parts: Part[] = [{ classes: places.external(covered), named: false }, ...known];
    if (spot !== undefined && seen.includes(spot.place.of) && this.#mayBeIn(covered, spot, bound))
      parts.push({ classes: spot.place.classes, named: spot.place.of === "pod" });
    return parts;
  }

  /** Whether who is at a spot is in these addresses. A pod of Cilium may be by its address of the other family. */
  #mayBeIn(covered: ClassSet, spot: Spot, bound: Bound): boolean {
    if (covers(covered, spot, bound)) return true;
    if (bound === "certain" || this.#expander.spokenWith(spot.place.of, spot.place.family) !== undefined) return false;
    const external = this.#expander.places.external(covered).boundaries;
    return this.#expander.places.unknown.some(
      ({ of, classes, family, universe }) =>
        of === spot.place.of &&
        classes === spot.place.classes &&
        family !== spot.place.family &&
        meets(universe.boundaries, external),
    );
  }

  /** Pods of some classes at addresses that are covered; nothing outside. */
  #partsAmong(covered: ClassSet, among: ClassSet, bound: Bound, spot: Spot | undefined): readonly Part[] {
    const { places } = this.#expander;
    const known = families.map((family): Part => ({
      classes: both(places.knownIn(covered, "pod", family), among),
      family,
      named: true,
    }));
    if (spot?.place.of !== "pod" || !covers(covered, spot, bound)) return known;
    return [...known, { classes: both(spot.place.classes, among), named: true }];
  }

  /** What a rule matches, with pods at unknown addresses: wherever they are (`certain`), or somewhere. */
  everywhere(item: RuleItem, bound: Bound, subject: PodClass): readonly Cell[] {
    const supposed = this.#expander.places.unknown.flatMap((place) => {
      const spots = this.spots([item], place);
      if (spots.length === 0) return [];
      const seen = spots.map((spot) => this.#seenAt(item, spot, bound));
      const classes =
        bound === "certain"
          ? seen.reduce((one, other) => both(one, other))
          : ClassSet.of(unionAll(seen.map(({ boundaries }) => boundaries)));
      return this.#cellsOf({ classes, family: place.family, named: place.of === "pod" }, item, subject);
    });
    return [...this.cells(item, bound, subject), ...supposed];
  }

  /** The pods of a supposition that a rule matches by their address. */
  #seenAt({ peers }: RuleItem, spot: Spot, bound: Bound): ClassSet {
    const { place } = spot;
    const seen = peers.places.filter(
      (match) =>
        (match.certain || bound === "possible") &&
        sees(match, place.of) &&
        covers(this.#expander.places.covered(match.addresses), spot, bound),
    );
    const found = seen.map(({ among }) => {
      if (among === undefined) return place.classes;
      return place.of === "pod" ? both(place.classes, among[bound]) : ClassSet.empty;
    });
    return ClassSet.of(unionAll(found.map(({ boundaries }) => boundaries)));
  }

  /**
   * The suppositions about pods of a place that make a difference to the rules; none where no rule sees such pods. Where
   * rules speak of very many addresses, some are supposed together: the bounds still hold, but are not as close.
   */
  spots(items: readonly RuleItem[], place: UnknownPlace): readonly Spot[] {
    const { places } = this.#expander;
    const sets = new Map<string, ClassSet>();
    for (const { peers } of items)
      for (const match of peers.places)
        if (sees(match, place.of)) sets.set(match.addresses.join(), places.covered(match.addresses));
    if (sets.size === 0) return [];
    const offset = places.external(ClassSet.of([0, 1])).boundaries[0] ?? 0;
    const found = new Map<string, number>();
    for (const id of candidates(place.universe.boundaries, [...sets.values()], offset)) {
      const key = [...sets.values()].map((set) => Number(set.has(id - offset))).join("");
      if (!found.has(key)) found.set(key, id - offset);
    }
    const classes = [...found.values()].toSorted((a, b) => a - b);
    const size = Math.ceil(classes.length / Math.max(1, Math.floor(mostSupposed / items.length)));
    return Array.from({ length: Math.ceil(classes.length / size) }, (_, i) => ({
      place,
      addressClasses: ClassSet.fromSorted(classes.slice(i * size, (i + 1) * size)),
    }));
  }
}

/** Suppositions times rules for one row. */
const mostSupposed = 4096;

function covers({ boundaries }: ClassSet, { addressClasses }: Spot, bound: Bound): boolean {
  return bound === "certain"
    ? isSubset(addressClasses.boundaries, boundaries)
    : meets(addressClasses.boundaries, boundaries);
}

function both(a: ClassSet, b: ClassSet): ClassSet {
  return ClassSet.of(intersection(a.boundaries, b.boundaries));
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
