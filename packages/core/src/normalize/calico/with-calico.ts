import type { Report } from "../../diagnostics/diagnostic.ts";
import type { Cluster, ContainerPort, PodGroup, StagedState, Workload } from "../../model/cluster.ts";
import type { Policy, UnderAssumption } from "../../model/policy.ts";
import { refKey } from "../../semantics/canonical-key.ts";
import { newStringMap } from "../string-map.ts";
import { addressGroups } from "./address-groups.ts";
import { reportTooManyBoxes } from "./bounded-boxes.ts";
import type { CalicoDraft } from "./calico-draft.ts";
import { calicoPolicies } from "./calico-policies.ts";
import { policyKey } from "./calico-policy.ts";

/** Before the labels that endpoints have from their service account. */
const accountLabelPrefix = "pcsa.";

type Ground = Pick<Cluster, "namespaces" | "workloads" | "services" | "policies">;

/** The cluster with Calico's policies among the others; as it is where nothing of Calico is in the input. What npa does not follow goes to `report`. */
export function withCalico(
  ground: Ground,
  draft: CalicoDraft,
  report?: Report,
): Pick<Cluster, "workloads" | "policies" | "addressGroups"> {
  const { namespaces, services } = ground;
  if (!draft.isInUse) return { workloads: ground.workloads, policies: ground.policies };
  const hasPolicies = draft.policies.size > 0;
  const workloads = ground.workloads.map((workload) => asEndpoints(workload, draft, hasPolicies));
  const own = calicoPolicies({ draft, namespaces, services }).map(ofCalicoOnly);
  if (report !== undefined) reportTooManyBoxes(own, report);
  const groups = addressGroups(draft);
  return {
    workloads,
    policies: [...ground.policies, ...own],
    ...(groups.length === 0 ? {} : { addressGroups: groups }),
  };
}

/** Nobody else enforces them. */
function ofCalicoOnly(policy: Policy): Policy {
  const others = (["kubernetes", "cilium"] as const).map((dataplane): UnderAssumption => ({
    is: { dataplane },
    instead: "not in force",
  }));
  return { ...policy, ifAssumed: [...(policy.ifAssumed ?? []), ...others] };
}

/** What would be in force if the staged policies were; undefined where there are none. */
export function withStaged(ground: Ground, draft: CalicoDraft): StagedState | undefined {
  if (draft.staged.length === 0) return undefined;
  const policies = new Map(draft.policies);
  const others = new Map(ground.policies.map((policy) => [refKey(policy.ref), policy]));
  for (const { puts } of draft.staged) {
    if (puts?.of === "calico") putOrRemove(policies, policyKey(puts.policy), puts.policy, puts.isGone);
    if (puts?.of === "kubernetes") putOrRemove(others, refKey(puts.policy.ref), puts.policy, puts.isGone);
  }
  const { isInUse, tiers, groups, profiles, serviceAccounts, slices, staged } = draft;
  const enforced = { isInUse, tiers, groups, profiles, serviceAccounts, slices, staged, policies };
  const state = withCalico({ ...ground, policies: [...others.values()] }, enforced);
  return {
    objects: draft.staged.map(({ ref, origin }) => ({ ref, origin })),
    workloads: state.workloads,
    policies: state.policies,
  };
}

function putOrRemove<T>(policies: Map<string, T>, key: string, policy: T, isGone: boolean): void {
  if (isGone) policies.delete(key);
  else policies.set(key, policy);
}

/** Pods as Calico knows them. `hasLabels`: some policy may ask for the labels that only Calico sees: "it adds labels of the service account to endpoints", its name, and its own behind `pcsa.`. */
function asEndpoints(workload: Workload, { serviceAccounts }: CalicoDraft, hasLabels: boolean): Workload {
  const groups = workload.groups.map((group): PodGroup => {
    const { serviceAccount = "default" } = group;
    const ports = portsOf(group);
    if (!hasLabels) return ports === group.ports ? group : { ...group, ports };
    const labels = newStringMap();
    const ofAccount = serviceAccounts.get(`${workload.namespace}/${serviceAccount}`);
    for (const [key, value] of Object.entries(ofAccount ?? {})) labels[`${accountLabelPrefix}${key}`] = value;
    labels[`${accountLabelPrefix}projectcalico.org/name`] = serviceAccount;
    // A label of the pod's own is stronger than an inherited one, and weaker than what Calico sets.
    Object.assign(labels, group.labels, { "projectcalico.org/serviceaccount": serviceAccount });
    const unknown = ofAccount === undefined ? { unknownLabels: accountLabelPrefix } : {};
    return { ...group, labels, ports, ...unknown };
  });
  return { ...workload, groups };
}

/** "Ports of all containers": those of init containers count like any other. */
function portsOf({ ports, initPorts = [] }: PodGroup): readonly ContainerPort[] {
  const isPlain = initPorts.length === 0 && !ports.some(({ sidecar }) => sidecar);
  return isPlain ? ports : [...ports, ...initPorts].map((port) => ({ ...port, sidecar: false }));
}
