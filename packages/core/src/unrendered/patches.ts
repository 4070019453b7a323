import { isMapping } from "../lib/plain-values.ts";
import { resolveFrom } from "../lib/file-path.ts";
import { linearPattern } from "../lib/linear-pattern.ts";
import type { RawValue } from "../parse/document.ts";
import { parseSource } from "../parse/parse-source.ts";

/** What a kustomization names of what it builds, to change it or to take something over from it. */
export interface Patch extends PatchTarget {
  /** The file that says so: the kustomization, or one that it names. */
  readonly file: string;
  /** It takes out what it names. */
  readonly deletes: boolean;
}

/** Which objects a patch is for; what it does not name is any. */
export interface PatchTarget {
  readonly group?: string;
  readonly kind?: string;
  /** A regular expression of the whole name. */
  readonly name?: string;
  readonly namespace?: string;
  /** Of these it selects some by their labels or annotations. */
  readonly selects?: true;
}

/** What a patch may be for. */
export interface Patchable {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

type Mapping = { readonly [key: string]: RawValue };

/** A text of a kustomization, or of a file that it names. */
interface Written {
  readonly file: string;
  readonly text: string;
}

/** The patches of a kustomization, and what else it names. They are looked into when they are asked for. */
export interface Patches {
  /** Whether some may take out what they name. */
  readonly mayDelete: boolean;
  all(): readonly Patch[];
}

/**
 * Those of `patches` and `patchesJson6902` say by `target` what they are for, others by what they are. And what `replacements`
 * and `vars` name, without which nothing can be built.
 */
export function patchesOf(
  value: RawValue,
  { file, directory }: { readonly file: string; readonly directory: string },
  textOf: (file: string) => string | undefined,
): Patches {
  const { patches, patchesStrategicMerge, patchesJson6902, replacements, vars } = isMapping(value) ? value : {};
  const read = (written: RawValue | undefined): Written => {
    if (typeof written !== "string") return { file, text: "" };
    const path = written.includes("\n") ? undefined : resolveFrom(directory, written);
    const text = path === undefined ? undefined : textOf(path);
    return path === undefined || text === undefined ? { file, text: written } : { file: path, text };
  };
  const written = [
    ...[...listOf(patches), ...listOf(patchesJson6902)]
      .filter(isMapping)
      .map(({ patch, path, target }) => ({ target, text: read(patch ?? path) })),
    ...listOf(patchesStrategicMerge).map((text) => ({ target: undefined, text: read(text) })),
  ];
  let known: readonly Patch[] | undefined;
  const found = (): readonly Patch[] => [
    ...written.flatMap(({ target, text }) => {
      const own = patchesIn(text);
      return isMapping(target) ? [{ file, ...targetOf(target), deletes: own.some(({ deletes }) => deletes) }] : own;
    }),
    ...[...listOf(replacements), ...listOf(vars)].filter(isMapping).flatMap((entry) => {
      const isElsewhere = typeof entry["path"] === "string";
      const outside = read(entry["path"]);
      const named = isElsewhere ? documentsIn(outside.text).flatMap(namedIn) : namedIn(entry);
      return named.map((target) => ({ file: outside.file, ...target, deletes: false }));
    }),
  ];
  return {
    mayDelete: written.some(({ text: { text } }) => text.includes("$patch")),
    all: () => (known ??= found()),
  };
}

/** Whether a patch may be for an object, whatever namespace it is in by then. */
export function mayPatch({ group, kind, name }: PatchTarget, object: Patchable): boolean {
  return (
    (group === undefined || group === object.group) &&
    (kind === undefined || linearPattern(kind)?.matches(object.kind) === true) &&
    (name === undefined || linearPattern(name)?.matches(object.name) === true)
  );
}

/** Whether it is, in the namespace that the object is written in. */
export function patches({ namespace, ...target }: PatchTarget, object: Patchable): boolean {
  const isThere = namespace === undefined || linearPattern(namespace)?.matches(object.namespace ?? "default") === true;
  return isThere && mayPatch(target, object);
}

/** "Target points to the resources that the patch is applied to". */
function targetOf({ group, kind, name, namespace, labelSelector, annotationSelector }: Mapping): PatchTarget {
  const selects = labelSelector !== undefined || annotationSelector !== undefined;
  return { ...given({ group, kind, name, namespace }), ...(selects ? { selects } : {}) };
}

/** Patches that are written as the objects that they change. */
function patchesIn({ file, text }: Written): readonly Patch[] {
  return documentsIn(text).flatMap((value) => {
    if (!isMapping(value) || !isMapping(value["metadata"])) return [];
    const { name, namespace } = value["metadata"];
    const target = given({ kind: value["kind"], name: quoted(name), namespace: quoted(namespace) });
    return [{ file, ...target, deletes: value["$patch"] === "delete" }];
  });
}

/** The objects that a replacement or a variable speaks of: `source`, `select`, `objref`. */
function namedIn(value: RawValue): readonly PatchTarget[] {
  if (typeof value !== "object" || value === null) return [];
  const own = isMapping(value) && typeof value["kind"] === "string" && typeof value["name"] === "string" ? [value] : [];
  return [
    ...own.map(({ kind, name }) => given({ kind, name: quoted(name) })),
    ...Object.values(value).flatMap(namedIn),
  ];
}

function documentsIn(text: string): readonly RawValue[] {
  return parseSource({ name: "", text }, { wants: () => true }, () => undefined).documents.map(({ value }) => value);
}

function given(fields: { readonly [key: string]: RawValue | undefined }): PatchTarget {
  return Object.fromEntries(Object.entries(fields).filter(([, field]) => typeof field === "string" && field !== ""));
}

/** A name as an expression for itself. */
function quoted(name: RawValue | undefined): RawValue | undefined {
  return typeof name === "string" ? name.replaceAll(/[.+*?()[\]{}|^$\\]/g, String.raw`\$&`) : undefined;
}

function listOf(value: RawValue | undefined): readonly RawValue[] {
  return Array.isArray(value) ? value : [];
}
