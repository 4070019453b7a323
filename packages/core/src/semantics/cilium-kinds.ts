import type { Assumptions } from "../model/assumptions.ts";
import type { Policy } from "../model/policy.ts";
import { isNetworkPolicy } from "./network-policy.ts";

/** A kind of policy that the data plane is set not to read. */
export interface UnreadBySetting {
  readonly key: "ciliumNetworkPolicies" | "ciliumClusterNetworkPolicies";
  readonly reason: string;
}

/** What keeps Cilium's agents from reading a policy, if anything does. */
export function unreadBySetting(policy: Policy, assumptions: Assumptions): UnreadBySetting | undefined {
  if (assumptions.dataplane !== "cilium") return undefined;
  if (isNetworkPolicy(policy) && !assumptions.ciliumNetworkPolicies)
    return {
      key: "ciliumNetworkPolicies",
      reason: "the agent does not read NetworkPolicies: enable-k8s-networkpolicy is off",
    };
  if (policy.ref.kind === "ClusterNetworkPolicy" && !assumptions.ciliumClusterNetworkPolicies)
    return {
      key: "ciliumClusterNetworkPolicies",
      reason: "the agent does not read ClusterNetworkPolicies: enable-k8s-cluster-network-policy is off",
    };
  return undefined;
}
