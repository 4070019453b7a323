import type { RawValue } from "../parse/document.ts";
import type { NodePath } from "../source/position.ts";

/**
 * One change of a document's value. Paths are those of the document before any change is made.
 * `delete` takes out a mapping entry, a sequence item or, with the empty path, the whole document.
 * `set` gives an existing node another value. `put` adds an entry to a mapping, behind the first key of `after` that it
 * has, else at its end; where the key stands there with null or an empty list, that is replaced. `append` adds an item
 * to the end of a sequence. `comment` writes a line above the whole document, and changes no value; JSON and the items of a
 * List have no place for one.
 */
export type Change =
  | { readonly type: "delete"; readonly path: NodePath }
  | { readonly type: "set"; readonly path: NodePath; readonly value: RawValue }
  | {
      readonly type: "put";
      readonly path: NodePath;
      readonly key: string;
      readonly value: RawValue;
      readonly after?: readonly string[];
    }
  | { readonly type: "append"; readonly path: NodePath; readonly value: RawValue }
  | { readonly type: "comment"; readonly path: NodePath; readonly text: string };

/** A change of one document of a file. */
export interface DocumentChange {
  /** A place in the document: line and column from 1, as in `Location`. */
  readonly document: { readonly line: number; readonly column: number };
  /** What is to be changed in it. */
  readonly change: Change;
}

/** A range of offsets, end exclusive, and what is to stand there instead. */
export interface Replacement {
  /** The place of the first character in the text, from 0, in UTF-16 code units. */
  readonly start: number;
  /** The place behind the last character. */
  readonly end: number;
  /** What stands there afterwards; empty to take the text out. */
  readonly newText: string;
}

/** A change that cannot be made without loss, and why. */
export interface Refusal<T> {
  /** What was asked for. */
  readonly change: T;
  /** What would be lost. */
  readonly reason: string;
}

/** Thrown and caught within this room: a change cannot be written into this text. */
export class CannotEdit extends Error {
  override readonly name = "CannotEdit";
}
