import type { RawDocument, RawValue } from "../parse/document.ts";
import type { Location, Locator, NodePart, NodePath } from "../source/position.ts";

/** A document that a tool made, with the places of what it was made from. */
export class RenderedDocument implements RawDocument {
  readonly file: string;
  readonly index: number;
  readonly value: RawValue;
  readonly #source: Locator;

  constructor({ index, value }: RawDocument, source: Locator) {
    this.file = source.file;
    this.index = index;
    this.value = value;
    this.#source = source;
  }

  /** The place of the same path where the source has it, else of what is nearest above it. */
  locate(path: NodePath, part?: NodePart): Location {
    return this.#source.locate(path, part);
  }
}

/** Places in a file of which nothing more is known: a line of it, the first one if none is told. */
export function fileLocator(file: string, line = 1): Locator {
  const location = { file, line, column: 1, endLine: line, endColumn: 1, path: "" };
  return { file, locate: () => location };
}

/** The kind and the name of an object. */
export function kindAndNameOf(value: RawValue): { readonly kind: string; readonly name: string } | undefined {
  const [kind, name] = [fieldOf(value, "kind"), fieldOf(fieldOf(value, "metadata"), "name")];
  return typeof kind === "string" && typeof name === "string" ? { kind, name } : undefined;
}

function fieldOf(value: RawValue | undefined, key: string): RawValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: RawValue })[key]; // Array.isArray does not narrow a readonly array away
}
