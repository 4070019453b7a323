import type { Locator } from "../source/position.ts";
import type { MarkedComment } from "./marked-comments.ts";

/** A text to read: `name` is what the user is shown (a relative path, `<stdin>`). */
export interface SourceText {
  /** What messages and places call it: a relative path, or `<stdin>`. */
  readonly name: string;
  /** The whole text, of any number of documents. */
  readonly text: string;
  /** Made just now: whoever has it is told to name it in the kustomization beside it, so it counts as if that were done. */
  readonly isNew?: true;
}

/** A plain JSON-like value as kubectl would send it to the API server. */
export type RawValue = null | boolean | number | string | readonly RawValue[] | { readonly [key: string]: RawValue };

/** One document of a stream, parsed. Mappings have a null prototype, so a key `__proto__` is an ordinary key. */
export interface RawDocument extends Locator {
  /** 0-based position in its file. */
  readonly index: number;
  readonly value: RawValue;
}

/** A document of a kind that npa does not read. Mostly its text alone told, and it was not parsed. */
export interface SkippedDocument {
  readonly file: string;
  readonly index: number;
  /** Empty for what is no Kubernetes object, in a form that only other programs read. */
  readonly kind: string;
}

/** What a text holds. Problems went to the `Report` that the parser was given. */
export interface ParsedSource {
  /** The documents that were read, in order. */
  readonly documents: readonly RawDocument[];
  /** The documents that were not, and why. */
  readonly skipped: readonly SkippedDocument[];
  /** The file's name, when a document of it is a template that is no YAML. */
  readonly template?: string;
  /** The comments that begin with `npa-ignore`. Absent: none. */
  readonly ignoreComments?: readonly MarkedComment[];
}
