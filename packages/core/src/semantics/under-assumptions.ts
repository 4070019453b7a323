import { type Assumptions, isCiliumBefore } from "../model/assumptions.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster, HostPolicy } from "../model/cluster.ts";
import type { Policy, Rule } from "../model/policy.ts";
import type { RefusedPolicy } from "../model/refused-policy.ts";
import { changed } from "./changed.ts";
import { unreadByDataplane } from "./unread-kinds.ts";
import { inDataplane } from "./dataplane.ts";
import { hasEntries } from "./entries.ts";
import { asApiReads, whyRefused } from "./old-form.ts";
import { policiesForNodes } from "./implied-policies.ts";
import { isNetworkPolicy } from "./network-policy.ts";
import { compareTiers } from "./tiers.ts";
import { withIdentityLabels } from "./identity-labels.ts";
import { asksForAccount } from "./identity-selectors.ts";

/** The policies of a cluster as they are under assumptions. The same object where none makes a difference. */
export function underAssumptions(cluster: Cluster, assumptions: Assumptions): Cluster {
  const all = { ...assumptions, ...toldOf(assumptions, cluster) };
  const policies = policiesUnder(cluster.policies, cluster, all);
  const refusedPolicies = refusedUnder(cluster, all);
  const hostPolicies = hostPoliciesUnder(cluster, all);
  const isOfCilium = [...policies, ...hostPolicies.flatMap((host) => host.policies)].some(
    (policy) => hasEntries(policy) || (all.dataplane === "cilium" && asksForAccount(policy)),
  );
  const workloads = isOfCilium ? withIdentityLabels(cluster.workloads, all.ciliumClusterName) : cluster.workloads;
  const isSame =
    policies === cluster.policies &&
    (hostPolicies.length === 0 || hostPolicies === cluster.hostPolicies) &&
    refusedPolicies === cluster.refusedPolicies &&
    workloads === cluster.workloads;
  if (isSame) return cluster;
  return { ...cluster, policies, refusedPolicies, workloads, ...(hostPolicies.length === 0 ? {} : { hostPolicies }) };
}

/** Those for nodes are as one set, too. */
function hostPoliciesUnder(cluster: Cluster, assumptions: Assumptions): readonly HostPolicy[] {
  const { hostPolicies = [] } = cluster;
  const written = policiesForNodes(cluster);
  const inForce = policiesUnder(written, cluster, assumptions);
  if (inForce === written) return hostPolicies;
  const byOrigin = groupBy(inForce, ({ origin }) => origin);
  return hostPolicies.map((host) => ({ ...host, policies: byOrigin.get(host.origin) ?? [] }));
}

/** What the input tells where nothing is assumed. */
function toldOf(
  { dataplane, kubeApiserver }: Assumptions,
  { assumed = {} }: Cluster,
): Pick<Assumptions, "dataplane" | "kubeApiserver"> {
  return {
    dataplane: dataplane === "unknown" ? (assumed.dataplane ?? dataplane) : dataplane,
    kubeApiserver: kubeApiserver === "unknown" ? (assumed.kubeApiserver ?? kubeApiserver) : kubeApiserver,
  };
}

function policiesUnder(policies: readonly Policy[], cluster: Cluster, assumptions: Assumptions): readonly Policy[] {
  const assumed = policies.flatMap((policy) => policyUnder(policy, assumptions) ?? []);
  const isSame = assumed.length === policies.length && assumed.every((policy, i) => policy === policies[i]);
  return withFinal(inDataplane(isSame ? policies : assumed, assumptions, cluster), assumptions);
}

/** "A NetworkPolicy always makes a final decision": in both directions, as some read it. It matters where a tier comes later. */
function withFinal(policies: readonly Policy[], { npTierFinal }: Assumptions): readonly Policy[] {
  if (npTierFinal !== "per-pod") return policies;
  const last = policies
    .map(({ tier }) => tier)
    .toSorted(compareTiers)
    .at(-1);
  const isOfOneDirection = ({ applies }: Policy): boolean => applies.ingress !== applies.egress;
  return changed(policies, (policy) =>
    last !== undefined && isNetworkPolicy(policy) && isOfOneDirection(policy) && compareTiers(policy.tier, last) < 0
      ? { ...policy, isFinal: true }
      : policy,
  );
}

/** The policies that are refused under assumptions; the same list where none makes a difference. */
function refusedUnder(
  { policies, hostPolicies = [], refusedPolicies }: Cluster,
  assumptions: Assumptions,
): readonly RefusedPolicy[] {
  // The rules of one object are policies of their own, and refused together.
  const more = new Map<Policy["origin"], RefusedPolicy>();
  for (const policy of [...policies, ...hostPolicies.flatMap((host) => host.policies)]) {
    const unread = unreadByDataplane(policy, assumptions);
    const ofAgent = [...(unread === undefined ? [] : [unread.reason]), ...settingsAgainst(policy, assumptions)];
    const ofServer = [whyRefused(policy, assumptions.anpOldForm)].filter((reason) => reason !== undefined);
    const reasons = [...ofAgent, ...ofServer];
    const by = ofAgent.length === reasons.length ? { by: "agent" as const } : {};
    if (reasons.length > 0) more.set(policy.origin, { ref: policy.ref, reasons, ...by, origin: policy.origin });
  }
  const all = [...refusedPolicies.filter(({ until }) => !isAccepted(until, assumptions)), ...more.values()];
  return all.length === refusedPolicies.length && more.size === 0 ? refusedPolicies : all;
}

/**
 * Why what enforces the policies leaves a policy out that the API server stores: it does not read its kind, is set to refuse it, or
 * it is for another data plane. Undefined where it does not.
 */
export function whyLeftOut(policy: Policy, assumptions: Assumptions): string | undefined {
  const [reason] = [
    ...[unreadByDataplane(policy, assumptions)?.reason].filter((each) => each !== undefined),
    ...settingsAgainst(policy, assumptions),
  ];
  if (reason !== undefined) return reason;
  // What a version refuses is told as refused.
  const left = policy.ifAssumed?.filter(({ is, instead }) => instead === "not in force" && areMade(is, assumptions));
  if (left?.some(({ is }) => is.dataplane !== undefined) === true)
    return `${assumptions.dataplane} enforces the policies of this cluster, and not these: --assume dataplane says otherwise`;
  return left?.some(({ is }) => is.calicoMissingTier !== undefined) === true
    ? "the input does not have their tier: --assume calicoMissingTier=last puts it behind all others"
    : undefined;
}

/** Why settings of the data plane refuse a policy. */
function settingsAgainst({ ifAssumed = [] }: Policy, assumptions: Assumptions): readonly string[] {
  return ifAssumed.flatMap(({ is, refused }) => (refused !== undefined && areMade(is, assumptions) ? [refused] : []));
}

function policyUnder(policy: Policy, assumptions: Assumptions): Policy | undefined {
  const asked = policy.ifAssumed?.filter(({ is }) => areMade(is, assumptions)) ?? [];
  if (asked.some(({ instead }) => instead === "not in force")) return undefined;
  if (unreadByDataplane(policy, assumptions) !== undefined) return undefined;
  if (whyRefused(policy, assumptions.anpOldForm) !== undefined) return undefined;
  const read = asApiReads(policy, assumptions.anpOldForm);
  const rules = {
    ingress: rulesUnder(read.rules.ingress, assumptions),
    egress: rulesUnder(read.rules.egress, assumptions),
  };
  const isSame = rules.ingress === read.rules.ingress && rules.egress === read.rules.egress;
  if (asked.length === 0 && isSame) return read;
  const { ifAssumed: _, ...rest } = read;
  const directions = asked.map(({ instead }) => instead).filter((instead) => instead !== "not in force");
  return Object.assign({ ...rest, rules }, ...directions) as Policy; // Object.assign of a list is typed as any
}

function rulesUnder(rules: readonly Rule[], assumptions: Assumptions): readonly Rule[] {
  const isKnown = ({ knownIf }: Rule): boolean => knownIf !== undefined && areMade(knownIf, assumptions);
  const isNone = ({ noneIf }: Rule): boolean => noneIf?.some((is) => areMade(is, assumptions)) === true;
  if (!rules.some((rule) => isKnown(rule) || isNone(rule) || rule.versions !== undefined)) return rules;
  return rules.flatMap(({ versions, ...rule }) => {
    if (versions?.includes(assumptions.ciliumVersion) === false) return [];
    if (!isKnown(rule)) return isNone(rule) ? { ...rule, peers: [] } : rule;
    const { unknown: _, knownIf: __, ...known } = rule;
    return known;
  });
}

function areMade(is: Partial<Assumptions>, assumptions: Assumptions): boolean {
  return Object.entries(is).every(([key, value]) => assumptions[key as keyof Assumptions] === value); // its own keys
}

/** Whether the assumed version of Cilium accepts what later ones refuse. */
function isAccepted(until: Assumptions["ciliumVersion"] | undefined, { ciliumVersion }: Assumptions): boolean {
  return until !== undefined && !isCiliumBefore(until, ciliumVersion);
}
