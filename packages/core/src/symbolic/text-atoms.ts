import { passesText, type TextTest } from "../semantics/text-test.ts";
import { unionAll } from "../sets/interval-set.ts";
import type { Elements } from "./box.ts";

/** What values of a label can be: those of namespaces' names, or any. */
export interface ValueSyntax {
  readonly ends: string;
  readonly middle: string;
  readonly mayBeEmpty: boolean;
}

const lower = "abcdefghijklmnopqrstuvwxyz0123456789";
const upper = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** "63 characters or less, and unless empty begin and end with an alphanumeric character". */
export const labelSyntax: ValueSyntax = { ends: lower + upper, middle: "-_.", mayBeEmpty: true };
/** "At most 63 characters, lowercase alphanumeric or '-', start and end with an alphanumeric character". */
export const namespaceNameSyntax: ValueSyntax = { ends: lower, middle: "-", mayBeEmpty: false };

const longestValue = 63;
/** More states of the search than this are no selectors that somebody means. */
const mostStates = 20_000;
/** Elements of one atom: the values of it that selectors name, and before them any other. */
const atomSize = 2 ** 16;
const firstAtom = 2;

/** How far a value that is being spelt is with each test. */
interface State {
  /** The longest end of it that some test's text begins with. */
  readonly tail: string;
  /** All of it, while some test could still find it at the start; else undefined. */
  readonly head: string | undefined;
  /** The tests that hold whatever comes, as bits. */
  readonly passed: number;
}

interface Atom {
  readonly passed: number;
  readonly first: number;
  next: number;
}

/**
 * The values of a label as far as questions about parts of them tell them apart: an atom for each set of questions that
 * some legal value answers with yes, found by spelling values. An atom is a range of elements: its first stands for the
 * values that no selector names, and those that one names get the next ones.
 */
export class TextAtoms {
  readonly #tests: readonly TextTest[];
  readonly #syntax: ValueSyntax;
  readonly #alphabet: readonly string[];
  readonly #atoms = new Map<number, Atom>();

  /** Undefined where there are too many questions to tell. */
  static of(tests: readonly TextTest[], syntax: ValueSyntax): TextAtoms | undefined {
    if (tests.length > 30) return undefined;
    const atoms = new TextAtoms(tests, syntax);
    return atoms.#explore() ? atoms : undefined;
  }

  private constructor(tests: readonly TextTest[], syntax: ValueSyntax) {
    this.#tests = tests;
    this.#syntax = syntax;
    const used = new Set(tests.flatMap(({ text }) => text.split("")).filter((each) => isLegal(syntax, each)));
    // Characters that no test has are all alike.
    const filler = syntax.ends.split("").find((each) => !used.has(each));
    this.#alphabet = [...used, ...(filler === undefined ? [] : [filler])].toSorted();
  }

  /** All elements. */
  get all(): Elements {
    return this.#elements(() => true);
  }

  /** The values that pass a test. */
  passing(test: TextTest): Elements {
    const bit = this.#tests.findIndex((each) => each.at === test.at && each.text === test.text);
    if (bit < 0) throw new RangeError("a part of a value that this universe was not made for");
    return this.#elements(({ passed }) => (passed & (1 << bit)) !== 0);
  }

  #elements(keep: (atom: Atom) => boolean): Elements {
    return unionAll([...this.#atoms.values()].filter(keep).map(({ first }) => [first, first + atomSize]));
  }

  /** A new element for a value; undefined for a value that no object can have. */
  add(value: string): number | undefined {
    const atom = this.#atoms.get(this.#passedBy(value));
    if (atom === undefined) return undefined;
    if (atom.next === atom.first + atomSize) throw new RangeError("too many values of one label");
    return atom.next++;
  }

  /** A value of the atom of an element that is not one of those taken. */
  fresh(element: number, isTaken: (value: string) => boolean): string {
    const atom = [...this.#atoms.values()].find(({ first }) => element >= first && element < first + atomSize);
    let level = new Map<string, { readonly word: string; readonly state: State }>();
    level.set("", { word: "", state: this.#start() });
    for (let length = 0; length <= longestValue && level.size > 0; length++) {
      const next = new Map<string, { readonly word: string; readonly state: State }>();
      for (const { word, state } of level.values()) {
        if (this.#isWhole(word) && this.#passedAtEnd(state) === atom?.passed && !isTaken(word)) return word;
        for (const character of this.#alphabet) {
          if (word === "" && !this.#syntax.ends.includes(character)) continue;
          const then = this.#step(state, character);
          const key = keyOf(then, word + character, this.#syntax);
          if (!next.has(key)) next.set(key, { word: word + character, state: then });
        }
      }
      level = next;
    }
    throw new RangeError("every value with these parts is named");
  }

  /** Finds the atoms; false where there are too many states. */
  #explore(): boolean {
    const seen = new Set<string>();
    let level: { readonly word: string; readonly state: State }[] = [{ word: "", state: this.#start() }];
    for (let length = 0; length <= longestValue && level.length > 0; length++) {
      const next: typeof level = [];
      for (const { word, state } of level) {
        if (this.#isWhole(word)) this.#note(this.#passedAtEnd(state));
        for (const character of this.#alphabet) {
          if (word === "" && !this.#syntax.ends.includes(character)) continue;
          const then = { word: word + character, state: this.#step(state, character) };
          const key = keyOf(then.state, then.word, this.#syntax);
          if (seen.has(key)) continue;
          seen.add(key);
          if (seen.size > mostStates) return false;
          next.push(then);
        }
      }
      level = next;
    }
    return true;
  }

  #note(passed: number): void {
    if (this.#atoms.has(passed)) return;
    const first = firstAtom + this.#atoms.size * atomSize;
    this.#atoms.set(passed, { passed, first, next: first + 1 });
  }

  #isWhole(word: string): boolean {
    return word === "" ? this.#syntax.mayBeEmpty : this.#syntax.ends.includes(word.slice(-1));
  }

  #start(): State {
    return { tail: "", head: "", passed: this.#bits(({ at, text }) => at !== "end" && text === "") };
  }

  #step({ tail, head, passed }: State, character: string): State {
    let end = tail + character;
    while (end !== "" && !this.#tests.some(({ text }) => text.startsWith(end))) end = end.slice(1);
    const whole = head === undefined ? undefined : head + character;
    const isHead = this.#tests.some(({ at, text }) => at === "start" && whole !== undefined && text.startsWith(whole));
    const found = this.#bits(
      ({ at, text }) => (at === "anywhere" && end.endsWith(text)) || (at === "start" && text === whole),
    );
    return { tail: end, head: isHead ? whole : undefined, passed: passed | found };
  }

  #passedAtEnd({ tail, passed }: State): number {
    return passed | this.#bits(({ at, text }) => at === "end" && tail.endsWith(text));
  }

  #passedBy(value: string): number {
    return this.#bits((test) => passesText(test, value));
  }

  #bits(holds: (test: TextTest) => boolean): number {
    return this.#tests.reduce((bits, test, i) => (holds(test) ? bits | (1 << i) : bits), 0);
  }
}

function isLegal({ ends, middle }: ValueSyntax, character: string): boolean {
  return ends.includes(character) || middle.includes(character);
}

/** States that go on alike: whether the value may end here matters, too. */
function keyOf({ tail, head, passed }: State, word: string, { ends }: ValueSyntax): string {
  return `${passed} ${ends.includes(word.slice(-1)) ? "" : "-"} ${tail} ${head ?? "."}`;
}
