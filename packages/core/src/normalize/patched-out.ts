import type { ClusterDraft, FileFacts } from "./cluster-draft.ts";
import { refOf } from "./not-evaluated.ts";
import { escapeMisleading } from "./quote.ts";
import { groupOf, type RawObject } from "./raw-object.ts";

/** Whether a patch of a kustomization takes an object out of what is built: then it is named, and no part of any answer. */
export function isPatchedOut(object: RawObject, files: FileFacts | undefined, draft: ClusterDraft): boolean {
  if (files?.deletesAny !== true) return false;
  const { kind, apiVersion, origin } = object;
  const ref = refOf(object);
  const by = files.deletedBy(origin.locator.file, { ...ref, kind, group: groupOf(apiVersion) });
  if (by === undefined) return false;
  const reason = `a patch of the kustomization in ${escapeMisleading(by)} takes it out of what is built`;
  draft.putNotEvaluated({ ref, reason, origin, mayChange: {} });
  return true;
}
