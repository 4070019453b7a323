import type { RawValue } from "../parse/document.ts";
import type { NodePath } from "../source/position.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { notePlugin } from "./facts/network-plugins.ts";
import { integerField, mappingField } from "./fields.ts";
import type { KindReader } from "./kind-reader.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import { ownerIn } from "./owner-reference.ts";
import { readTemplate } from "./pod-template.ts";
import { type TemplateDraft, kindAndName } from "./pod-owner.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { emptyMapping, groupOf, isList, isMapping } from "./raw-object.ts";
import { type TemplateKind, type WorkloadKind, workloadKinds } from "./workload-kinds.ts";

/** Readers for the kinds that make pods from a template. */
export const workloadReaders: readonly KindReader[] = workloadKinds.map((kind) => ({
  kind: kind.kind,
  reads: (apiVersion) => kind.groups.includes(groupOf(apiVersion)),
  read: (object, draft) => readWorkload(kind, object, draft),
}));

/** Reads the pods that an object of a kind makes. */
export function readWorkload(
  { templates: templatesOf }: Omit<WorkloadKind, "groups">,
  object: RawObject,
  draft: ClusterDraft,
): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined) return;
  const { kind } = object;
  const { name, namespace } = metadata;
  const spec = isMapping(object.value["spec"]) ? object.value["spec"] : emptyMapping;
  const reference = templateReference(spec);
  const templates: TemplateDraft[] = [];
  for (const template of reference === undefined ? templatesOf(spec) : []) {
    const pods = new TemplateReader(at, template, name).read(object.value, 0);
    if (pods !== undefined) templates.push(pods);
  }
  if (at.refused || (templates.length === 0 && reference === undefined) || isPatch(at, spec)) return;
  draft.putWorkload({
    ref: at.ref,
    namespace,
    name,
    templates,
    ...(reference === undefined ? {} : { templateOf: reference }),
    labels: metadata.labels,
    terminated: kind === "Job" && isFinished(object.value["status"]),
    owner: ownerIn(metadata.raw, at),
    origin: object.origin,
  });
  if (kind === "DaemonSet") notePlugin(spec, { object: at.ref, origin: object.origin }, draft);
}

/**
 * Whether only a patch can be written so: "selector is required" in apps/v1, "it must match the pod template's labels", and
 * there are neither. A warning: without it no pods are missing.
 */
function isPatch(at: ObjectCursor, spec: RawMapping): boolean {
  const template = isMapping(spec["template"]) ? spec["template"] : emptyMapping;
  const labels = isMapping(template["metadata"]) ? template["metadata"]["labels"] : undefined;
  if (at.live || at.object.apiVersion !== "apps/v1" || spec["selector"] != null || labels != null) return false;
  const message = `a ${at.ref.kind} needs a selector and the labels that it selects: this one makes no pods and is left out. Is it a patch?`;
  at.warn("missing-field", ["spec"], message);
  return true;
}

/** Argo Rollouts: "workloadRef: the reference to a workload that provides Pod template". */
function templateReference(spec: RawMapping): string | undefined {
  const reference = spec["workloadRef"];
  if (!isMapping(reference) || isMapping(spec["template"])) return undefined;
  const { kind, name } = reference;
  return typeof kind === "string" && typeof name === "string" ? kindAndName(kind, name) : undefined;
}

/** Walks the way to one template, and reads it and the count beside it. */
class TemplateReader {
  readonly #at: ObjectCursor;
  readonly #kind: TemplateKind;
  readonly #name: string;

  constructor(at: ObjectCursor, kind: TemplateKind, name: string) {
    this.#at = at;
    this.#kind = kind;
    this.#name = name;
  }

  read(holder: RawMapping | readonly RawValue[], depth: number): TemplateDraft | undefined {
    const { path } = this.#kind;
    const step = path[depth];
    const map = isMapping(holder) ? holder : emptyMapping;
    if (step === undefined) return this.#template(map, map, 1);
    const isTemplate = depth === path.length - 1;
    const inner = this.#inner(holder, step, isTemplate);
    if (inner === undefined) return undefined;
    const count = isTemplate ? readCount(this.#at, this.#kind, map) : 1;
    this.#at.enter(step);
    const pods = isTemplate && isMapping(inner) ? this.#template(inner, map, count) : this.read(inner, depth + 1);
    this.#at.leave();
    return pods;
  }

  #inner(
    holder: RawMapping | readonly RawValue[],
    step: string | number,
    isTemplate: boolean,
  ): RawMapping | readonly RawValue[] | undefined {
    if (!isMapping(holder)) {
      const item = isList(holder) ? holder[Number(step)] : undefined;
      return isMapping(item) ? item : undefined;
    }
    const value = holder[step];
    if (isList(value) && !isTemplate) return value;
    const found = mappingField(this.#at, holder, String(step));
    if (found === undefined && value == null) tellMissing(this.#at, String(step), this.#kind.path);
    return found;
  }

  /** The template with what its controller adds to the labels. `holder` is the mapping that has the template. */
  #template(template: RawMapping, holder: RawMapping, pods: number): TemplateDraft {
    const read = readTemplate(this.#at, template);
    const { path, setLabels } = this.#kind;
    if (setLabels === undefined) return { template: read, path, pods };
    const { known, open } = setLabels({ name: this.#name, spec: holder, pods });
    return { template: { ...read, labels: { ...read.labels, ...known } }, path, pods, controllerLabels: open };
  }
}

/** The API server refuses it too. But it makes no pods, so nothing is missing without it: mostly it is a patch. */
function tellMissing(at: ObjectCursor, step: string, path: NodePath): void {
  at.warn(
    "missing-field",
    [step],
    `a ${at.ref.kind} needs a pod template, ${path.join(".")}: this one makes no pods and is left out. Is it a patch?`,
  );
}

/** The API counts in 32 bits. */
const mostPods = 2 ** 31 - 1;

function isPodCount(value: RawValue | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= mostPods;
}

/** "Number of desired pods. Defaults to 1." Zero is possible. */
function readCount(at: ObjectCursor, kind: TemplateKind, spec: RawMapping): number {
  if (kind.countField === undefined) {
    const status = at.object.value["status"];
    const scheduled = isMapping(status) ? status["desiredNumberScheduled"] : undefined;
    return isPodCount(scheduled) ? scheduled : 1;
  }
  at.tolerant = true;
  const count = integerField(at, spec, kind.countField) ?? 1;
  const isCount = isPodCount(count);
  if (!isCount)
    at.refuse("wrong-type", [kind.countField], `${kind.countField} is ${String(count)}: write 0 to ${mostPods}`);
  at.tolerant = false;
  return isCount ? count : 1;
}

/** Whether a Job has run: its status says Complete or Failed. */
function isFinished(status: RawValue | undefined): boolean {
  const conditions = isMapping(status) ? status["conditions"] : undefined;
  return isList(conditions) && conditions.some(isEnd);
}

function isEnd(condition: RawValue): boolean {
  if (!isMapping(condition)) return false;
  return (condition["type"] === "Complete" || condition["type"] === "Failed") && condition["status"] === "True";
}
