import type { Requirement, SelectorOperator } from "../../model/selector.ts";

/** A requirement, and whether it is of the pod's labels or of its namespace's. */
export interface Literal {
  readonly of: "pod" | "namespace";
  readonly requirement: Requirement;
}

/** What must hold together: numbers of literals, ascending. */
export type Conjunction = readonly number[];

/** Literals by number: a selector of a line has few, in hundreds of conjunctions. */
export class Literals {
  readonly #all: Literal[] = [];
  readonly #numbers = new Map<string, number>();

  numberOf(literal: Literal): number {
    const key = JSON.stringify(literal);
    let known = this.#numbers.get(key);
    if (known === undefined) this.#numbers.set(key, (known = this.#all.push(literal) - 1));
    return known;
  }

  of(conjunction: Conjunction): readonly Literal[] {
    return conjunction.map((number) => this.#all[number] as Literal); // numbers come from numberOf
  }

  /** The same without what lies in others, and with two as one where only one label tells them apart, which then does not matter. */
  simplified(conjunctions: readonly Conjunction[]): readonly Conjunction[] {
    let left = withoutContained(conjunctions);
    for (;;) {
      const merged = this.#merged(left);
      if (merged.length === left.length) return left;
      left = withoutContained(distinct(merged));
    }
  }

  /** Each conjunction may be merged once: two that share all but one literal, which cover everything between them. */
  #merged(conjunctions: readonly Conjunction[]): readonly Conjunction[] {
    const open = new Map<string, { readonly at: number; readonly apart: number }[]>();
    const result: (Conjunction | undefined)[] = [];
    for (const conjunction of conjunctions) {
      const at = result.push(conjunction) - 1;
      for (const apart of conjunction) {
        const rest = conjunction.filter((literal) => literal !== apart);
        const key = rest.join();
        const sharing = open.get(key) ?? [];
        const other = sharing.find(
          (each) => result[each.at]?.length === conjunction.length && this.#coverAll(apart, each.apart),
        );
        if (other !== undefined) {
          result[other.at] = rest;
          result[at] = undefined;
          break;
        }
        sharing.push({ at, apart });
        open.set(key, sharing);
      }
    }
    return result.filter((each) => each !== undefined);
  }

  /** Whether one of two literals holds, whatever the label is. */
  #coverAll(one: number, other: number): boolean {
    const [a, b] = this.of([one, other]) as [Literal, Literal]; // as many as were asked for
    if (a.of !== b.of || a.requirement.key !== b.requirement.key) return false;
    return coversWith(a.requirement, b.requirement) || coversWith(b.requirement, a.requirement);
  }
}

const opposites: Readonly<Partial<Record<SelectorOperator, SelectorOperator>>> = {
  Exists: "DoesNotExist",
  Contains: "NotContains",
  StartsWith: "NotStartsWith",
  EndsWith: "NotEndsWith",
};

function coversWith(a: Requirement, b: Requirement): boolean {
  if (opposites[a.operator] === b.operator) return a.values.join() === b.values.join();
  if (b.operator !== "NotIn") return false;
  return a.operator === "Exists" || (a.operator === "In" && b.values.every((value) => a.values.includes(value)));
}

/** Both together. */
export function both(one: Conjunction, other: Conjunction): Conjunction {
  return [...new Set([...one, ...other])].toSorted((a, b) => a - b);
}

/** Each once, in the order they come. */
export function distinct(conjunctions: readonly Conjunction[]): readonly Conjunction[] {
  return [...new Map(conjunctions.map((each) => [each.join(), each])).values()];
}

/** Those that ask for more than another one are left out: what they select that other one selects. */
function withoutContained(conjunctions: readonly Conjunction[]): readonly Conjunction[] {
  const left: Conjunction[] = [];
  for (const one of conjunctions.toSorted((a, b) => a.length - b.length))
    if (!left.some((shorter) => shorter.length < one.length && isPartOf(shorter, one))) left.push(one);
  return left.length === conjunctions.length ? conjunctions : left;
}

function isPartOf(some: Conjunction, all: Conjunction): boolean {
  let at = 0;
  for (const literal of all) if (literal === some[at]) at++;
  return at === some.length;
}
