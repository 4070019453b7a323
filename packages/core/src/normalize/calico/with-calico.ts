import type { Cluster, ContainerPort, PodGroup, Workload } from "../../model/cluster.ts";
import type { Policy, UnderAssumption } from "../../model/policy.ts";
import { newStringMap } from "../string-map.ts";
import type { CalicoDraft } from "./calico-draft.ts";
import { calicoPolicies } from "./calico-policies.ts";

/** Before the labels that endpoints have from their service account. */
const accountLabelPrefix = "pcsa.";

type Ground = Pick<Cluster, "namespaces" | "workloads" | "services" | "policies">;

/** The cluster with Calico's policies among the others; as it is where there are none. */
export function withCalico(ground: Ground, draft: CalicoDraft): Pick<Cluster, "workloads" | "policies"> {
  const { namespaces, services } = ground;
  if (draft.policies.size === 0) return { workloads: ground.workloads, policies: ground.policies };
  const workloads = ground.workloads.map((workload) => asEndpoints(workload, draft));
  const own = calicoPolicies({ draft, namespaces, services }).map(ofCalicoOnly);
  return { workloads, policies: [...ground.policies, ...own] };
}

/** Nobody else enforces them. */
function ofCalicoOnly(policy: Policy): Policy {
  const others = (["kubernetes", "cilium"] as const).map((dataplane): UnderAssumption => ({
    is: { dataplane },
    instead: "not in force",
  }));
  return { ...policy, ifAssumed: [...(policy.ifAssumed ?? []), ...others] };
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
