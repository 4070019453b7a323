import type { Cluster, ClusterNode } from "../../model/cluster.ts";
import { singleAddresses } from "../../sets/address-set.ts";
import type { CiliumDraft } from "./cilium-draft.ts";
import { ciliumPolicies } from "./cilium-policies.ts";

type Ground = Pick<Cluster, "services" | "policies">;

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
    policies: [...ground.policies, ...own.policies],
    ...(own.hostPolicies.length === 0 ? {} : { hostPolicies: own.hostPolicies }),
  };
}
