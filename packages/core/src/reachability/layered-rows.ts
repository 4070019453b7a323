import type { Direction, RuleAction } from "../model/policy.ts";
import type { ConnectionTable } from "../sets/connection-set.ts";
import { allConnections } from "../sets/connection-set.ts";
import { difference, intersection, unionAll } from "../sets/interval-set.ts";
import type { UnknownPlace } from "./address-places.ts";
import { ClassSet } from "./class-set.ts";
import {
  type ConnectionMap,
  constantMap,
  emptyMap,
  intersectMaps,
  mapConnections,
  mergeMaps,
  restrictMap,
  subtractMaps,
} from "./connection-map.ts";
import { allowedByAll, decide, type Decision, passedByAll } from "./decide-tiers.ts";
import { type Layer, type LayerFacts, LayerIndex } from "./layer-facts.ts";
import type { Bound, PartExpander } from "./part-expander.ts";
import { familiesOf, type PodClass } from "./pod-classes.ts";
import type { Row, RowFactory } from "./row.ts";
import { type Extent, RuleMatches, type Spot } from "./rule-matches.ts";
import type { RuleItem } from "./rule-items.ts";
import type { TierSteps } from "./tier-steps.ts";

/** All that the tiers say to a class in one direction. */
export interface Layers {
  /** In the order they are asked. */
  readonly tiers: readonly Layer[];
  /** Whether a rule of theirs may take away what another allows. */
  readonly areOrdered: boolean;
  /** What may become of traffic that all tiers pass. */
  readonly last: readonly RuleAction[];
}

/** What is asked of layers, for a class. */
interface Asked {
  readonly subject: PodClass;
  readonly layers: Layers;
  readonly facts: readonly LayerFacts[];
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
  readonly #index: LayerIndex;
  readonly #decisions = new Map<string, Decision>();
  /** By place, and the addresses that the layers speak of. */
  readonly #knownSpots = new Map<string, readonly Spot[]>();
  /** Pods at unknown addresses, by which they are. */
  readonly #unknown: ReadonlyMap<ClassSet, readonly UnknownPlace[]>;

  constructor(
    direction: Direction,
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
    this.#index = new LayerIndex(expander, this.#matches);
    this.#unknown = groupByClasses(expander.places.unknown);
  }

  rows(subject: PodClass, layers: Layers): Readonly<Record<Bound, Row>> {
    const facts = layers.tiers.map((layer) => this.#index.of(layer, subject));
    const asked: Asked = { subject, layers, facts };
    const touched = ClassSet.of(unionAll(facts.map(({ small }) => small.boundaries)));
    const bigKey = `${familiesOf(subject).join()} ${facts.map((each) => each.bigKey).join()} ${layers.last.join()}`;
    const of = (bound: Bound): Row =>
      this.#factory.layered({
        key: `${bound} ${bigKey}`,
        below: () => this.#solve("allowed", asked, bound, "big", undefined),
        touched,
        whole: () => this.#solve("allowed", asked, bound, "all", touched),
        // What is isolated possibly gets the lower bound of an isolated class, and the upper of one that is not.
        isolated: this.#isIsolated(asked, bound),
        undecided: () => this.#solve("passed", asked, bound, "all", undefined),
      });
    const certain = of("certain");
    if (this.#isExact(asked)) return { certain, possible: certain };
    const possible = of("possible");
    return { certain, possible: certain.equals(possible) ? certain : possible };
  }

  #isExact({ layers, facts }: Asked): boolean {
    if (layers.last.length !== 1 || !facts.every(({ isExact }) => isExact)) return false;
    return !this.#asksForFamilies(layers) || this.#expander.spoken.areKnown;
  }

  /** Whether it matters which families two pods speak. */
  #asksForFamilies({ areOrdered }: Layers): boolean {
    return areOrdered || this.#expander.spoken.matter;
  }

  /** Whether nothing passes without a rule that allows it: something denies it then, as what is wholly allowed would pass without as well. */
  #isIsolated(asked: Asked, bound: Bound): boolean {
    if (asked.facts.some(({ mayPass }) => !mayPass)) return true;
    if (this.#solve("passed", asked, bound, "all", undefined).starts.length > 0) return false;
    const allowed = this.#solve("allowed", asked, bound, "all", undefined);
    return subtractMaps(this.#everything, allowed, this.#table).starts.length > 0;
  }

  #solve(question: Question, asked: Asked, bound: Bound, extent: Extent, within: ClassSet | undefined): ConnectionMap {
    if (within?.size === 0) return emptyMap;
    let solved = this.#fold(question, asked, bound, extent, within, undefined);
    for (const [classes, places] of this.#unknown) {
      const own = within === undefined ? classes : ClassSet.of(intersection(classes.boundaries, within.boundaries));
      if (own.size === 0) continue;
      const supposed = this.#anywhere(question, asked, bound, extent, own, places);
      if (supposed !== undefined) solved = mergeMaps([this.#outside(solved, own), supposed], this.#table);
    }
    if (!this.#asksForFamilies(asked.layers)) return solved;
    const asksForFamily = asked.facts.some((each) => each.asksForFamily);
    return this.#expander.spoken.of(solved, asked.subject, bound, asksForFamily);
  }

  #outside(map: ConnectionMap, classes: ClassSet): ConnectionMap {
    return restrictMap(map, ClassSet.of(difference(this.#expander.everyone.boundaries, classes.boundaries)));
  }

  /** Pods at unknown addresses: certain is what holds wherever they are, possible what holds somewhere. */
  #anywhere(
    question: Question,
    asked: Asked,
    bound: Bound,
    extent: Extent,
    own: ClassSet,
    places: readonly UnknownPlace[],
  ): ConnectionMap | undefined {
    const ofFamilies = places.map((place) => {
      const spots = this.#spots(asked, place);
      const [first, ...more] = spots.map((spot) => this.#fold(question, asked, bound, extent, own, spot));
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

  #spots({ facts }: Asked, place: UnknownPlace): readonly Spot[] {
    const key = `${this.#expander.places.unknown.indexOf(place)} ${facts.map(({ addressKey }) => addressKey).join()}`;
    let spots = this.#knownSpots.get(key);
    if (spots === undefined) {
      const items = facts.flatMap((each) => each.items);
      this.#knownSpots.set(key, (spots = this.#matches.spots(items, place)));
    }
    return spots;
  }

  #spotId({ place, addressClasses }: Spot): string {
    return `${this.#expander.places.unknown.indexOf(place)} ${addressClasses.boundaries.join()}`;
  }

  #fold(
    question: Question,
    { subject, layers }: Asked,
    bound: Bound,
    extent: Extent,
    within: ClassSet | undefined,
    spot: Spot | undefined,
  ): ConnectionMap {
    const everything = within === undefined ? this.#everything : constantMap(within, allConnections);
    const decisions = layers.tiers.map(({ key, steps }) => {
      if (key === undefined) return this.#decide(steps, subject, extent, everything, spot);
      const id = `${key} ${extent} ${spot === undefined ? "" : this.#spotId(spot)}`;
      let known = this.#decisions.get(id);
      if (known === undefined)
        this.#decisions.set(id, (known = this.#decide(steps, subject, extent, this.#everything, spot)));
      return within === undefined ? known : restricted(known, within);
    });
    return question === "allowed"
      ? allowedByAll(decisions, layers.last, bound, everything, this.#table)
      : passedByAll(decisions, layers.last, bound, everything, this.#table);
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
}

function groupByClasses(places: readonly UnknownPlace[]): ReadonlyMap<ClassSet, readonly UnknownPlace[]> {
  const groups = new Map<ClassSet, UnknownPlace[]>();
  for (const place of places) groups.set(place.classes, [...(groups.get(place.classes) ?? []), place]);
  return groups;
}

function restricted({ allow, deny, pass, open }: Decision, within: ClassSet): Decision {
  const own = (map: ConnectionMap): ConnectionMap => (map === emptyMap ? map : restrictMap(map, within));
  return { allow: own(allow), deny: own(deny), pass: own(pass), open: own(open) };
}
