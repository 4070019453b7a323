import type { Direction, RuleAction } from "../model/policy.ts";
import type { ConnectionId, ConnectionTable, Family } from "../sets/connection-set.ts";
import { allConnections } from "../sets/connection-set.ts";
import { difference, intersection, unionAll } from "../sets/interval-set.ts";
import { families, type UnknownPlace } from "./address-places.ts";
import { ClassSet } from "./class-set.ts";
import {
  type Cell,
  type ConnectionMap,
  constantMap,
  mapConnections,
  mergeMaps,
  restrictMap,
  intersectMaps,
} from "./connection-map.ts";
import { allowedByAll, decide, type Decision, passedByAll } from "./decide-tiers.ts";
import type { Bound, PartExpander } from "./part-expander.ts";
import { familiesOf, type PodClass } from "./pod-classes.ts";
import type { Row, RowFactory } from "./row.ts";
import { type Extent, RuleMatches, type Spot } from "./rule-matches.ts";
import type { RuleItem } from "./rule-items.ts";
import type { TierSteps } from "./tier-steps.ts";

/** All that the tiers say to a class in one direction. */
export interface Layers {
  /** In the order they are asked, each with a name that is equal where the steps are. Those of the key `undefined` are not met again. */
  readonly tiers: readonly { readonly key?: string; readonly steps: TierSteps }[];
  /** Whether a rule of theirs may take away what another allows. */
  readonly areOrdered: boolean;
  /** What may become of traffic that all tiers pass. */
  readonly last: readonly RuleAction[];
}

/** What a solution is asked for. */
type Question = "allowed" | "passed";

/** Makes the rows of classes that more than a union of NetworkPolicies decides about. */
export class LayeredRows {
  readonly #table: ConnectionTable;
  readonly #expander: PartExpander;
  readonly #factory: RowFactory;
  readonly #matches: RuleMatches;
  readonly #everything: ConnectionMap;
  readonly #byFamilies: ReadonlyMap<string, { readonly families: readonly Family[]; readonly classes: ClassSet }>;
  readonly #decisions = new Map<string, Decision>();
  /** By the cells of a rule, which are kept and so are one object. */
  readonly #cellKeys = new Map<readonly Cell[], string>();
  readonly #setIds = new Map<ClassSet, number>();

  constructor(
    direction: Direction,
    classes: readonly PodClass[],
    expander: PartExpander,
    factory: RowFactory,
    table: ConnectionTable,
    denseSize: number,
  ) {
    this.#table = table;
    this.#expander = expander;
    this.#factory = factory;
    this.#matches = new RuleMatches(direction, expander, table, denseSize);
    this.#everything = constantMap(expander.everyone, allConnections);
    this.#byFamilies = groupByFamilies(classes);
  }

  rows(subject: PodClass, layers: Layers): Readonly<Record<Bound, Row>> {
    const touched = this.#touched(subject, layers);
    const bigKey = this.#bigKey(subject, layers);
    const of = (bound: Bound): Row =>
      this.#factory.layered({
        key: `${bound} ${familiesOf(subject).join()} ${bigKey}`,
        below: () => this.#solve("allowed", subject, layers, bound, "big", undefined),
        touched,
        whole: () => this.#solve("allowed", subject, layers, bound, "all", touched),
        // What is isolated possibly gets the lower bound of an isolated class, and the upper of one that is not.
        isolated: this.#isIsolated(subject, layers, bound),
        undecided: () => this.#solve("passed", subject, layers, bound, "all", undefined),
      });
    const [certain, possible] = [of("certain"), of("possible")];
    return { certain, possible: certain.equals(possible) ? certain : possible };
  }

  /** Whether nothing passes without a rule that allows it. */
  #isIsolated(subject: PodClass, layers: Layers, bound: Bound): boolean {
    if (layers.tiers.some(({ steps }) => !mayPass(steps))) return true;
    return this.#solve("passed", subject, layers, bound, "all", undefined).starts.length === 0;
  }

  /** The classes about which a small set says something. */
  #touched(subject: PodClass, layers: Layers): ClassSet {
    const cells = itemsOf(layers).flatMap((item) => [
      ...this.#matches.cells(item, "certain", subject),
      ...this.#matches.cells(item, "possible", subject),
    ]);
    const small = cells.filter((cell) => !this.#matches.isBig(cell));
    const sets = new Set(small.map(({ classes }) => classes));
    for (const place of this.#expander.places.unknown)
      if (!this.#matches.isBig(place) && itemsOf(layers).some((item) => seesPlace(item, place)))
        sets.add(place.classes);
    return ClassSet.of(unionAll([...sets].map(({ boundaries }) => boundaries)));
  }

  /** Equal for layers whose big sets say the same. */
  #bigKey(subject: PodClass, { tiers, last }: Layers): string {
    const keysOf = (items: readonly RuleItem[], bound: Bound): string =>
      [...new Set(items.map((item) => this.#cellKey(item, bound, subject)).filter((key) => key !== ""))]
        .toSorted()
        .join();
    const steps = tiers.map(({ steps: { steps, end } }) =>
      JSON.stringify([
        steps.map((step) =>
          step.map((runs) =>
            runs.map(({ action, certain, possible }) => [
              action,
              keysOf(certain, "certain"),
              keysOf(possible, "possible"),
            ]),
          ),
        ),
        end,
      ]),
    );
    return `${steps.join()} ${last.join()}`;
  }

  #cellKey(item: RuleItem, bound: Bound, subject: PodClass): string {
    const cells = this.#matches.cells(item, bound, subject);
    let key = this.#cellKeys.get(cells);
    if (key === undefined) {
      const big = cells.filter((cell) => this.#matches.isBig(cell));
      const own = big.map(({ classes, connections }) => `${this.#setId(classes)}:${connections}`).join("+");
      // What a rule about addresses may match beside that is its own.
      key = item.peers.places.length > 0 ? `${own}@${item.id}` : own;
      this.#cellKeys.set(cells, key);
    }
    return key;
  }

  #setId(classes: ClassSet): number {
    let id = this.#setIds.get(classes);
    if (id === undefined) this.#setIds.set(classes, (id = this.#setIds.size));
    return id;
  }

  #solve(
    question: Question,
    subject: PodClass,
    layers: Layers,
    bound: Bound,
    extent: Extent,
    within: ClassSet | undefined,
  ): ConnectionMap {
    if (within?.size === 0) return { starts: [], connections: [] };
    let solved = this.#fold(question, subject, layers, bound, extent, within, undefined);
    for (const [classes, places] of groupByClasses(this.#expander.places.unknown)) {
      const own = within === undefined ? classes : ClassSet.of(intersection(classes.boundaries, within.boundaries));
      if (own.size === 0) continue;
      const supposed = this.#anywhere(question, subject, layers, bound, extent, own, places);
      if (supposed !== undefined) solved = mergeMaps([this.#outside(solved, own), supposed], this.#table);
    }
    return layers.areOrdered ? this.#spoken(solved, subject, bound) : solved;
  }

  #outside(map: ConnectionMap, classes: ClassSet): ConnectionMap {
    return restrictMap(map, ClassSet.of(difference(this.#expander.everyone.boundaries, classes.boundaries)));
  }

  /** Pods at unknown addresses: certain is what holds wherever they are, possible what holds somewhere. */
  #anywhere(
    question: Question,
    subject: PodClass,
    layers: Layers,
    bound: Bound,
    extent: Extent,
    own: ClassSet,
    places: readonly UnknownPlace[],
  ): ConnectionMap | undefined {
    const items = itemsOf(layers);
    const ofFamilies = places.map((place) => {
      const spots = this.#matches.spots(items, place, bound);
      const [first, ...more] = spots.map((spot) => this.#fold(question, subject, layers, bound, extent, own, spot));
      if (first === undefined) return undefined;
      const all =
        bound === "certain"
          ? more.reduce((sum, map) => intersectMaps(sum, map, this.#table), first)
          : mergeMaps([first, ...more], this.#table);
      return mapConnections(all, (id) => this.#table.intersection(id, this.#table.family[place.family]));
    });
    const known = ofFamilies.filter((map) => map !== undefined);
    return known.length === 0 ? undefined : mergeMaps(known, this.#table);
  }

  #fold(
    question: Question,
    subject: PodClass,
    { tiers, last }: Layers,
    bound: Bound,
    extent: Extent,
    within: ClassSet | undefined,
    spot: Spot | undefined,
  ): ConnectionMap {
    const everything = within === undefined ? this.#everything : constantMap(within, allConnections);
    const decisions = tiers.map(({ key, steps }) => {
      if (key === undefined || spot !== undefined) return this.#decide(steps, subject, extent, everything, spot);
      const id = `${key} ${extent}`;
      let known = this.#decisions.get(id);
      if (known === undefined)
        this.#decisions.set(id, (known = this.#decide(steps, subject, extent, this.#everything, undefined)));
      return within === undefined ? known : restricted(known, within);
    });
    return question === "allowed"
      ? allowedByAll(decisions, last, bound, everything, this.#table)
      : passedByAll(decisions, last, bound, everything, this.#table);
  }

  #decide(
    steps: TierSteps,
    subject: PodClass,
    extent: Extent,
    everything: ConnectionMap,
    spot: Spot | undefined,
  ): Decision {
    const matches = (items: readonly RuleItem[], bound: Bound): ConnectionMap =>
      this.#matches.map(items, bound, subject, extent, spot);
    return decide(steps, everything, matches, this.#table);
  }

  /**
   * Two pods speak a family that both have. Where that is not known, what is certainly allowed is allowed in each family
   * that they may have in common: a deny of one family may be all there is between them.
   */
  #spoken(map: ConnectionMap, subject: PodClass, bound: Bound): ConnectionMap {
    const own = familiesOf(subject);
    let result = map;
    for (const { families: theirs, classes } of this.#byFamilies.values()) {
      const change = this.#spokenBy(own, theirs, bound);
      if (change === undefined) continue;
      const changed = mapConnections(restrictMap(map, classes), change);
      result = mergeMaps([this.#outside(result, classes), changed], this.#table);
    }
    return result;
  }

  #spokenBy(
    own: readonly Family[],
    theirs: readonly Family[],
    bound: Bound,
  ): ((id: ConnectionId) => ConnectionId) | undefined {
    const shared = families.filter((family) => [own, theirs].every((has) => has.length === 0 || has.includes(family)));
    const [only, other] = shared;
    if (only !== undefined && other === undefined)
      return (id) => this.#table.intersection(id, this.#table.family[only]);
    const isSure = own.length > 0 && theirs.length > 0;
    return isSure || bound === "possible" ? undefined : (id) => this.#table.inBothFamilies(id);
  }
}

function seesPlace({ peers }: RuleItem, { of }: UnknownPlace): boolean {
  return peers.places.some(({ pods }) => pods || of === "node");
}

function groupByFamilies(
  classes: readonly PodClass[],
): ReadonlyMap<string, { readonly families: readonly Family[]; readonly classes: ClassSet }> {
  const groups = new Map<string, { families: readonly Family[]; ids: number[] }>();
  for (const podClass of classes) {
    const has = familiesOf(podClass);
    const group = groups.get(has.join());
    if (group === undefined) groups.set(has.join(), { families: has, ids: [podClass.id] });
    else group.ids.push(podClass.id);
  }
  return new Map(
    [...groups].map(([key, { families: has, ids }]) => [key, { families: has, classes: ClassSet.fromSorted(ids) }]),
  );
}

function groupByClasses(places: readonly UnknownPlace[]): ReadonlyMap<ClassSet, readonly UnknownPlace[]> {
  const groups = new Map<ClassSet, UnknownPlace[]>();
  for (const place of places) groups.set(place.classes, [...(groups.get(place.classes) ?? []), place]);
  return groups;
}

function itemsOf({ tiers }: Layers): readonly RuleItem[] {
  return tiers.flatMap(({ steps }) => steps.steps.flat(2).flatMap(({ possible }) => possible));
}

function mayPass({ steps, end }: TierSteps): boolean {
  return end.includes("pass") || steps.flat(2).some(({ action }) => action === "pass");
}

function restricted({ allow, deny, pass }: Decision, within: ClassSet): Decision {
  return { allow: restrictMap(allow, within), deny: restrictMap(deny, within), pass: restrictMap(pass, within) };
}
