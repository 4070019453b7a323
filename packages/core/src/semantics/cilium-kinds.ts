import { type Assumptions, ciliumVersions } from "../model/assumptions.ts";
import type { Policy } from "../model/policy.ts";
import { isNetworkPolicy } from "./network-policy.ts";

/** That Cilium's agents do not read a policy: by its kind, by their version or by a setting. */
export interface UnreadByCilium {
  /** The assumption by which they would. */
  readonly key: keyof Assumptions;
  readonly reason: string;
}

/** "ClusterNetworkPolicies are supported since 1.20." */
const firstVersion = ciliumVersions.indexOf("1.20");

/** What keeps Cilium's agents from reading a policy, if anything does. */
export function unreadByCilium(policy: Pick<Policy, "ref">, assumptions: Assumptions): UnreadByCilium | undefined {
  if (assumptions.dataplane !== "cilium") return undefined;
  if (isNetworkPolicy(policy))
    return assumptions.ciliumNetworkPolicies
      ? undefined
      : {
          key: "ciliumNetworkPolicies",
          reason: "the agent does not read NetworkPolicies: enable-k8s-networkpolicy is off",
        };
  switch (policy.ref.kind) {
    // No version has read v1alpha1.
    case "AdminNetworkPolicy":
    case "BaselineAdminNetworkPolicy":
      return {
        key: "dataplane",
        reason: "no version of Cilium reads it: write a ClusterNetworkPolicy, which Cilium reads since 1.20",
      };
    case "ClusterNetworkPolicy":
      if (ciliumVersions.indexOf(assumptions.ciliumVersion) < firstVersion)
        return {
          key: "ciliumVersion",
          reason: `Cilium ${assumptions.ciliumVersion} does not read ClusterNetworkPolicies: they are read since 1.20`,
        };
      return assumptions.ciliumClusterNetworkPolicies
        ? undefined
        : {
            key: "ciliumClusterNetworkPolicies",
            reason: "the agent does not read ClusterNetworkPolicies: enable-k8s-cluster-network-policy is off",
          };
    default:
      return undefined;
  }
}
