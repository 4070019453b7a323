import type { Cluster, NotEvaluatedObject } from "../model/cluster.ts";
import { everything } from "../model/cluster.ts";
import type { Policy, Rule, RuleAction, Tier } from "../model/policy.ts";
import type { Requirement } from "../model/selector.ts";
import { namespaceNameLabel } from "./label-syntax.ts";
import { adminTier, baselineTier, networkPolicyTier } from "./tiers.ts";

/** What the policies of a kind that could not be listed may do: they stand first in these tiers. */
interface UnreadKind {
  readonly tiers: readonly Tier[];
  /** Whether they may only isolate and allow, as NetworkPolicies do. */
  readonly onlyAllows?: true;
  /** Whether what they allow to come in comes from pods only. */
  readonly allowsPodsOnly?: true;
}

/** Calico's tiers may stand before all others. */
const anyTier: Tier = { name: "", order: Number.NEGATIVE_INFINITY, decides: "first-match", denies: "at-end" };

const clusterPolicies: Readonly<Record<string, UnreadKind>> = {
  AdminNetworkPolicy: { tiers: [adminTier], allowsPodsOnly: true },
  BaselineAdminNetworkPolicy: { tiers: [baselineTier], allowsPodsOnly: true },
  ClusterNetworkPolicy: { tiers: [adminTier, baselineTier], allowsPodsOnly: true },
};

/** What may stand in the objects of a kind; undefined where they are no policies, or none is missing. */
function unreadKindOf({ ref, readNamespaces }: NotEvaluatedObject): UnreadKind | undefined {
  const { apiVersion, kind, name } = ref;
  if (name !== "*") return undefined;
  const group = apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));
  if (group === "policy.networking.k8s.io")
    return Object.hasOwn(clusterPolicies, kind) ? clusterPolicies[kind] : undefined;
  // A server that does not have NetworkPolicies has none in force.
  if (group === "networking.k8s.io" && kind === "NetworkPolicy" && readNamespaces !== undefined)
    return { tiers: [networkPolicyTier], onlyAllows: true };
  if (group === "cilium.io" && /^Cilium(?:Clusterwide)?NetworkPolicy$/.test(kind))
    return { tiers: [networkPolicyTier] };
  if (/^(?:crd\.)?projectcalico\.org$/.test(group) && /^(?:Global)?NetworkPolicy$/.test(kind))
    return { tiers: [anyTier] };
  return undefined;
}

/**
 * Stands for policies that nobody could read: they select everybody, possibly, and allow and deny everything, possibly. So
 * what one of them could cut is not certain, and what one could open is possible. One for each tier that they are in.
 */
export function unreadPolicies({ notEvaluated }: Pick<Cluster, "notEvaluated">): readonly Policy[] {
  return notEvaluated.flatMap((object) => {
    const unread = unreadKindOf(object);
    return unread === undefined ? [] : unread.tiers.map((tier) => standIn(object, unread, tier));
  });
}

function standIn({ ref, readNamespaces = [] }: NotEvaluatedObject, unread: UnreadKind, tier: Tier): Policy {
  const { onlyAllows = false, allowsPodsOnly = false } = unread;
  const both = { ingress: true, egress: true };
  const neither = { ingress: false, egress: false };
  const rule = (action: RuleAction, peers: Rule["peers"]): Rule => ({
    action,
    peers,
    ports: "any",
    unknown: unreadText,
  });
  const pods = { type: "pods", namespaceSelector: everything, podSelector: everything } as const;
  const denies = onlyAllows ? [] : [rule("deny", "any")];
  const elsewhere: Requirement = {
    key: namespaceNameLabel,
    operator: "NotIn",
    values: readNamespaces,
    from: "matchExpressions",
  };
  const requirements = readNamespaces.length === 0 ? [] : [elsewhere];
  return {
    ref,
    name: ref.name,
    tier,
    priority: Number.NEGATIVE_INFINITY,
    subject: { namespaceSelector: { requirements }, podSelector: everything },
    unknownSubject: unreadText,
    applies: both,
    isolates: tier.decides === "deny-wins" ? both : neither,
    rules: {
      ingress: [...denies, rule("allow", allowsPodsOnly ? [pods] : "any")],
      egress: [...denies, rule("allow", "any")],
    },
    annotations: {},
    origin: { locator: { file: "", locate: () => nowhere }, path: [] },
    index: -1,
  };
}

const unreadText = "objects that could not be read";
const nowhere = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1, path: "" };
