import type { Cluster, PodGroup, Workload } from "../../model/cluster.ts";
import type { Policy } from "../../model/policy.ts";
import type { Labels } from "../../model/selector.ts";
import type { KnownValues } from "../../semantics/calico/selector-boxes.ts";
import { calicoDefaultTier, networkPolicyOrder, networkPolicyTier } from "../../semantics/tiers.ts";
import { newStringMap } from "../string-map.ts";
import type { CalicoDraft } from "./calico-draft.ts";
import { calicoPolicies } from "./calico-policies.ts";

type Ground = Pick<Cluster, "namespaces" | "workloads" | "services" | "policies">;

/** The cluster with Calico's policies among the others; as it is where there are none. */
export function withCalico(ground: Ground, draft: CalicoDraft): Pick<Cluster, "workloads" | "policies" | "assumed"> {
  const { namespaces, services } = ground;
  if (draft.policies.size === 0) return { workloads: ground.workloads, policies: ground.policies };
  const workloads = ground.workloads.map((workload) => withAccountLabels(workload, draft));
  const known = knownValues({ ...ground, workloads });
  const own = calicoPolicies({ draft, namespaces, services, known });
  const sharesTier = own.some(({ tier }) => tier === calicoDefaultTier);
  const others = sharesTier ? inDefaultTier(ground.policies) : ground.policies;
  return { workloads, policies: [...others, ...own], assumed: { ipBlockMatchesPods: true } };
}

/** "Calico adds labels of the service account to endpoints": its name, and its own labels behind `pcsa.`. */
function withAccountLabels(workload: Workload, { serviceAccounts }: CalicoDraft): Workload {
  const groups = workload.groups.map((group): PodGroup => {
    const { serviceAccount = "default" } = group;
    const labels = newStringMap();
    const ofAccount = serviceAccounts.get(`${workload.namespace}/${serviceAccount}`) ?? {};
    for (const [key, value] of Object.entries(ofAccount)) labels[`pcsa.${key}`] = value;
    labels["pcsa.projectcalico.org/name"] = serviceAccount;
    labels["projectcalico.org/serviceaccount"] = serviceAccount;
    return { ...group, labels: Object.assign(labels, group.labels) as Labels }; // a map of strings without inherited keys
  });
  return { ...workload, groups };
}

function knownValues({ namespaces, workloads }: Pick<Ground, "namespaces" | "workloads">): KnownValues {
  const values = { pod: new Map<string, Set<string>>(), namespace: new Map<string, Set<string>>() };
  const add = (of: "pod" | "namespace", labels: Labels): void => {
    for (const [key, value] of Object.entries(labels)) {
      const known = values[of].get(key);
      if (known === undefined) values[of].set(key, new Set([value]));
      else known.add(value);
    }
  };
  for (const { labels } of namespaces.values()) add("namespace", labels);
  for (const { groups } of workloads) for (const { labels } of groups) add("pod", labels);
  return (of, key) => values[of].get(key) ?? [];
}

/** NetworkPolicies beside policies of Calico's default tier stand in it: "order 1000", and their denial is the end of the tier. */
function inDefaultTier(policies: readonly Policy[]): readonly Policy[] {
  return policies.map((policy) =>
    policy.tier === networkPolicyTier ? { ...policy, tier: calicoDefaultTier, priority: networkPolicyOrder } : policy,
  );
}
