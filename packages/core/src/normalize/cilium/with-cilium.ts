import type { Cluster, ClusterNode, PodGroup, Workload } from "../../model/cluster.ts";
import type { Labels } from "../../model/selector.ts";
import { singleAddresses } from "../../sets/address-set.ts";
import { clusterLabel, ownCluster } from "../../semantics/cilium-clusters.ts";
import { newStringMap } from "../string-map.ts";
import type { CiliumDraft } from "./cilium-draft.ts";
import { ciliumPolicies } from "./cilium-policies.ts";
import { accountLabel } from "./endpoint-selector.ts";

type Ground = Pick<Cluster, "workloads" | "services" | "policies">;

/** The cluster with Cilium's policies among the others; as it is where there are none. */
export function withCilium<G extends Ground>(
  ground: G,
  draft: CiliumDraft,
  nodes: Iterable<ClusterNode>,
): G & Pick<Cluster, "hostPolicies"> {
  if (draft.policies.size === 0) return ground;
  const addresses = singleAddresses([...nodes].flatMap((node) => node.addresses));
  const own = ciliumPolicies({ draft, services: ground.services, nodes: addresses });
  return {
    ...ground,
    workloads: ground.workloads.map(withIdentityLabels),
    policies: [...ground.policies, ...own.policies],
    ...(own.hostPolicies.length === 0 ? {} : { hostPolicies: own.hostPolicies }),
  };
}

/** Identities have the service account of the pod as a label, and its cluster: a pod of another one of a mesh says so itself. */
function withIdentityLabels(workload: Workload): Workload {
  const groups = workload.groups.map((group): PodGroup => {
    const labels = newStringMap();
    labels[clusterLabel] = ownCluster;
    labels[accountLabel] = group.serviceAccount ?? "default";
    return { ...group, labels: Object.assign(labels, group.labels) as Labels }; // a map of strings without inherited keys
  });
  return { ...workload, groups };
}
