import { DocumentFault } from "./document-fault.ts";

/** A token that becomes a key if a colon follows on its line. */
export interface SimpleKey {
  possible: boolean;
  /** Stands where nothing but a key can stand. */
  readonly required: boolean;
  /** Which token it is, counted from the start. */
  readonly number: number;
  readonly at: number;
  readonly line: number;
  readonly column: number;
}

/** No key at all. */
export const noKey: SimpleKey = { possible: false, required: false, number: 0, at: 0, line: 0, column: 0 };

/** The fault of a key that no colon follows. */
export function noColon(key: SimpleKey): DocumentFault {
  return new DocumentFault(key.at, "a key without its colon");
}
