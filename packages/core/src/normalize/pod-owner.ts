import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { by } from "../lib/compare.ts";
import type { ControllerLabel } from "../model/controller-labels.ts";
import type { Workload } from "../model/cluster.ts";
import type { NodePath, Origin } from "../source/position.ts";
import type { ObjectStore } from "./object-store.ts";
import type { OwnerReference } from "./owner-reference.ts";
import { podGroupsOf, templateGroupOf } from "./pod-groups.ts";
import type { PodTemplate } from "./pod-template.ts";

/** A workload as it was read, before its pods are known. */
export interface WorkloadDraft {
  readonly ref: ObjectRef;
  readonly namespace: string;
  readonly name: string;
  readonly template: PodTemplate;
  /** Labels that its pods get from it beside those of the template, of values that are not known. */
  readonly controllerLabels?: readonly ControllerLabel[];
  readonly templatePath: NodePath;
  readonly pods: number;
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

/** The workloads of the input with their pods, by id: a pod belongs to the topmost owner in the input, or to the owner it names. */
export function workloadsOf(drafts: ObjectStore<WorkloadDraft>, pods: Iterable<PodDraft>): readonly Workload[] {
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
    if (topOf(drafts, draft) === draft) workloads.push(declaredWorkload(draft, ofDraft.get(draft) ?? []));
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

/** The pods that are there count, and the template only where it will make pods that are not there yet. */
function declaredWorkload(draft: WorkloadDraft, pods: readonly PodDraft[]): Workload {
  const { namespace, name, ref, origin } = draft;
  const { kind } = ref;
  const id = workloadId(namespace, name, kind);
  const isRunning = pods.some((pod) => !pod.terminated);
  // Terminated pods of a Deployment or CronJob will have successors; a Job that has pods has made them.
  const needsTemplate = !isRunning && !(kind === "Job" && pods.length > 0);
  const groups = [...podGroupsOf(pods), ...(needsTemplate ? [templateGroupOf(draft)] : [])];
  return { id, namespace, name, kind, ref, mayHaveTwoPods: true, groups, origin };
}

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
