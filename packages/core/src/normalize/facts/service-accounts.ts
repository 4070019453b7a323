import type { PodGroup, Workload } from "../../model/cluster.ts";

/**
 * The workloads with what their service accounts say of tokens: "AutomountServiceAccountToken indicates whether pods running
 * as this service account should have an API token automatically mounted. Can be overridden at the pod level."
 */
export function withTokens(workloads: readonly Workload[], without: ReadonlySet<string>): readonly Workload[] {
  if (without.size === 0) return workloads;
  return workloads.map((workload) => ({
    ...workload,
    groups: workload.groups.map((group): PodGroup => {
      const { mountsToken, serviceAccount = "default" } = group;
      const isOff = mountsToken === undefined && without.has(`${workload.namespace}/${serviceAccount}`);
      return isOff ? { ...group, mountsToken: false } : group;
    }),
  }));
}
