import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type {
  AlternativeDirectories,
  InputSummary,
  NotFollowed,
  UnrenderedKind,
  UnrenderedSources,
} from "../model/input-summary.ts";
import type { ClusterDraft, FileFacts } from "./cluster-draft.ts";
import { escapeMisleading } from "./quote.ts";

const shown = 5;
const kinds: readonly UnrenderedKind[] = ["template", "values", "kustomization", "patch"];

/** What of the input was not read, or is only named there. */
export function leftOut(
  draft: ClusterDraft,
  generators: FileFacts["generators"],
  directories: readonly AlternativeDirectories[],
): Pick<InputSummary, "unrendered" | "notFollowed" | "alternatives" | "alternativeDirectories"> {
  const unrendered = unrenderedSources(draft.unrendered);
  const notFollowed = notFollowedKinds(draft.notFollowed, generators);
  return {
    ...(unrendered.length === 0 ? {} : { unrendered }),
    ...(notFollowed.length === 0 ? {} : { notFollowed }),
    ...(draft.alternatives === 0 ? {} : { alternatives: draft.alternatives }),
    ...(directories.length === 0
      ? {}
      : {
          alternativeDirectories: directories.map(({ within, directories: names, objects }) => ({
            within,
            directories: names,
            objects,
          })),
        }),
  };
}

function unrenderedSources(files: ReadonlyMap<string, UnrenderedKind>): readonly UnrenderedSources[] {
  const byKind = groupBy(files, ([, kind]) => kind);
  return kinds.flatMap((kind) => {
    const found = byKind.get(kind) ?? [];
    return found.length === 0
      ? []
      : [{ kind, count: found.length, files: found.map(([file]) => file).slice(0, shown) }];
  });
}

/** Copies of one object, as in an archive beside it, have one name; some files of other tools have none. */
function namesOf(found: readonly { readonly name: string }[]): readonly string[] {
  return [...new Set(found.flatMap(({ name }) => (name === "" ? [] : [name])))].slice(0, shown);
}

function notFollowedKinds(refs: readonly ObjectRef[], generators: FileFacts["generators"]): readonly NotFollowed[] {
  const named = [
    ...refs.map(({ kind, namespace, name }) => ({
      kind,
      name: namespace === undefined ? name : `${namespace}/${name}`,
    })),
    ...generators.map(({ kind, name }) => ({ kind, name: escapeMisleading(name) })),
  ];
  return [...groupBy(named, ({ kind }) => kind)]
    .toSorted(([a], [b]) => compareStrings(a, b))
    .map(([kind, found]) => ({ kind, count: found.length, objects: namesOf(found) }));
}
