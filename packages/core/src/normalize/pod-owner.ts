import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { by } from "../lib/compare.ts";
import type { ControllerLabel } from "../model/controller-labels.ts";
import type { PodGroup, Workload } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";
import type { NodePath, Origin } from "../source/position.ts";
import type { ObjectStore } from "./object-store.ts";
import type { OwnerReference } from "./owner-reference.ts";
import { podGroupsOf, templateGroupOf } from "./pod-groups.ts";
import type { PodTemplate } from "./pod-template.ts";

/** A template of pods, and how many it is to make. */
export interface TemplateDraft {
  readonly template: PodTemplate;
  /** Labels that its pods get from the controller beside those of the template, of values that are not known. */
  readonly controllerLabels?: readonly ControllerLabel[];
  /** From the object to the template. */
  readonly path: NodePath;
  readonly pods: number;
}

/** A workload as it was read, before its pods are known. */
export interface WorkloadDraft {
  readonly ref: ObjectRef;
  readonly namespace: string;
  readonly name: string;
  readonly templates: readonly TemplateDraft[];
  /** The workload, as kind and name, whose template it uses instead of one of its own. */
  readonly templateOf?: string;
  /** Of the object itself, which no selector of pods sees. */
  readonly labels: Labels;
  /** A Job that has run. */
  readonly terminated: boolean;
  readonly owner: OwnerReference | undefined;
  readonly origin: Origin;
}

/** A pod as it was read, before its owner is known. */
export interface PodDraft {
  readonly ref: ObjectRef;
  readonly namespace: string;
  readonly name: string;
  readonly template: PodTemplate;
  readonly terminated: boolean;
  readonly addresses: readonly string[];
  readonly owner: OwnerReference | undefined;
  readonly origin: Origin;
}

/** The id of a workload: `namespace/name[Kind]`. */
function workloadId(namespace: string, name: string, kind: string): string {
  return `${namespace}/${kindAndName(kind, name)}`;
}

/** What tells objects of several kinds apart in their namespace. */
export function kindAndName(kind: string, name: string): string {
  return `${name}[${kind}]`;
}

/**
 * The workloads of the input with their pods, by id: a pod belongs to the topmost owner in the input, or to the owner it names.
 * One that is rolled out has the pods of its template.
 */
export function workloadsOf(
  drafts: ObjectStore<WorkloadDraft>,
  pods: Iterable<PodDraft>,
  isRolledOut: (workload: WorkloadDraft) => boolean,
): readonly Workload[] {
  const ofDraft = new Map<WorkloadDraft, PodDraft[]>();
  const ofUnseen = new Map<string, PodDraft[]>();
  const workloads: Workload[] = [];
  for (const pod of pods) {
    const { namespace, owner } = pod;
    if (owner === undefined) {
      workloads.push(barePod(pod));
      continue;
    }
    const key = kindAndName(owner.kind, owner.name);
    const draft = drafts.get(namespace, key);
    if (draft === undefined) addTo(ofUnseen, `${namespace}/${key}`, pod);
    else addTo(ofDraft, topOf(drafts, draft), pod);
  }
  for (const draft of drafts.objects()) {
    if (topOf(drafts, draft) !== draft) continue;
    const own = isRolledOut(draft) ? [] : (ofDraft.get(draft) ?? []);
    const workload = declaredWorkload(draft, own, templateGroups(drafts, draft));
    if (workload !== undefined) workloads.push(workload);
  }
  for (const [id, siblings] of ofUnseen) workloads.push(unseenOwner(id, siblings));
  return workloads.sort(by(({ id }) => id));
}

function addTo<K>(podsBy: Map<K, PodDraft[]>, key: K, pod: PodDraft): void {
  const pods = podsBy.get(key);
  if (pods === undefined) podsBy.set(key, [pod]);
  else pods.push(pod);
}

/** Longer chains of owners are circles: nobody is at the top of one, so each stands for itself. */
const maxOwners = 8;

function topOf(drafts: ObjectStore<WorkloadDraft>, draft: WorkloadDraft): WorkloadDraft {
  let top = draft;
  for (let level = 0; level < maxOwners; level++) {
    if (top.owner === undefined) return top;
    const owner = drafts.get(top.namespace, kindAndName(top.owner.kind, top.owner.name));
    if (owner === undefined) return top;
    top = owner;
  }
  return draft;
}

function barePod(pod: PodDraft): Workload {
  const { namespace, name, ref, origin } = pod;
  const id = workloadId(namespace, name, "Pod");
  return { id, namespace, name, kind: "Pod", ref, mayHaveTwoPods: false, groups: podGroupsOf([pod]), origin };
}

/** The pods that the templates of a workload will make, or those of the workload whose template it uses. */
function templateGroups(drafts: ObjectStore<WorkloadDraft>, draft: WorkloadDraft): readonly PodGroup[] {
  const { templateOf, namespace } = draft;
  if (templateOf === undefined) return draft.templates.map((template) => templateGroupOf(draft, template));
  const source = drafts.get(namespace, templateOf);
  return source?.templates.map((template) => templateGroupOf(source, template)) ?? [];
}

/**
 * The pods that are there count, and the templates only where they will make pods that are not there yet. Undefined for
 * one of whose pods nothing is known.
 */
function declaredWorkload(
  draft: WorkloadDraft,
  pods: readonly PodDraft[],
  templates: readonly PodGroup[],
): Workload | undefined {
  const { namespace, name, ref, labels, origin } = draft;
  const { kind } = ref;
  const id = workloadId(namespace, name, kind);
  const isRunning = pods.some((pod) => !pod.terminated);
  // Terminated pods of a Deployment or CronJob will have successors; a Job that has pods has made them.
  const needsTemplate = !isRunning && !(kind === "Job" && pods.length > 0);
  const groups = [...podGroupsOf(pods), ...(needsTemplate ? templates : [])];
  if (groups.length === 0) return undefined;
  const ownLabels = Object.keys(labels).length === 0 ? {} : { labels };
  return { id, namespace, name, kind, ref, mayHaveTwoPods: kind !== instanceKind, groups, ...ownLabels, origin };
}

/** KubeVirt: a virtual machine instance has one pod. */
const instanceKind = "VirtualMachineInstance";

/** The owner of pods that is not in the input itself. */
function unseenOwner(id: string, pods: readonly PodDraft[]): Workload {
  const [first] = pods;
  if (first?.owner === undefined) throw new Error(`workload ${id} has no pod that names its owner`);
  const { namespace, origin } = first;
  const { kind, name, apiVersion } = first.owner;
  return {
    id,
    namespace,
    name,
    kind,
    ref: { apiVersion, kind, namespace, name },
    mayHaveTwoPods: true,
    groups: podGroupsOf(pods),
    origin,
  };
}
