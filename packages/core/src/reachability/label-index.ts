import { countStep } from "../lib/stoppable.ts";
import type { Requirement, Selector } from "../model/selector.ts";
import type { Labels } from "../model/selector.ts";
import { type OpenLabels, labelValue, matchesOpenLabels, matchesRequirement } from "../semantics/match-selector.ts";
import { passesText, textTestOf } from "../semantics/text-test.ts";
import { boundariesUpTo, difference, interval, union, unionAll } from "../sets/interval-set.ts";
import { ClassSet } from "./class-set.ts";

interface Postings {
  readonly all: number[];
  readonly byValue: Map<string, number[]>;
}

/** What a selector matches: certainly, and possibly once what the input does not say is counted. One object where that is the same. */
export interface Matches {
  readonly certain: ClassSet;
  readonly possible: ClassSet;
}

/** Matches that hang on nothing unknown. */
export function exactly(ids: ClassSet): Matches {
  return { certain: ids, possible: ids };
}

/**
 * Numbered things with labels, found by selector: an inverted index (label -> ids), so that a selector costs what it
 * matches, not what there is.
 */
export class LabelIndex {
  readonly #labels: Labels[] = [];
  readonly #postings = new Map<string, Postings>();
  readonly #open = new Map<number, OpenLabels>();
  /** Things with a label of unknown value, ascending, by its key. */
  readonly #openByKey = new Map<string, number[]>();

  /** Adds the next thing; ids count from 0. */
  add(labels: Labels, open?: OpenLabels): void {
    countStep();
    const id = this.#labels.length;
    this.#labels.push(labels);
    if (open !== undefined && open.size > 0) this.#addOpen(id, open);
    for (const key of Object.keys(labels)) {
      let postings = this.#postings.get(key);
      if (postings === undefined) this.#postings.set(key, (postings = { all: [], byValue: new Map() }));
      postings.all.push(id);
      const value = labels[key] as string;
      const ids = postings.byValue.get(value);
      if (ids === undefined) postings.byValue.set(value, [id]);
      else ids.push(id);
    }
  }

  #addOpen(id: number, open: OpenLabels): void {
    this.#open.set(id, open);
    for (const key of open.keys()) {
      const ids = this.#openByKey.get(key);
      if (ids === undefined) this.#openByKey.set(key, [id]);
      else ids.push(id);
    }
  }

  /** The ids in [first, end) that the selector matches, whatever labels of unknown value are, and for some of their values. */
  matches(selector: Selector, first: number, end: number): Matches {
    const known = this.match(selector, first, end);
    if (this.#open.size === 0) return exactly(known);
    const open = unionAll(
      selector.requirements.flatMap(({ key }) => {
        const ids = this.#openByKey.get(key);
        return ids === undefined ? [] : [ClassSet.fromSorted(slice(ids, first, end)).boundaries];
      }),
    );
    if (open.length === 0) return exactly(known);
    const certain: number[] = [];
    const possible: number[] = [];
    ClassSet.of(open).forEach((id) => {
      const match = matchesOpenLabels(selector, this.#labels[id] as Labels, this.#open.get(id) as OpenLabels);
      if (match.certain) certain.push(id);
      else if (match.possible) possible.push(id);
    });
    const rest = difference(known.boundaries, open);
    const sure = ClassSet.of(union(rest, ClassSet.fromSorted(certain).boundaries));
    if (possible.length === 0) return exactly(sure);
    return { certain: sure, possible: ClassSet.of(union(sure.boundaries, ClassSet.fromSorted(possible).boundaries)) };
  }

  /** The ids in [first, end) whose labels, as far as they are known, the selector matches. */
  match(selector: Selector, first: number, end: number): ClassSet {
    countStep();
    const { requirements } = selector;
    let smallest: number[][] | undefined;
    let smallestSize = Number.POSITIVE_INFINITY;
    let driver = -1;
    for (let i = 0; i < requirements.length; i++) {
      const list = this.#candidates(requirements[i] as Requirement, first, end);
      if (list === undefined) continue;
      let size = 0;
      for (const ids of list) size += ids.length;
      if (size < smallestSize) {
        smallest = list;
        smallestSize = size;
        driver = i;
      }
    }
    if (smallest === undefined) return this.#withoutAny(requirements, first, end);
    const rest = requirements.length === 1 ? [] : requirements.filter((_, i) => i !== driver);
    const ids = smallest.length === 1 ? (smallest[0] as number[]) : smallest.flat().toSorted((a, b) => a - b);
    return ClassSet.fromSorted(rest.length === 0 ? ids : ids.filter((id) => this.#matches(id, rest)));
  }

  #matches(id: number, requirements: readonly Requirement[]): boolean {
    const labels = this.#labels[id] as Labels;
    for (const requirement of requirements)
      if (!matchesRequirement(requirement, labelValue(labels, requirement.key))) return false;
    return true;
  }

  /** The posting lists that a positive requirement draws from; undefined for one that absence satisfies. */
  #candidates(requirement: Requirement, first: number, end: number): number[][] | undefined {
    if (matchesRequirement(requirement, undefined)) return undefined;
    return this.#lists(requirement).map((ids) => slice(ids, first, end));
  }

  /** The posting lists of the values that a requirement names. */
  #lists(requirement: Requirement): number[][] {
    const postings = this.#postings.get(requirement.key);
    if (postings === undefined) return [];
    const asked = textTestOf(requirement);
    if (asked !== undefined)
      return [...postings.byValue].flatMap(([value, ids]) => (passesText(asked.test, value) ? [ids] : []));
    if (requirement.operator === "Exists" || requirement.operator === "DoesNotExist") return [postings.all];
    const { values } = requirement;
    const lists: number[][] = [];
    for (const value of values.length === 1 ? values : new Set(values)) {
      const ids = postings.byValue.get(value);
      if (ids !== undefined) lists.push(ids);
    }
    return lists;
  }

  /** Negative requirements only: the range minus what each of them names. */
  #withoutAny(requirements: readonly Requirement[], first: number, end: number): ClassSet {
    const range = interval(first, end);
    if (requirements.length === 0) return ClassSet.of(range);
    const named = requirements.flatMap((requirement) => this.#lists(requirement));
    const excluded = unionAll(named.map((ids) => ClassSet.fromSorted(slice(ids, first, end)).boundaries));
    return ClassSet.of(difference(range, excluded));
  }
}

/** The part of an ascending list that lies in [first, end). */
function slice(ids: number[], first: number, end: number): number[] {
  if (ids.length === 0 || ((ids[0] as number) >= first && (ids[ids.length - 1] as number) < end)) return ids;
  return ids.slice(boundariesUpTo(ids, first - 1), boundariesUpTo(ids, end - 1));
}

/** What any of these matches. */
export function uniteMatches(matches: readonly Matches[]): Matches {
  const certain = unite(matches.map((match) => match.certain));
  if (matches.every((match) => match.certain === match.possible)) return { certain, possible: certain };
  return { certain, possible: unite(matches.map((match) => match.possible)) };
}

/** The classes of all these sets. */
export function unite(sets: readonly ClassSet[]): ClassSet {
  if (sets.length === 1) return sets[0] as ClassSet;
  return ClassSet.of(unionAll(sets.map((set) => set.boundaries)));
}
