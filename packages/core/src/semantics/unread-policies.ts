import type { Assumptions } from "../model/assumptions.ts";
import type { Cluster, NotEvaluatedObject } from "../model/cluster.ts";
import { everything } from "../model/cluster.ts";
import type { CalicoSpec } from "../model/calico.ts";
import type { Peer, Policy, Rule, RuleAction } from "../model/policy.ts";
import type { Tier } from "../model/tier.ts";
import type { Requirement } from "../model/selector.ts";
import { allAddresses } from "../sets/address-set.ts";
import { unreadByDataplane } from "./unread-kinds.ts";
import { namespaceNameLabel } from "./label-syntax.ts";
import { adminTier, baselineTier, networkPolicyTier } from "./tiers.ts";

/** What the policies of a kind that could not be listed may do: they stand first in these tiers. */
interface UnreadKind {
  readonly groups: readonly string[];
  readonly kind: string;
  readonly tiers: readonly Tier[];
  /** Whether they may only isolate and allow, as NetworkPolicies do. */
  readonly onlyAllows?: true;
  /** Whether what they allow to come in comes from pods only. */
  readonly allowsPodsOnly?: true;
  /** Whether a server that does not list them in any namespace has none. */
  readonly noneIfNowhere?: true;
}

/** Calico's tiers may stand before all others. */
const anyTier: Tier = { name: "", order: Number.NEGATIVE_INFINITY, decides: "first-match", denies: "at-end" };

const ofKubernetes = ["policy.networking.k8s.io"];
const ofCilium = ["cilium.io"];
const ofCalico = ["projectcalico.org", "crd.projectcalico.org"];

/** What selectors of Calico's policies find beside pods. */
const calicoGroupKinds: ReadonlySet<string> = new Set(["NetworkSet", "GlobalNetworkSet", "HostEndpoint"]);

/** Every kind of policy that is evaluated. */
const unreadKinds: readonly UnreadKind[] = [
  { groups: ofKubernetes, kind: "AdminNetworkPolicy", tiers: [adminTier], allowsPodsOnly: true },
  { groups: ofKubernetes, kind: "BaselineAdminNetworkPolicy", tiers: [baselineTier], allowsPodsOnly: true },
  { groups: ofKubernetes, kind: "ClusterNetworkPolicy", tiers: [adminTier, baselineTier], allowsPodsOnly: true },
  {
    groups: ["networking.k8s.io"],
    kind: "NetworkPolicy",
    tiers: [networkPolicyTier],
    onlyAllows: true,
    noneIfNowhere: true,
  },
  { groups: ofCilium, kind: "CiliumNetworkPolicy", tiers: [networkPolicyTier] },
  { groups: ofCilium, kind: "CiliumClusterwideNetworkPolicy", tiers: [networkPolicyTier] },
  { groups: ofCalico, kind: "NetworkPolicy", tiers: [anyTier] },
  { groups: ofCalico, kind: "GlobalNetworkPolicy", tiers: [anyTier] },
];

function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));
}

/** What may stand in the objects of a kind; undefined where they are no policies, or none is missing. */
function unreadKindOf({ ref, readNamespaces }: NotEvaluatedObject): UnreadKind | undefined {
  if (ref.name !== "*") return undefined;
  const group = groupOf(ref.apiVersion);
  const known = unreadKinds.find(({ groups, kind }) => kind === ref.kind && groups.includes(group));
  return known?.noneIfNowhere === true && readNamespaces === undefined ? undefined : known;
}

/**
 * Stands for policies that nobody could read: they select everybody, possibly, and allow and deny everything, possibly. So
 * what one of them could cut is not certain, and what one could open is possible. One for each tier that they are in.
 */
export function unreadPolicies(
  cluster: Pick<Cluster, "notEvaluated" | "policies">,
  assumptions: Assumptions,
): readonly Policy[] {
  const whole = cluster.notEvaluated.flatMap((object) => {
    const unread = unreadByDataplane(object, assumptions) === undefined ? unreadKindOf(object) : undefined;
    return unread === undefined ? [] : unread.tiers.map((tier) => standIn(object, unread, tier));
  });
  return [...whole, ...unreadOfCalico(cluster)];
}

/**
 * The same for what policies of Calico speak of: network sets and host endpoints, by which selectors find addresses, make what
 * these policies say of addresses uncertain; tiers, which order them, all that a policy of such a tier says.
 */
function unreadOfCalico({ notEvaluated, policies }: Pick<Cluster, "notEvaluated" | "policies">): readonly Policy[] {
  const hidden = notEvaluated.filter(({ ref }) => ref.name === "*" && isBesideCalicoPolicies(ref));
  const tiers = hidden.find(({ ref }) => ref.kind === "Tier");
  const groups = hidden.find(({ ref }) => calicoGroupKinds.has(ref.kind));
  if (tiers === undefined && groups === undefined) return [];
  return policies.flatMap((policy) => {
    if (policy.calico === undefined) return [];
    if (tiers !== undefined && policy.tier.isMissing === true) return [standInFor(policy, tiers, "any")];
    return groups !== undefined && findsGroups(policy.calico) ? [standInFor(policy, groups, [outside])] : [];
  });
}

/** Whether an object is no policy, but one that policies of Calico speak of. */
export function isBesideCalicoPolicies({ apiVersion, kind }: Policy["ref"]): boolean {
  return ofCalico.includes(groupOf(apiVersion)) && (kind === "Tier" || calicoGroupKinds.has(kind));
}

const outside: Peer = { type: "networks", cidrs: ["0.0.0.0/0", "::/0"], addresses: allAddresses, outside: true };

/** Whether a rule may find network sets or host endpoints: those of its peers are found by their labels, as pods are. */
function findsGroups({ rules }: CalicoSpec): boolean {
  return [...rules.ingress, ...rules.egress].some(({ source, destination }) =>
    [source, destination].some(
      ({ selector, notSelector, namespaceSelector }) => (selector ?? notSelector ?? namespaceSelector) !== undefined,
    ),
  );
}

/** What may be decided otherwise for the pods that a policy selects, with these peers. */
function standInFor(policy: Policy, object: NotEvaluatedObject, peers: Rule["peers"]): Policy {
  const rules = [unknownRule("deny", peers), unknownRule("allow", peers)];
  return {
    ...standIn(object, {}, anyTier),
    ...(policy.namespace === undefined ? {} : { namespace: policy.namespace }),
    subject: policy.subject,
    applies: policy.applies,
    rules: { ingress: rules, egress: rules },
  };
}

/** A rule that possibly matches. */
function unknownRule(action: RuleAction, peers: Rule["peers"]): Rule {
  return { action, peers, ports: "any", unknown: unreadText };
}

function standIn(
  { ref, readNamespaces = [] }: NotEvaluatedObject,
  unread: Pick<UnreadKind, "onlyAllows" | "allowsPodsOnly">,
  tier: Tier,
): Policy {
  const { onlyAllows = false, allowsPodsOnly = false } = unread;
  const both = { ingress: true, egress: true };
  const neither = { ingress: false, egress: false };
  const pods = { type: "pods", namespaceSelector: everything, podSelector: everything } as const;
  const denies = onlyAllows ? [] : [unknownRule("deny", "any")];
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
      ingress: [...denies, unknownRule("allow", allowsPodsOnly ? [pods] : "any")],
      egress: [...denies, unknownRule("allow", "any")],
    },
    annotations: {},
    origin: { locator: { file: "", locate: () => nowhere }, path: [] },
    index: -1,
  };
}

const unreadText = "objects that could not be read";
const nowhere = { file: "", line: 1, column: 1, endLine: 1, endColumn: 1, path: "" };
