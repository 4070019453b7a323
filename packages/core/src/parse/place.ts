import type { NodePart, NodePath, PathStep } from "../source/position.ts";

/** A range of offsets, end exclusive. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A node of a document as text: where it is, and what is in it. Offsets are those of the file. */
export interface Place extends Span {
  /** The mapping key that it is the value of. */
  readonly key: Span | undefined;
  child(step: PathStep): Place | undefined;
}

/** What a path leads to: the place of its node, or of the nearest ancestor that exists. */
export interface Found {
  readonly span: Span;
  readonly path: NodePath;
}

/** Follows a path as far as it exists. */
export function findPlace(root: Place, path: NodePath, part: NodePart): Found {
  let place = root;
  let depth = 0;
  for (const step of path) {
    const child = place.child(step);
    if (child === undefined) break;
    place = child;
    depth++;
  }
  const span = part === "key" ? (place.key ?? place) : place;
  return { span, path: depth === path.length ? path : path.slice(0, depth) };
}
