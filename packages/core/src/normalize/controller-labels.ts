import type { ControllerLabel } from "../model/controller-labels.ts";
import type { Labels } from "../model/selector.ts";
import type { RawMapping } from "./raw-object.ts";
import { isMapping } from "./raw-object.ts";

/** What a controller knows when it makes pods. */
export interface Controller {
  readonly name: string;
  /** The mapping that holds the pod template: `spec`, for a CronJob the `spec` of its Jobs. */
  readonly spec: RawMapping;
  /** How many pods it is to have. */
  readonly pods: number;
}

/** Labels that a controller sets on its pods, whatever their template says. */
export interface ControllerSetLabels {
  readonly known: Labels;
  readonly open: readonly ControllerLabel[];
}

/** Says which labels a kind of controller sets. */
export type LabelSetter = (controller: Controller) => ControllerSetLabels;

const revisionHash = "controller-revision-hash";

/** A label that is there, of a value that begins with `prefix`. */
function openLabel(key: string, prefix = ""): ControllerLabel {
  return { key, prefix };
}

/** "The pod-template-hash label is added by the Deployment controller to every ReplicaSet that a Deployment creates or adopts." */
export const deploymentLabels: LabelSetter = () => ({ known: {}, open: [openLabel("pod-template-hash")] });

/**
 * "When the StatefulSet controller creates a Pod, it adds a label, statefulset.kubernetes.io/pod-name, that is set to the
 * name of the Pod", and "apps.kubernetes.io/pod-index ... set to the ordinal"; the revision is `<name>-<hash>`.
 */
export const statefulSetLabels: LabelSetter = ({ name, spec, pods }) => {
  const ordinals = isMapping(spec["ordinals"]) ? spec["ordinals"]["start"] : undefined;
  const replicas = { first: isIndex(ordinals) ? ordinals : 0, count: Math.max(1, pods) };
  return {
    known: {},
    open: [
      { key: "statefulset.kubernetes.io/pod-name", prefix: `${name}-`, replicas },
      { key: "apps.kubernetes.io/pod-index", prefix: "", replicas },
      openLabel(revisionHash, `${name}-`),
    ],
  };
};

/** A DaemonSet numbers its revisions by hash and, as long as there is `extensions/v1beta1` in stores, by generation. */
export const daemonSetLabels: LabelSetter = () => ({
  known: {},
  open: [openLabel(revisionHash), openLabel("pod-template-generation")],
});

const jobNameKeys = ["batch.kubernetes.io/job-name", "job-name"];
const jobIdKeys = ["batch.kubernetes.io/controller-uid", "controller-uid"];

/** "The Job controller adds the labels job-name and controller-uid, and those with the prefix batch.kubernetes.io, to its Pods." */
export const jobLabels: LabelSetter = ({ name, spec }) => ({
  known: isSelectedByHand(spec) ? {} : Object.fromEntries(jobNameKeys.map((key) => [key, name])),
  open: [...jobIds(spec), ...completionIndex(spec)],
});

/** "the CronJob controller names its Jobs by its own name and a time". */
export const cronJobLabels: LabelSetter = ({ name, spec }) => ({
  known: {},
  open: [
    ...(isSelectedByHand(spec) ? [] : jobNameKeys.map((key) => openLabel(key, `${name}-`))),
    ...jobIds(spec),
    ...completionIndex(spec),
  ],
});

/** "manualSelector controls generation of pod labels and pod selectors": with it none are generated. */
function isSelectedByHand(spec: RawMapping): boolean {
  return spec["manualSelector"] === true;
}

function jobIds(spec: RawMapping): readonly ControllerLabel[] {
  return isSelectedByHand(spec) ? [] : jobIdKeys.map((key) => openLabel(key));
}

/** "Indexed: the Pods of a Job get an associated completion index from 0 to (.spec.completions - 1)", which is a label too. */
function completionIndex({ completionMode, completions }: RawMapping): readonly ControllerLabel[] {
  if (completionMode !== "Indexed") return [];
  const replicas = { first: 0, count: isIndex(completions) ? Math.max(1, completions) : 1 };
  return [{ key: "batch.kubernetes.io/job-completion-index", prefix: "", replicas }];
}

function isIndex(value: unknown): value is number {
  return typeof value === "number" && Number.isInteger(value) && value >= 0;
}

/** Argo Rollouts: "rollouts-pod-template-hash". */
export const rolloutLabels: LabelSetter = () => ({ known: {}, open: [openLabel("rollouts-pod-template-hash")] });

/** OpenShift: the deployer names its ReplicationControllers `<name>-<version>`. */
export const deploymentConfigLabels: LabelSetter = ({ name }) => ({
  known: { deploymentconfig: name },
  open: [openLabel("deployment", `${name}-`)],
});

const knative = "serving.knative.dev";

/** Knative Serving names each revision `<name>-<number>` unless the template has a name, and labels its pods with it. */
export const knativeLabels: LabelSetter = ({ name }) => ({
  known: { [`${knative}/service`]: name, [`${knative}/configuration`]: name },
  open: [
    openLabel(`${knative}/revision`, `${name}-`),
    openLabel(`${knative}/configurationGeneration`),
    openLabel(`${knative}/revisionUID`),
    openLabel("pod-template-hash"),
  ],
});

/** KubeVirt: the pod of a virtual machine instance is its launcher. */
export const virtualMachineLabels: LabelSetter = ({ name }) => ({
  known: { "kubevirt.io": "virt-launcher", "vm.kubevirt.io/name": name },
  open: [openLabel("kubevirt.io/created-by"), openLabel("kubevirt.io/nodeName")],
});

/** OpenKruise: a CloneSet hashes its template in both ways, and gives each pod an id. */
export const cloneSetLabels: LabelSetter = ({ name }) => ({
  known: {},
  open: [
    openLabel(revisionHash, `${name}-`),
    openLabel("pod-template-hash"),
    openLabel("apps.kruise.io/cloneset-instance-id"),
  ],
});

/** OpenKruise: a BroadcastJob. */
export const broadcastJobLabels: LabelSetter = ({ name }) => ({
  known: { "broadcastjob-name": name },
  open: [openLabel("broadcastjob-controller-uid")],
});

/** JobSet: its Jobs are `<name>-<replicated job>-<index>`. */
export function jobSetLabels(replicatedJob: string): LabelSetter {
  return ({ name, spec }) => ({
    known: {
      "jobset.sigs.k8s.io/jobset-name": name,
      "jobset.sigs.k8s.io/replicatedjob-name": replicatedJob,
    },
    open: [
      ...jobNameKeys.map((key) => openLabel(key, `${name}-${replicatedJob}-`)),
      ...jobIds(spec),
      ...completionIndex(spec).map(({ key }) => openLabel(key)),
      openLabel("jobset.sigs.k8s.io/job-index"),
      openLabel("jobset.sigs.k8s.io/job-key"),
    ],
  });
}

/** LeaderWorkerSet: groups of one leader and its workers, each made by a StatefulSet. */
export const leaderWorkerSetLabels: LabelSetter = ({ name }) => ({
  known: { "leaderworkerset.sigs.k8s.io/name": name },
  open: [
    openLabel("leaderworkerset.sigs.k8s.io/group-index"),
    openLabel("leaderworkerset.sigs.k8s.io/worker-index"),
    openLabel("leaderworkerset.sigs.k8s.io/group-key"),
    openLabel("leaderworkerset.sigs.k8s.io/template-revision-hash"),
    openLabel("statefulset.kubernetes.io/pod-name", `${name}-`),
    openLabel("apps.kubernetes.io/pod-index"),
    openLabel(revisionHash, `${name}-`),
  ],
});
