import type { ClusterDraft, FileFacts } from "./cluster-draft.ts";
import { refOf } from "./not-evaluated.ts";
import { escapeMisleading } from "./quote.ts";
import { groupOf, type RawObject } from "./raw-object.ts";

/** Whether an object is in nothing that kustomizations build of its directory: then it is named, and no part of any answer. */
export function isNotBuilt(object: RawObject, files: FileFacts | undefined, draft: ClusterDraft): boolean {
  const reason = files === undefined ? undefined : reasonOf(object, files);
  if (reason === undefined) return false;
  draft.putNotEvaluated({ ref: refOf(object), reason, origin: object.origin, mayChange: {} });
  return true;
}

function reasonOf(object: RawObject, files: FileFacts): string | undefined {
  const { kind, apiVersion, origin } = object;
  const { file } = origin.locator;
  const beside = files.passedOverBy(file);
  if (beside !== undefined)
    return `the kustomization in ${escapeMisleading(beside)} does not name its file, and nothing else builds it`;
  if (!files.deletesAny) return undefined;
  const by = files.deletedBy(file, { ...refOf(object), kind, group: groupOf(apiVersion) });
  return by === undefined
    ? undefined
    : `a patch of the kustomization in ${escapeMisleading(by)} takes it out of what is built`;
}
