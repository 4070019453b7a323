import type { Cluster, ContainerPort, PodGroup, Workload } from "../../model/cluster.ts";
import type { Policy } from "../../model/policy.ts";

import {
  adminTier,
  baselineTier,
  calicoAdminTier,
  calicoBaselineTier,
  calicoDefaultTier,
  networkPolicyOrder,
  networkPolicyTier,
} from "../../semantics/tiers.ts";
import { newStringMap } from "../string-map.ts";
import type { CalicoDraft } from "./calico-draft.ts";
import { calicoPolicies } from "./calico-policies.ts";

/** Before the labels that endpoints have from their service account. */
const accountLabelPrefix = "pcsa.";

type Ground = Pick<Cluster, "namespaces" | "workloads" | "services" | "policies">;

/** The cluster with Calico's policies among the others; as it is where there are none. */
export function withCalico(ground: Ground, draft: CalicoDraft): Pick<Cluster, "workloads" | "policies" | "assumed"> {
  const { namespaces, services } = ground;
  const assumed = draft.isInUse ? { assumed: { ipBlockMatchesPods: true } } : {};
  if (draft.policies.size === 0) return { workloads: ground.workloads, policies: ground.policies, ...assumed };
  const workloads = ground.workloads.map((workload) => asEndpoints(workload, draft));
  const own = calicoPolicies({ draft, namespaces, services });
  const sharesTier = own.some(({ tier }) => tier === calicoDefaultTier);
  const others = ground.policies.map((policy) => inCalicoTier(policy, sharesTier));
  return { workloads, policies: [...others, ...own], ...assumed };
}

/** Pods as Calico knows them: "it adds labels of the service account to endpoints", its name, and its own behind `pcsa.`. */
function asEndpoints(workload: Workload, { serviceAccounts }: CalicoDraft): Workload {
  const groups = workload.groups.map((group): PodGroup => {
    const { serviceAccount = "default" } = group;
    const labels = newStringMap();
    const ofAccount = serviceAccounts.get(`${workload.namespace}/${serviceAccount}`);
    for (const [key, value] of Object.entries(ofAccount ?? {})) labels[`${accountLabelPrefix}${key}`] = value;
    labels[`${accountLabelPrefix}projectcalico.org/name`] = serviceAccount;
    // A label of the pod's own is stronger than an inherited one, and weaker than what Calico sets.
    Object.assign(labels, group.labels, { "projectcalico.org/serviceaccount": serviceAccount });
    const unknown = ofAccount === undefined ? { unknownLabels: accountLabelPrefix } : {};
    return { ...group, labels, ports: portsOf(group), ...unknown };
  });
  return { ...workload, groups };
}

/** "Ports of all containers": those of init containers count like any other. */
function portsOf({ ports, initPorts = [] }: PodGroup): readonly ContainerPort[] {
  const isPlain = initPorts.length === 0 && !ports.some(({ sidecar }) => sidecar);
  return isPlain ? ports : [...ports, ...initPorts].map((port) => ({ ...port, sidecar: false }));
}

/**
 * Policies of other kinds as Calico has them. NetworkPolicies beside policies of its default tier stand in it: "order 1000",
 * and their denial is the end of the tier.
 */
function inCalicoTier(policy: Policy, sharesTier: boolean): Policy {
  switch (policy.tier) {
    case networkPolicyTier:
      return sharesTier ? { ...policy, tier: calicoDefaultTier, priority: networkPolicyOrder } : policy;
    case adminTier:
      return { ...policy, tier: calicoAdminTier };
    case baselineTier:
      return { ...policy, tier: calicoBaselineTier };
    default:
      return policy;
  }
}
