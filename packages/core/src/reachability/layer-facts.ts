import type { RuleAction } from "../model/policy.ts";
import { intersection, unionAll } from "../sets/interval-set.ts";
import { type AddressMatch, sees } from "./address-peers.ts";
import type { PlaceOf } from "./address-places.ts";
import { ClassSet } from "./class-set.ts";
import type { Cell } from "./connection-map.ts";
import type { Bound, PartExpander } from "./part-expander.ts";
import type { PodClass } from "./pod-classes.ts";
import type { RuleItem } from "./rule-items.ts";
import type { RuleMatches } from "./rule-matches.ts";
import type { TierSteps } from "./tier-steps.ts";

/** What a tier says to a class. */
export interface Layer {
  /** Equal where the steps are. Absent where they are not met again. */
  readonly key?: string;
  readonly steps: TierSteps;
}

/** What is known of a layer whatever the others are: looked up once for all classes to which the tier says the same. */
export interface LayerFacts {
  readonly layer: Layer;
  readonly items: readonly RuleItem[];
  /** Sets that rows do not share, of all its rules. */
  readonly small: ClassSet;
  /** Equal for layers whose big sets say the same. */
  readonly bigKey: number;
  /** Whether nothing of it hangs on a fact that the input does not give. */
  readonly isExact: boolean;
  /** Whether traffic may pass without a rule that allows it, or go on to the next tier. */
  readonly mayPass: boolean;
  /** Whether a rule of it is about traffic of one family alone. */
  readonly asksForFamily: boolean;
  /** Equal for layers that speak of the same addresses. */
  readonly addressKey: number;
}

/** The facts of layers. */
export class LayerIndex {
  readonly #expander: PartExpander;
  readonly #matches: RuleMatches;
  readonly #known = new Map<string, LayerFacts>();
  readonly #keys = new Map<string, number>();
  /** By the cells of a rule, which are kept and so are one object. */
  readonly #cellKeys = new Map<readonly Cell[], string>();
  readonly #setIds = new Map<ClassSet, number>();

  constructor(expander: PartExpander, matches: RuleMatches) {
    this.#expander = expander;
    this.#matches = matches;
  }

  of(layer: Layer, subject: PodClass): LayerFacts {
    const { key } = layer;
    if (key === undefined) return this.#make(layer, subject);
    let facts = this.#known.get(key);
    if (facts === undefined) this.#known.set(key, (facts = this.#make(layer, subject)));
    return facts;
  }

  #make(layer: Layer, subject: PodClass): LayerFacts {
    const { steps, end } = layer.steps;
    const items = steps.flat(2).flatMap(({ possible }) => possible);
    return {
      layer,
      items,
      small: this.#small(items, subject),
      bigKey: this.#bigKey(layer.steps, subject),
      isExact: end.length === 1 && steps.every((step) => step.length === 1) && this.#isExact(layer.steps, items),
      asksForFamily: items.some(({ family }) => family !== undefined),
      addressKey: this.#number(
        items
          .flatMap(({ peers }) => peers.places.map(addressKeyOf))
          .toSorted()
          .join(),
      ),
      mayPass: end.some((action) => action !== "deny") || steps.flat(2).some(({ action }) => action === "pass"),
    };
  }

  #isExact({ steps }: TierSteps, items: readonly RuleItem[]): boolean {
    const hasUnknown = this.#expander.places.unknown.length > 0;
    return (
      steps.flat(2).every(({ certain, possible }) => certain.length === possible.length) &&
      items.every(
        ({ peers }) =>
          peers.certain === peers.possible &&
          peers.places.every(({ certain, among }) => certain && !hasUnknown && among?.certain === among?.possible),
      )
    );
  }

  #small(items: readonly RuleItem[], subject: PodClass): ClassSet {
    const sets = new Set<ClassSet>();
    const add = (cells: readonly Cell[]): void => {
      for (const cell of cells) if (!this.#matches.isBig(cell)) sets.add(cell.classes);
    };
    for (const item of new Set(items)) {
      add(this.#matches.cells(item, "certain", subject));
      add(this.#matches.cells(item, "possible", subject));
    }
    // Of a big set of pods at unknown addresses, those that declare a port by its name may be few.
    for (const place of this.#expander.places.unknown)
      if (items.some((item) => seesPlace(item, place.of) && (!this.#matches.isBig(place) || hasNames(item))))
        sets.add(place.classes);
    // Of them those that a selector finds may be few, too.
    for (const place of this.#expander.places.unknown)
      for (const among of items.flatMap(({ peers }) => peers.places.flatMap((match) => match.among ?? [])))
        for (const found of new Set([among.certain, among.possible])) {
          const classes = ClassSet.of(intersection(place.classes.boundaries, found.boundaries));
          if (!this.#matches.isBig({ classes })) sets.add(classes);
        }
    return ClassSet.of(unionAll([...sets].map(({ boundaries }) => boundaries)));
  }

  #bigKey({ steps, end }: TierSteps, subject: PodClass): number {
    const keysOf = (items: readonly RuleItem[], bound: Bound): string =>
      [...new Set(items.map((item) => this.#cellKey(item, bound, subject)).filter((key) => key !== ""))]
        .toSorted()
        .join();
    // Of runs without big sets nothing is left, wherever they stand.
    const said = steps.map((step) =>
      step.map((runs) =>
        runs
          .map(({ action, certain, possible }): readonly [RuleAction, string, string] => [
            action,
            keysOf(certain, "certain"),
            keysOf(possible, "possible"),
          ])
          .filter(([, certain, possible]) => certain !== "" || possible !== ""),
      ),
    );
    return this.#number(JSON.stringify([said.filter((step) => step.some((runs) => runs.length > 0)), end]));
  }

  #number(key: string): number {
    let id = this.#keys.get(key);
    if (id === undefined) this.#keys.set(key, (id = this.#keys.size));
    return id;
  }

  #cellKey(item: RuleItem, bound: Bound, subject: PodClass): string {
    const cells = this.#matches.cells(item, bound, subject);
    let key = this.#cellKeys.get(cells);
    if (key === undefined) {
      const big = cells.filter((cell) => this.#matches.isBig(cell));
      const own = big.map(({ classes, connections }) => `${this.#setId(classes)}:${connections}`).join("+");
      // What a rule may match of pods at unknown addresses is its own.
      const isOwn = item.peers.places.length > 0 && this.#expander.places.unknown.length > 0;
      key = isOwn ? `${own}@${item.id}` : own;
      this.#cellKeys.set(cells, key);
    }
    return key;
  }

  #setId(classes: ClassSet): number {
    let id = this.#setIds.get(classes);
    if (id === undefined) this.#setIds.set(classes, (id = this.#setIds.size));
    return id;
  }
}

function addressKeyOf({ addresses, pods }: AddressMatch): string {
  return `${pods} ${addresses.join(" ")}`;
}

function hasNames({ named, exceptNames }: RuleItem): boolean {
  return named.length + exceptNames.length > 0;
}

function seesPlace({ peers }: RuleItem, of: PlaceOf): boolean {
  return peers.places.some((match) => sees(match, of));
}
