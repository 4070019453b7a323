import type { PodGroup, Workload } from "../../model/cluster.ts";
import type { FactsDraft } from "./facts-draft.ts";

/**
 * The workloads with what is known of their service accounts: "AutomountServiceAccountToken indicates whether pods running
 * as this service account should have an API token automatically mounted. Can be overridden at the pod level." And whether
 * a binding gives them a role.
 */
export function withAccounts(
  workloads: readonly Workload[],
  { accountsWithoutToken, accountsWithRole }: FactsDraft,
): readonly Workload[] {
  if (accountsWithoutToken.size === 0 && accountsWithRole.size === 0) return workloads;
  return workloads.map((workload) => ({
    ...workload,
    groups: workload.groups.map((group): PodGroup => {
      const { mountsToken, serviceAccount = "default" } = group;
      const account = `${workload.namespace}/${serviceAccount}`;
      const isOff = mountsToken === undefined && accountsWithoutToken.has(account);
      return {
        ...group,
        ...(isOff ? { mountsToken: false } : {}),
        ...(accountsWithRole.has(account) ? { hasRole: true } : {}),
      };
    }),
  }));
}
