import { resolveFrom } from "../lib/file-path.ts";
import { linearPattern } from "../lib/linear-pattern.ts";
import type { RawValue } from "../parse/document.ts";
import { parseSource } from "../parse/parse-source.ts";

/** What a patch of a kustomization takes out of what it builds; what it does not name is any. */
export interface DeletingPatch {
  readonly group?: string;
  readonly kind?: string;
  /** A regular expression of the whole name. */
  readonly name?: string;
  readonly namespace?: string;
}

/** What a patch may take out. */
export interface PatchedObject {
  readonly group: string;
  readonly kind: string;
  readonly name: string;
  readonly namespace?: string;
}

type Mapping = { readonly [key: string]: RawValue };

/** The patches of a kustomization with `$patch: delete`: those of `patches` say by `target` what they are for, others by what they are. */
export function deletingPatches(
  value: RawValue,
  directory: string,
  textOf: (file: string) => string | undefined,
): readonly DeletingPatch[] {
  if (!isMapping(value)) return [];
  const textsOf = (written: RawValue | undefined): string =>
    typeof written !== "string"
      ? ""
      : written.includes("\n")
        ? written
        : (textOf(resolveFrom(directory, written)) ?? written);
  const { patches, patchesStrategicMerge } = value;
  return [
    ...listOf(patches)
      .filter(isMapping)
      .flatMap(({ patch, path, target }) => {
        const deleted = deletedIn(textsOf(patch ?? path));
        if (!isMapping(target)) return deleted;
        return deleted.length === 0 ? [] : targeted(target);
      }),
    ...listOf(patchesStrategicMerge).flatMap((text) => deletedIn(textsOf(text))),
  ];
}

/** Whether a patch takes an object out. */
export function isDeletedBy({ group, kind, name, namespace }: DeletingPatch, object: PatchedObject): boolean {
  return (
    (group === undefined || group === object.group) &&
    (kind === undefined || linearPattern(kind)?.matches(object.kind) === true) &&
    (name === undefined || linearPattern(name)?.matches(object.name) === true) &&
    (namespace === undefined || linearPattern(namespace)?.matches(object.namespace ?? "default") === true)
  );
}

/** "Target points to the resources that the patch is applied to". By labels nothing is told here: what they select may stay. */
function targeted({
  group,
  kind,
  name,
  namespace,
  labelSelector,
  annotationSelector,
}: Mapping): readonly DeletingPatch[] {
  if (labelSelector !== undefined || annotationSelector !== undefined) return [];
  return [given({ group, kind, name, namespace })];
}

function deletedIn(text: string): readonly DeletingPatch[] {
  if (!text.includes("$patch")) return [];
  const { documents } = parseSource({ name: "", text }, { wants: () => true }, () => undefined);
  return documents.flatMap(({ value }) => {
    if (!isMapping(value) || value["$patch"] !== "delete" || !isMapping(value["metadata"])) return [];
    const { name, namespace } = value["metadata"];
    return [given({ kind: value["kind"], name: quoted(name), namespace: quoted(namespace) })];
  });
}

function given(fields: Mapping | { readonly [key: string]: RawValue | undefined }): DeletingPatch {
  return Object.fromEntries(Object.entries(fields).filter(([, field]) => typeof field === "string" && field !== ""));
}

/** A name as an expression for itself. */
function quoted(name: RawValue | undefined): RawValue | undefined {
  return typeof name === "string" ? name.replaceAll(/[.+*?()[\]{}|^$\\]/g, String.raw`\$&`) : undefined;
}

function listOf(value: RawValue | undefined): readonly RawValue[] {
  return Array.isArray(value) ? value : [];
}

function isMapping(value: RawValue | undefined): value is Mapping {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
