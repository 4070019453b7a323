import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Location, Origin } from "../source/position.ts";

/** A comment `# npa-ignore RULE: reason` in a manifest, as it was written. */
export interface CommentSuppression {
  readonly by: "comment";
  /** What follows `npa-ignore`. */
  readonly text: string;
  /** The lines of its file that it may speak of. */
  readonly lines: readonly number[];
  readonly location: Location;
}

/** An annotation `npa.dev/ignore.RULE: reason` of an object, as it was written. */
export interface AnnotationSuppression {
  readonly by: "annotation";
  readonly ruleId: string;
  readonly reason: string;
  readonly object: ObjectRef;
  /** The key of the annotation. */
  readonly key: string;
  readonly origin: Origin;
}

/** The wish, written in the input, not to be told of a finding. */
export type WrittenSuppression = CommentSuppression | AnnotationSuppression;
