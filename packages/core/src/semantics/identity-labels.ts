import type { PodGroup, Workload } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";

/** The label of the cluster of a mesh that a pod is in, as identities have it. */
export const clusterLabel = "io.cilium.k8s.policy.cluster";

/** The label of a pod's service account, as identities have it. */
export const accountLabel = "io.cilium.k8s.policy.serviceaccount";

/** The label of a pod's namespace, as identities have it. */
export const namespaceLabel = "io.kubernetes.pod.namespace";

/** What stands before the keys of the labels of a pod's namespace, as identities have them. */
export const namespaceLabelPrefix = "io.cilium.k8s.namespace.labels.";

/** What was made of lists of workloads, and for which cluster: most questions are asked of the same list. */
const made = new WeakMap<readonly Workload[], { readonly cluster: string; readonly workloads: readonly Workload[] }>();

/** Pods with the labels that identities have beside their own: the service account and the cluster. A pod of another one of a mesh says so itself. */
export function withIdentityLabels(workloads: readonly Workload[], cluster: string): readonly Workload[] {
  const known = made.get(workloads);
  if (known?.cluster === cluster) return known.workloads;
  const labelled = workloads.map((workload) => ({
    ...workload,
    groups: workload.groups.map((group) => withLabels(group, cluster)),
  }));
  made.set(workloads, { cluster, workloads: labelled });
  return labelled;
}

function withLabels(group: PodGroup, cluster: string): PodGroup {
  const labels = Object.create(null) as Record<string, string>; // a map of strings without inherited keys
  labels[clusterLabel] = cluster;
  labels[accountLabel] = group.serviceAccount ?? "default";
  return { ...group, labels: Object.assign(labels, group.labels) as Labels }; // of strings alone
}
