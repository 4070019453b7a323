/** What a source is that says nothing of a cluster until it is rendered. */
export type UnrenderedKind = "template" | "values" | "kustomization" | "patch";

/** Sources that must be rendered to be read. */
export interface UnrenderedSources {
  readonly kind: UnrenderedKind;
  readonly count: number;
  /** The first few files. */
  readonly files: readonly string[];
}

/** Objects, and bases of kustomizations, that bring in others which are not in the input. */
export interface NotFollowed {
  /** The kind of the objects, or `remote base`. */
  readonly kind: string;
  readonly count: number;
  /** The first few, as `namespace/name`. */
  readonly objects: readonly string[];
}

/** What was read, counted. `objects` counts by kind everything seen; `skipped` counts documents that are no Kubernetes objects. */
export interface InputSummary {
  /** How many texts were read. */
  readonly files: number;
  /** How many YAML documents and JSON objects they have. */
  readonly documents: number;
  /** How many objects were read, by kind. */
  readonly objects: Readonly<Record<string, number>>;
  /** How many documents are no Kubernetes objects. */
  readonly skipped: number;
  /** What was left unread because it is not rendered. Absent: nothing. */
  readonly unrendered?: readonly UnrenderedSources[];
  /** What would bring in more than the input shows. Absent: nothing. */
  readonly notFollowed?: readonly NotFollowed[];
  /** Objects that several kustomizations have, of which no other builds two: one of each is read. Absent: none. */
  readonly alternatives?: number;
  /** Directories beside each other that look like several clusters, and were read as one. Absent: none. */
  readonly alternativeDirectories?: readonly AlternativeDirectories[];
}

/** Directories beside each other that have the same objects, as several clusters, environments or variants of one have. */
export interface AlternativeDirectories {
  /** The directory that they are in; `.` for the working directory. */
  readonly within: string;
  /** Their names, sorted; also of files that are named like environments. */
  readonly directories: readonly string[];
  /** How many objects are in more than one of them: of each the last in input order was read. */
  readonly objects: number;
}
