import type { ClusterKind } from "./cluster-kinds.ts";
import {
  leaderAndWorkersShape,
  nestedTemplateShape,
  podLikeShape,
  replicatedJobsShape,
  templateShape as template,
} from "./pod-maker-shapes.ts";

/** Kinds of other projects that make pods, by their groups and usual versions, with their plurals. */
const makers = [
  ["argoproj.io", "v1alpha1", { Rollout: ["rollouts", template] }],
  ["apps.openshift.io", "v1", { DeploymentConfig: ["deploymentconfigs", template] }],
  ["serving.knative.dev", "v1", { Service: ["services", template], Configuration: ["configurations", template] }],
  [
    "kubevirt.io",
    "v1",
    {
      VirtualMachine: ["virtualmachines", template],
      VirtualMachineInstance: ["virtualmachineinstances", podLikeShape],
      VirtualMachineInstanceReplicaSet: ["virtualmachineinstancereplicasets", template],
    },
  ],
  [
    "apps.kruise.io",
    "v1alpha1",
    {
      CloneSet: ["clonesets", template],
      StatefulSet: ["statefulsets", template],
      DaemonSet: ["daemonsets", template],
      BroadcastJob: ["broadcastjobs", template],
      AdvancedCronJob: ["advancedcronjobs", nestedTemplateShape],
      UnitedDeployment: ["uniteddeployments", nestedTemplateShape],
    },
  ],
  ["jobset.x-k8s.io", "v1alpha2", { JobSet: ["jobsets", replicatedJobsShape] }],
  ["leaderworkerset.x-k8s.io", "v1", { LeaderWorkerSet: ["leaderworkersets", leaderAndWorkersShape] }],
] as const;

const withoutIt = "pods of that kind get the name of what made them, and those scaled to zero are missing";

/** The kinds beside Kubernetes' own that make pods from templates: without them pods have the names of ReplicaSets, and what is scaled to zero is missing. */
export const podMakerKinds: readonly ClusterKind[] = makers.flatMap(([group, version, kinds]) =>
  Object.entries(kinds).map(([kind, [resource, shape]]): ClusterKind => ({
    kind,
    group,
    version,
    resource,
    namespaced: true,
    shape,
    withoutIt,
    presence: "installed",
  })),
);
