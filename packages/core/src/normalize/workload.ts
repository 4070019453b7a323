import type { RawValue } from "../parse/document.ts";
import type { NodePath } from "../source/position.ts";
import type { ClusterDraft } from "./cluster-draft.ts";
import { integerField, mappingField } from "./fields.ts";
import {
  type LabelSetter,
  cronJobLabels,
  daemonSetLabels,
  deploymentLabels,
  jobLabels,
  statefulSetLabels,
} from "./controller-labels.ts";
import type { KindReader } from "./kind-reader.ts";
import { readNamespacedMetadata } from "./metadata.ts";
import { ObjectCursor } from "./object-cursor.ts";
import { ownerIn } from "./owner-reference.ts";
import type { PodTemplate } from "./pod-template.ts";
import { readTemplate } from "./pod-template.ts";
import type { WorkloadDraft } from "./pod-owner.ts";
import type { RawMapping, RawObject } from "./raw-object.ts";
import { groupOf, isList, isMapping } from "./raw-object.ts";

/** How a kind says what pods it makes. */
interface WorkloadKind {
  readonly kind: string;
  readonly groups: readonly string[];
  /** From the object to the template of its pods. */
  readonly templatePath: readonly string[];
  /** The field beside the template that says how many pods there are; absent for DaemonSets, which have one per node. */
  readonly countField?: string;
  /** Absent: its pods have the labels of the template and no others. */
  readonly setLabels?: LabelSetter;
}

const template = ["spec", "template"];

const workloadKinds: readonly WorkloadKind[] = [
  {
    kind: "Deployment",
    groups: ["apps", "extensions"],
    templatePath: template,
    countField: "replicas",
    setLabels: deploymentLabels,
  },
  { kind: "ReplicaSet", groups: ["apps", "extensions"], templatePath: template, countField: "replicas" },
  {
    kind: "StatefulSet",
    groups: ["apps"],
    templatePath: template,
    countField: "replicas",
    setLabels: statefulSetLabels,
  },
  { kind: "DaemonSet", groups: ["apps", "extensions"], templatePath: template, setLabels: daemonSetLabels },
  { kind: "ReplicationController", groups: [""], templatePath: template, countField: "replicas" },
  { kind: "Job", groups: ["batch"], templatePath: template, countField: "parallelism", setLabels: jobLabels },
  {
    kind: "CronJob",
    groups: ["batch"],
    templatePath: ["spec", "jobTemplate", "spec", "template"],
    countField: "parallelism",
    setLabels: cronJobLabels,
  },
];

/** Readers for the kinds that make pods from a template. */
export const workloadReaders: readonly KindReader[] = workloadKinds.map((kind) => ({
  kind: kind.kind,
  reads: (apiVersion) => kind.groups.includes(groupOf(apiVersion)),
  read: (object, draft) => readWorkload(kind, object, draft),
}));

function readWorkload(kind: WorkloadKind, object: RawObject, draft: ClusterDraft): void {
  const at = new ObjectCursor(object, draft, false);
  const metadata = readNamespacedMetadata(at, "subdomain", draft.defaultNamespace);
  if (metadata === undefined) return;
  const pods = readPods(at, kind, object.value, 0);
  if (pods === undefined || at.refused) return;
  const { name, namespace } = metadata;
  draft.putWorkload({
    ref: at.ref,
    namespace,
    name,
    ...withControllerLabels(pods, kind, name),
    templatePath: kind.templatePath,
    pods: pods.count,
    terminated: kind.kind === "Job" && isFinished(object.value["status"]),
    owner: ownerIn(metadata.raw),
    origin: object.origin,
  });
}

/** What a workload says of its pods. */
interface Pods {
  readonly template: PodTemplate;
  readonly count: number;
  /** The mapping that holds the template. */
  readonly spec: RawMapping;
}

/** The template with what its controller adds to the labels. */
function withControllerLabels(
  { template, spec, count }: Pods,
  { setLabels }: WorkloadKind,
  name: string,
): Pick<WorkloadDraft, "template" | "controllerLabels"> {
  if (setLabels === undefined) return { template };
  const { known, open } = setLabels({ name, spec, pods: count });
  return { template: { ...template, labels: { ...template.labels, ...known } }, controllerLabels: open };
}

/** Walks the rest of the way to the template, and reads it and the count beside it. */
function readPods(at: ObjectCursor, kind: WorkloadKind, map: RawMapping, depth: number): Pods | undefined {
  const step = kind.templatePath[depth] ?? "template";
  const inner = mappingField(at, map, step);
  if (inner === undefined) {
    if (map[step] == null) refuseMissing(at, step, kind.templatePath);
    return undefined;
  }
  const isTemplate = depth === kind.templatePath.length - 1;
  const count = isTemplate ? readCount(at, kind, map) : 1;
  at.enter(step);
  const pods = isTemplate
    ? { template: readTemplate(at, inner), count, spec: map }
    : readPods(at, kind, inner, depth + 1);
  at.leave();
  return pods;
}

function refuseMissing(at: ObjectCursor, step: string, path: NodePath): void {
  at.refuse("missing-field", [step], `a ${at.ref.kind} needs a pod template: write ${path.join(".")}`);
}

/** The API counts in 32 bits. */
const mostPods = 2 ** 31 - 1;

function isPodCount(value: RawValue | undefined): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= mostPods;
}

/** "Number of desired pods. Defaults to 1." Zero is possible. */
function readCount(at: ObjectCursor, kind: WorkloadKind, spec: RawMapping): number {
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
