import type { Policy } from "../model/policy.ts";

/** Whether a policy is a NetworkPolicy of Kubernetes. Other projects have kinds of the same name. */
export function isNetworkPolicy({ ref: { kind, apiVersion } }: Pick<Policy, "ref">): boolean {
  return kind === "NetworkPolicy" && (apiVersion.startsWith("networking.k8s.io/") || !apiVersion.includes("."));
}

/** Whether a policy is of a cluster-wide kind of Kubernetes: an AdminNetworkPolicy, its Baseline, or a ClusterNetworkPolicy. */
export function isClusterWideOfKubernetes({ ref }: Policy): boolean {
  return ref.apiVersion.startsWith("policy.networking.k8s.io/");
}
