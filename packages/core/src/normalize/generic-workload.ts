import type { RawValue } from "../parse/document.ts";
import type { NodePath } from "../source/position.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { refOf } from "./not-evaluated.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { isList, isMapping } from "./raw-object.ts";
import { readWorkload } from "./workload.ts";
import { commonTemplatePaths } from "./workload-kinds.ts";

/** Whether a text may hold a pod template, so that its document is worth reading whatever its kind is. */
export function mayHoldTemplate(kind: string, text: string): boolean {
  // The schemas in them speak of templates all the time.
  if (kind === "CustomResourceDefinition") return false;
  return /\btemplate["']?[ \t]*:/.test(text) && /\bcontainers["']?[ \t]*:/.test(text);
}

/** Reads an object of a kind that npa does not know, if it has a pod template where such objects have it. */
export function readGenericWorkload(object: RawObject, draft: ClusterDraft): void {
  const path = commonTemplatePaths.find((candidate) => isPodTemplate(valueAt(object.value, candidate)));
  if (path === undefined) return;
  const countField = path.length === 2 ? "replicas" : "parallelism";
  readWorkload({ kind: object.kind, templates: () => [{ path, countField }] }, object, draft);
  draft.putNotEvaluated({
    ref: refOf(object),
    reason: "npa does not know the kind: the pod template was read, and what its controller adds is not known",
    origin: object.origin,
    mayChange: {},
  });
}

function valueAt(value: RawMapping, path: NodePath): RawValue | undefined {
  let at: RawValue | undefined = value;
  for (const step of path) at = isMapping(at) ? at[step] : undefined;
  return at;
}

function isPodTemplate(template: RawValue | undefined): boolean {
  const spec = isMapping(template) ? template["spec"] : undefined;
  return isMapping(spec) && isList(spec["containers"]) && spec["containers"].length > 0;
}
