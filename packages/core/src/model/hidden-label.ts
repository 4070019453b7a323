import type { NodePath } from "../source/position.ts";

/** A label that a selector asks for and no identity has. */
export interface HiddenLabel {
  /** Of pods; that of a namespace under the key that it has among them. */
  readonly key: string;
  /** The selector or, where it is known, what asks for it. Absent: the selector of the subject. */
  readonly path?: NodePath;
}
