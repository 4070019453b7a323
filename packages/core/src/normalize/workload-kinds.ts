import type { NodePath } from "../source/position.ts";
import {
  type LabelSetter,
  broadcastJobLabels,
  cloneSetLabels,
  cronJobLabels,
  daemonSetLabels,
  deploymentConfigLabels,
  deploymentLabels,
  jobLabels,
  jobSetLabels,
  knativeLabels,
  leaderWorkerSetLabels,
  rolloutLabels,
  statefulSetLabels,
  virtualMachineLabels,
} from "./controller-labels.ts";
import type { RawMapping } from "./raw-object.ts";
import { isList, isMapping } from "./raw-object.ts";

/** A template of pods within an object. */
export interface TemplateKind {
  /** From the object to the template. */
  readonly path: NodePath;
  /** The field beside the template that says how many pods there are; absent for one per node, and where nothing says it. */
  readonly countField?: string;
  /** Absent: its pods have the labels of the template and no others. */
  readonly setLabels?: LabelSetter;
}

/** How a kind says what pods it makes. */
export interface WorkloadKind {
  readonly kind: string;
  readonly groups: readonly string[];
  /** The templates that an object has. */
  readonly templates: (spec: RawMapping) => readonly TemplateKind[];
}

const specTemplate = ["spec", "template"];

function oneTemplate(kind: string, groups: readonly string[], template: TemplateKind): WorkloadKind {
  const templates = [template];
  return { kind, groups, templates: () => templates };
}

function replicated(kind: string, groups: readonly string[], setLabels?: LabelSetter): WorkloadKind {
  const labels = setLabels === undefined ? {} : { setLabels };
  return oneTemplate(kind, groups, { path: specTemplate, countField: "replicas", ...labels });
}

function onePerNode(kind: string, groups: readonly string[], setLabels: LabelSetter): WorkloadKind {
  return oneTemplate(kind, groups, { path: specTemplate, setLabels });
}

const kruise = ["apps.kruise.io"];
const knative = ["serving.knative.dev"];
const kubevirt = ["kubevirt.io"];

/** The kinds of Kubernetes itself, and those of other projects that are known to make pods from a template. */
export const workloadKinds: readonly WorkloadKind[] = [
  replicated("Deployment", ["apps", "extensions"], deploymentLabels),
  replicated("ReplicaSet", ["apps", "extensions"]),
  replicated("StatefulSet", ["apps"], statefulSetLabels),
  onePerNode("DaemonSet", ["apps", "extensions"], daemonSetLabels),
  replicated("ReplicationController", [""]),
  oneTemplate("Job", ["batch"], { path: specTemplate, countField: "parallelism", setLabels: jobLabels }),
  oneTemplate("CronJob", ["batch"], {
    path: ["spec", "jobTemplate", "spec", "template"],
    countField: "parallelism",
    setLabels: cronJobLabels,
  }),
  replicated("Rollout", ["argoproj.io"], rolloutLabels),
  replicated("DeploymentConfig", ["apps.openshift.io", ""], deploymentConfigLabels),
  onePerNode("Service", knative, knativeLabels),
  onePerNode("Configuration", knative, knativeLabels),
  onePerNode("VirtualMachine", kubevirt, virtualMachineLabels),
  oneTemplate("VirtualMachineInstance", kubevirt, { path: [], setLabels: virtualMachineLabels }),
  replicated("VirtualMachineInstanceReplicaSet", kubevirt, virtualMachineLabels),
  replicated("CloneSet", kruise, cloneSetLabels),
  replicated("StatefulSet", kruise, statefulSetLabels),
  onePerNode("DaemonSet", kruise, daemonSetLabels),
  onePerNode("BroadcastJob", kruise, broadcastJobLabels),
  { kind: "AdvancedCronJob", groups: kruise, templates: (spec) => nestedTemplates(spec, cronJobTemplates) },
  { kind: "UnitedDeployment", groups: kruise, templates: (spec) => nestedTemplates(spec, subsetTemplates) },
  { kind: "JobSet", groups: ["jobset.x-k8s.io"], templates: replicatedJobs },
  { kind: "LeaderWorkerSet", groups: ["leaderworkerset.x-k8s.io"], templates: leaderAndWorkers },
];

const cronJobTemplates = ["jobTemplate", "broadcastJobTemplate"];
const subsetTemplates = [
  "statefulSetTemplate",
  "advancedStatefulSetTemplate",
  "cloneSetTemplate",
  "deploymentTemplate",
];

/** `spec.template.<one of these>.spec.template`. */
function nestedTemplates({ template }: RawMapping, fields: readonly string[]): readonly TemplateKind[] {
  const found = fields.filter((field) => isMapping(template) && isMapping(template[field]));
  return found.map((field) => ({ path: ["spec", "template", field, "spec", "template"] }));
}

function replicatedJobs({ replicatedJobs: jobs }: RawMapping): readonly TemplateKind[] {
  if (!isList(jobs)) return [];
  return jobs.map((job, i) => ({
    path: ["spec", "replicatedJobs", i, "template", "spec", "template"],
    countField: "parallelism",
    setLabels: jobSetLabels(isMapping(job) && typeof job["name"] === "string" ? job["name"] : ""),
  }));
}

/** "LeaderTemplate ... If not specified, the WorkerTemplate will be used to create the leader". */
function leaderAndWorkers({ leaderWorkerTemplate: both }: RawMapping): readonly TemplateKind[] {
  const fields = ["leaderTemplate", "workerTemplate"].filter((field) => isMapping(both) && isMapping(both[field]));
  return fields.map((field) => ({
    path: ["spec", "leaderWorkerTemplate", field],
    setLabels: leaderWorkerSetLabels,
  }));
}

/** Where any other object may have a pod template. */
export const commonTemplatePaths: readonly NodePath[] = [specTemplate, ["spec", "jobTemplate", "spec", "template"]];
