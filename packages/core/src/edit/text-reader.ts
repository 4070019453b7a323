import type { RawValue } from "../parse/document.ts";

/** Where a document lies in its file; `start` may be at its `---`. */
export interface DocumentSpan {
  /** The place of the first character in the text, from 0, in UTF-16 code units. */
  readonly start: number;
  /** The first character of its content. */
  readonly body: number;
  /** The place behind the last character. */
  readonly end: number;
}

/** What a text says. */
export interface TextValues {
  /** Of every document, in order. */
  readonly values: readonly RawValue[];
  /** How many things are wrong with the text. */
  readonly problems: number;
}

/**
 * How texts are read. Given to this room, so that an edit is judged by what reads the file later and not by the package
 * that helped to make it.
 */
export interface TextReader {
  /** Where the documents of a text stand, in order. */
  documents(text: string): readonly DocumentSpan[];
  /** What the documents of a text say. */
  values(text: string): TextValues;
}
