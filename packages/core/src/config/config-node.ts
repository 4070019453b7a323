import { isList, isMapping } from "../lib/plain-values.ts";
import { nearest } from "../lib/nearest.ts";
import type { RawDocument, RawValue } from "../parse/document.ts";
import { type NodePart, type NodePath, type PathStep, formatPath } from "../source/position.ts";
import { UsageError } from "../lib/usage-error.ts";

/** Reads one setting. */
export type Reader<T> = (node: ConfigNode) => T;

/** How each setting of a group is read. */
export type Readers<T> = { readonly [K in keyof T]-?: Reader<Exclude<T[K], undefined>> };

/** A node of a configuration file. Everything that reads one throws a UsageError with the place for what it does not take. */
export class ConfigNode {
  readonly value: RawValue;
  readonly #document: RawDocument;
  readonly #path: NodePath;

  constructor(document: RawDocument, value: RawValue = document.value, path: NodePath = []) {
    this.#document = document;
    this.value = value;
    this.#path = path;
  }

  /** Where the node is. */
  locate(part: NodePart = "value"): ReturnType<RawDocument["locate"]> {
    return this.#document.locate(this.#path, part);
  }

  /** The mistake that this node is. */
  mistake(message: string, part: NodePart = "value"): UsageError {
    const { file, line, column } = this.locate(part);
    const name = formatPath(this.#path);
    return new UsageError(`${file}:${line}:${column}: ${name === "" ? "" : `${name}: `}${message}`);
  }

  /** The entries of a mapping. */
  entries(): readonly (readonly [string, ConfigNode])[] {
    const { value } = this;
    if (!isMapping(value)) throw this.mistake(`write a mapping, not ${shown(value)}`);
    return Object.keys(value).map((key) => [key, this.#child(key, value[key] ?? null)]);
  }

  /** The items of a list. */
  items(): readonly ConfigNode[] {
    const { value } = this;
    if (!isList(value)) throw this.mistake(`write a list, not ${shown(value)}`);
    return value.map((item, i) => this.#child(i, item));
  }

  #child(step: PathStep, value: RawValue): ConfigNode {
    return new ConfigNode(this.#document, value, [...this.#path, step]);
  }
}

/** Mistakes of a configuration, each with its place. */
class ConfigMistakes extends UsageError {}

/** Reads each of several nodes; all that are mistaken are told of at once. */
export function eachOf<N, T>(nodes: readonly N[], read: (node: N) => T): readonly T[] {
  const mistakes: string[] = [];
  const values = nodes.flatMap((node) => {
    try {
      return [read(node)];
    } catch (error) {
      if (!(error instanceof UsageError)) throw error;
      mistakes.push(...(error instanceof ConfigMistakes ? error.details : [error.message]));
      return [];
    }
  });
  const [only, second] = mistakes;
  if (only === undefined) return values;
  if (second === undefined) throw new UsageError(only);
  const file = /^(.*?):\d+:\d+: /.exec(only)?.[1] ?? "the configuration";
  throw new ConfigMistakes(`${file} has ${mistakes.length} mistakes`, mistakes);
}

/** A group of settings. A key that is not among them is a mistake; one without a value is as good as absent. */
export function recordOf<T extends object>(node: ConfigNode, readers: Readers<T>, what: string): Partial<T> {
  const known = Object.keys(readers);
  const read = eachOf(node.entries(), ([key, child]): readonly [string, unknown] => {
    if (!isKeyOf(readers, key)) throw child.mistake(unknownName(what, key, known), "key");
    return [key, child.value === null ? undefined : readers[key](child)];
  });
  // Each value was made by the reader of its key; a key without a value is absent.
  return Object.fromEntries(read.filter(([, value]) => value !== undefined)) as Partial<T>;
}

function isKeyOf<T extends object>(readers: T, key: string): key is string & keyof T {
  return Object.hasOwn(readers, key);
}

/** Says that there is nothing of a name, and what was probably meant or (when they are few) what there is. */
export function unknownName(what: string, name: string, known: readonly string[]): string {
  const [hint] = nearest(name.slice(0, longest), known, 1);
  const list = known.length <= listed ? `; there are ${known.join(", ")}` : "";
  return `there is no ${what} ${shownKey(name)}${hint === undefined ? list : `; did you mean ${hint}?`}`;
}

const listed = 20;
/** No name is this long: looking for one like it would take its time. */
const longest = 100;

/** What a value is, as messages say it: the file may be another one than its name says, and what is in it nobody's business. */
export function shown(value: RawValue): string {
  if (value === null) return "nothing";
  if (isList(value)) return "a list";
  if (typeof value === "object") return "a mapping";
  if (typeof value !== "string") return String(value);
  return value === "" ? "an empty text" : "a text";
}

/** Says that a text is none of those that there are, without quoting it, and which was probably meant. */
export function unknownValue(what: string, text: string, known: readonly string[]): string {
  const [hint] = nearest(text.slice(0, longest), known, 1);
  return `there is no such ${what}${hint === undefined ? `; there are ${known.join(", ")}` : `; did you mean ${hint}?`}`;
}

/** A key as messages show it. */
function shownKey(name: string): string {
  const text = JSON.stringify(name);
  return text.length > longest ? `${text.slice(0, longest)}...` : text;
}
