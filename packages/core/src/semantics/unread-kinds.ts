import { type Assumptions, calicoVersions, isCiliumBefore } from "../model/assumptions.ts";
import type { Policy } from "../model/policy.ts";
import { isNetworkPolicy } from "./network-policy.ts";

/** That what enforces policies does not read one: by its kind, by its version or by a setting. */
export interface UnreadByDataplane {
  /** The assumption by which they would. */
  readonly key: keyof Assumptions;
  readonly reason: string;
}

type Unread = Pick<Policy, "ref"> & Partial<Pick<Policy, "rules">>;

/** What keeps the data plane from reading a policy, or one of its kind, if anything does. */
export function unreadByDataplane(policy: Unread, assumptions: Assumptions): UnreadByDataplane | undefined {
  switch (assumptions.dataplane) {
    case "cilium":
      return unreadByCilium(policy, assumptions);
    case "calico":
      return unreadByCalico(policy, assumptions);
    default:
      return undefined;
  }
}

function unreadByCilium(policy: Unread, assumptions: Assumptions): UnreadByDataplane | undefined {
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
      if (isCiliumBefore(assumptions.ciliumVersion, "1.20"))
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
): UnreadByDataplane | undefined {
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

/** The versions of Calico that read a kind: the first, and the last where later ones do not. */
const versionsOf: Readonly<Record<string, readonly [first: CalicoVersion, last?: CalicoVersion]>> = {
  AdminNetworkPolicy: ["3.29", "3.31"],
  BaselineAdminNetworkPolicy: ["3.30", "3.31"],
  ClusterNetworkPolicy: ["3.32"],
};

type CalicoVersion = (typeof calicoVersions)[number];

function unreadByCalico(
  { ref: { kind } }: Pick<Policy, "ref">,
  { calicoVersion }: Assumptions,
): UnreadByDataplane | undefined {
  const versions = Object.hasOwn(versionsOf, kind) ? versionsOf[kind] : undefined;
  if (calicoVersion === "unknown" || versions === undefined) return undefined;
  const [first, last] = versions;
  const at = calicoVersions.indexOf(calicoVersion);
  if (at < calicoVersions.indexOf(first))
    return {
      key: "calicoVersion",
      reason: `Calico ${calicoVersion} does not read ${pluralOf(kind)}: they are read since ${first}`,
    };
  if (last === undefined || at <= calicoVersions.indexOf(last)) return undefined;
  return {
    key: "calicoVersion",
    reason: `Calico ${calicoVersion} does not read ${pluralOf(kind)}: they are read up to ${last}, write a ClusterNetworkPolicy`,
  };
}

function pluralOf(kind: string): string {
  return kind.replace(/y$/, "ies");
}
