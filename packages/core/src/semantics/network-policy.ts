import type { Policy } from "../model/policy.ts";

/** Whether a policy is a NetworkPolicy of Kubernetes. Other projects have kinds of the same name. */
export function isNetworkPolicy({ ref: { kind, apiVersion } }: Policy): boolean {
  return kind === "NetworkPolicy" && (apiVersion.startsWith("networking.k8s.io/") || !apiVersion.includes("."));
}
