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

/** What keeps Cilium's agents from reading a policy, or one of its kind, if anything does. */
export function unreadByCilium(
  policy: Pick<Policy, "ref"> & Partial<Pick<Policy, "rules">>,
  assumptions: Assumptions,
): UnreadByCilium | undefined {
  if (assumptions.dataplane !== "cilium") return undefined;
  if (isNetworkPolicy(policy))
    return assumptions.ciliumNetworkPolicies
      ? blockOfOwnCluster(policy, assumptions)
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

/**
 * 1.18 adds the own cluster to every peer of `ingress`, to a block, too, and then finds that "combining FromEndpoints and FromCIDRSet
 * is not supported yet".
 */
function blockOfOwnCluster(
  { rules }: Partial<Pick<Policy, "rules">>,
  { ciliumVersion, ciliumDefaultCluster }: Assumptions,
): UnreadByCilium | undefined {
  if (rules === undefined || ciliumVersion !== "1.18" || ciliumDefaultCluster !== "own") return undefined;
  for (const [rule, { peers }] of rules.ingress.entries()) {
    const peer = peers === "any" ? -1 : peers.findIndex(({ type }) => type === "ipBlock");
    if (peer === -1) continue;
    return {
      key: "ciliumDefaultCluster",
      reason: `spec.ingress[${rule}].from[${peer}]: Cilium 1.18 refuses a NetworkPolicy with an ipBlock in ingress where policy-default-local-cluster is on`,
    };
  }
  return undefined;
}
