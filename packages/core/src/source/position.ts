/** A step into a document: a mapping key or a sequence index. */
export type PathStep = string | number;

/** A path from the root of a YAML or JSON document to one of its nodes, outermost step first. */
export type NodePath = readonly PathStep[];

/**
 * A place in an input file. Lines and columns count from 1; columns count UTF-16 code units;
 * `endColumn` is exclusive. `path` is the node's path in its document, written as in `spec.ingress[0].from[1]`.
 */
export interface Location {
  /** The name of the text, as it was given. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  /** 1-based. */
  readonly endLine: number;
  /** Behind the last character. */
  readonly endColumn: number;
  /** Absent: it is about the file or the whole document. */
  readonly path: string;
}

/** What of a mapping entry to point at: its key, its value, or both (`node` is the value for a sequence item). */
export type NodePart = "key" | "value";

/**
 * Finds places in one document, lazily: nothing is computed until somebody asks.
 * A path that does not exist is answered with the place of its nearest existing ancestor.
 */
export interface Locator {
  readonly file: string;
  locate(path: NodePath, part?: NodePart): Location;
  /** The text of a node, moved to the left margin; undefined where there is no such node. Absent: there is no text. */
  quote?(path: NodePath): string | undefined;
  /** What the document says, as it was read. Absent: only a place is known. */
  readonly value?: unknown;
}

/** Where an object of the model was written: a document and the path of the object in it (a List's item is not at the root). */
export interface Origin {
  readonly locator: Locator;
  readonly path: NodePath;
}

/** The place of a node below `origin`, e.g. `locationOf(policy.origin, ["spec", "ingress", 0])`. */
export function locationOf(origin: Origin, path: NodePath = [], part: NodePart = "value"): Location {
  return origin.locator.locate([...origin.path, ...path], part);
}

/** What was read at a node below `origin`; undefined where it is not, or where only its place is known. */
export function valueAt({ locator, path: above }: Origin, path: NodePath): unknown {
  let value = locator.value;
  for (const step of [...above, ...path])
    value =
      typeof value === "object" && value !== null && Object.hasOwn(value, step) ? Reflect.get(value, step) : undefined;
  return value;
}

/** A node below `origin` as it is written; undefined where its text is not known. */
export function quoteOf(origin: Origin, path: NodePath): string | undefined {
  return origin.locator.quote?.([...origin.path, ...path]);
}

const plainStep = /^[A-Za-z_][\w-]*$/;

/** Writes a path as people do: `spec.ingress[0].from[1].podSelector`, `metadata.labels["a/b"]`. */
export function formatPath(path: NodePath): string {
  let text = "";
  for (const step of path) {
    if (typeof step === "number") text += `[${step}]`;
    else if (!plainStep.test(step)) text += `[${JSON.stringify(step)}]`;
    else text += text === "" ? step : `.${step}`;
  }
  return text;
}
