import { type Assumptions, defaultAssumptions } from "../model/assumptions.ts";
import type { Cluster, ClusterNode, Workload } from "../model/cluster.ts";
import { type Direction, directions, type Peer, type Policy, type Rule } from "../model/policy.ts";
import { type AddressSet, allAddresses, singleAddresses } from "../sets/address-set.ts";
import { difference, meets, unionAll } from "../sets/interval-set.ts";
import { withApiServer } from "./api-server-place.ts";
import { inCiliumVersion } from "./cilium-version.ts";
import { changed, withPeers } from "./changed.ts";
import { failedClosed, hasPeerUnknownToCalico } from "./fail-closed.ts";
import { ciliumDns } from "./look-ups.ts";
import { letsInOwnNode } from "./implied-policies.ts";
import { withNamespacesAsked } from "./identity-selectors.ts";
import { isNetworkPolicy } from "./network-policy.ts";
import { withOwnNodeAsked } from "./own-node-rules.ts";
import { decidingRules } from "./rules-in-force.ts";
import {
  adminTier,
  baselineTier,
  calicoAdminTier,
  calicoBaselineTier,
  calicoDefaultTier,
  ciliumTier,
  networkPolicyOrder,
  networkPolicyTier,
} from "./tiers.ts";

/** The assumptions: those that were given, else what the inputs themselves tell, else the defaults. */
export function assumptionsOf(
  given: Partial<Assumptions> = {},
  ...clusters: readonly Pick<Cluster, "assumed">[]
): Assumptions {
  const told: Partial<Assumptions> = Object.assign({}, ...clusters.map(({ assumed }) => assumed)); // typed as any
  const asked = given.dataplane ?? "unknown";
  const dataplane = asked === "unknown" ? (told.dataplane ?? "unknown") : asked;
  return {
    ...defaultsIn(dataplane),
    ...(dataplane === told.dataplane ? told : {}),
    ...given,
    dataplane,
  };
}

function defaultsIn(dataplane: Assumptions["dataplane"]): Assumptions {
  return dataplane === "calico" ? { ...defaultAssumptions, ipBlockMatchesPods: true } : defaultAssumptions;
}

/** What is set in the data plane, and may be set otherwise in another state of the cluster. */
export const dataplaneSettings = [
  "ciliumEnforcement",
  "ciliumCidrMatchMode",
  "ipBlockMatchesPods",
  "ciliumHostFirewall",
  "ciliumAllowLocalhost",
  "ciliumL7Proxy",
  "ciliumIcmpRules",
  "ciliumExtendedProtocols",
  "ciliumAuthentication",
  "ciliumNonDefaultDeny",
  "ciliumNetworkPolicies",
  "ciliumClusterNetworkPolicies",
  "ciliumIdentityLabels",
  "ciliumNodeLabels",
  "ciliumClusterName",
  "ciliumDefaultCluster",
  "ciliumVersion",
  "calicoVersion",
] as const;

/** Of a state that tells nothing of them it is known no better than by the other. */
const knownByOther: ReadonlySet<string> = new Set<(typeof dataplaneSettings)[number]>([
  "ciliumClusterName",
  "ciliumVersion",
  "calicoVersion",
]);

/**
 * The assumptions under which one of two states of a cluster is read, from those of both. Which data plane there is, one
 * state tells for both; how it is set, each tells for itself, as that is part of what changes.
 */
export function assumptionsOfState(
  given: Partial<Assumptions> = {},
  { assumed = {} }: Pick<Cluster, "assumed">,
  shared: Assumptions,
): Assumptions {
  const own = assumed.dataplane === shared.dataplane ? assumed : {};
  const settings = dataplaneSettings.map((key) => [
    key,
    given[key] ?? own[key] ?? (knownByOther.has(key) ? shared : defaultsIn(shared.dataplane))[key],
  ]);
  return { ...shared, ...(Object.fromEntries(settings) as Pick<Assumptions, (typeof dataplaneSettings)[number]>) }; // of each key its value
}

/** Policies as their data plane has them. */
export function inDataplane(
  policies: readonly Policy[],
  assumptions: Assumptions,
  { nodes = [], workloads }: Pick<Cluster, "nodes" | "workloads">,
): readonly Policy[] {
  switch (assumptions.dataplane) {
    case "calico": {
      const sharesTier = policies.some(({ tier }) => tier === calicoDefaultTier);
      const tying = policies.filter(mayTie);
      return changed(policies, (policy) => inCalicoTier(asCalicoReads(policy), sharesTier, tying));
    }
    case "cilium":
      if (assumptions.ciliumEnforcement === "never") return [];
      return withReadAsWritten(policies, asCiliumHasThem(policies, assumptions, nodes, workloads));
    default:
      return policies;
  }
}

function asCiliumHasThem(
  policies: readonly Policy[],
  assumptions: Assumptions,
  nodes: readonly ClusterNode[],
  workloads: readonly Workload[],
): readonly Policy[] {
  const ofNodes = singleAddresses(nodes.flatMap((node) => node.addresses));
  const inVersion = (all: readonly Policy[]): readonly Policy[] =>
    inCiliumVersion(all, assumptions, workloads, ofNodes);
  const placed = withApiServer(withoutNodes(changed(policies, asCiliumReads), assumptions, nodes), assumptions);
  const read = inVersion(letsInOwnNode(assumptions) ? placed : withOwnNodeAsked(placed, ofNodes));
  const first = read.find(acceptsNames);
  if (first === undefined) return read;
  // Whom identities and clusters leave of those.
  const rule: Rule = { action: "allow", peers: [ciliumDns], ports: "any" };
  const [asked] = inVersion([{ ...first, rules: { ingress: [], egress: [rule] } }]);
  const peers = asked?.rules.egress[0]?.peers ?? [];
  const lookUpsAt = peers === "any" ? [] : peers.filter((peer) => peer.type === "pods");
  return changed(read, (policy) =>
    acceptsNames(policy)
      ? withPeers(policy, (peer) => (peer.type === "domains" ? { ...peer, lookUpsAt } : peer))
      : policy,
  );
}

/** Names of DNS as Kubernetes has them: those of Cilium's own policies open nothing else. */
function acceptsNames({ tier, rules }: Policy): boolean {
  if (tier !== adminTier && tier !== baselineTier) return false;
  return rules.egress.some(({ peers }) => peers !== "any" && peers.some(({ type }) => type === "domains"));
}

/**
 * Policies of other kinds as Calico has them. NetworkPolicies beside policies of its default tier stand in it: "order 1000",
 * and their denial is the end of the tier.
 */
function inCalicoTier(policy: Policy, sharesTier: boolean, tying: readonly Policy[]): Policy {
  switch (policy.tier) {
    case networkPolicyTier: {
      if (!sharesTier) return policy;
      const tied = tying.find(({ namespace }) => namespace === undefined || namespace === policy.namespace);
      const tiedWith = tied && { tiedWith: `${tied.ref.kind} ${tied.name}` };
      return { ...policy, tier: calicoDefaultTier, priority: networkPolicyOrder, ...tiedWith };
    }
    case adminTier:
      return { ...policy, tier: calicoAdminTier };
    case baselineTier:
      return { ...policy, tier: calicoBaselineTier };
    default:
      return policy;
  }
}

/**
 * "None of supported fields in 'To' is set": of the peers of cluster-wide policies Calico knows `namespaces`, `pods` and
 * `networks`. A rule that has another one fails closed.
 */
function asCalicoReads(policy: Policy): Policy {
  if (policy.tier !== adminTier && policy.tier !== baselineTier) return policy;
  const egress = changed(policy.rules.egress, (rule) =>
    hasPeerUnknownToCalico(rule) ? failedClosed(rule.action, "dataplane") : rule,
  );
  return egress === policy.rules.egress ? policy : { ...policy, rules: { ...policy.rules, egress } };
}

/** Whether a policy of Calico stands where NetworkPolicies do, and may deny or pass on what they allow. */
function mayTie(policy: Policy): boolean {
  return (
    policy.tier === calicoDefaultTier &&
    policy.priority === networkPolicyOrder &&
    directions.some((direction) => decidingRules(policy, direction).some(({ action }) => action !== "allow"))
  );
}

/**
 * "Baseline policies are asked before the default deny", and rules of a NetworkPolicy apply and isolate whether or not
 * `policyTypes` has their direction.
 */
function asCiliumReads(written: Policy): Policy {
  if (written.tier === adminTier || written.tier === baselineTier)
    return withPeers(withNamespacesAsked(written), outsideOnly);
  if (written.tier !== networkPolicyTier) return written;
  if (!isNetworkPolicy(written)) return { ...written, tier: ciliumTier };
  const policy = withNamespacesAsked(written);
  const has = (direction: Direction): boolean => policy.rules[direction].length > 0;
  const { applies, isolates } = policy;
  return {
    ...policy,
    tier: ciliumTier,
    applies: { ingress: applies.ingress || has("ingress"), egress: applies.egress || has("egress") },
    isolates: { ingress: isolates.ingress || has("ingress"), egress: isolates.egress || has("egress") },
  };
}

/**
 * NetworkPolicies that mean the same to Cilium as to Kubernetes are known as such. Reserved identities have no address: a rule
 * for everybody is more than what pods and all addresses are. So policies with blocks are only known where these are not all
 * addresses.
 */
function withReadAsWritten(written: readonly Policy[], read: readonly Policy[]): readonly Policy[] {
  const asWritten = new Map(written.filter(isNetworkPolicy).map((policy) => [policy.origin, policy]));
  const isSame = (policy: Policy): boolean => {
    const { subject, rules, isolates } = asWritten.get(policy.origin) ?? {};
    return (
      policy.tier === ciliumTier &&
      subject === policy.subject &&
      directions.every(
        (direction) =>
          rules?.[direction] === policy.rules[direction] && isolates?.[direction] === policy.isolates[direction],
      )
    );
  };
  const same = new Set(read.filter((policy) => isNetworkPolicy(policy) && isSame(policy)));
  const blocks = unionAll([...same].flatMap(blocksOf));
  const isAll = difference(allAddresses, blocks).length === 0;
  return changed(read, (policy) =>
    same.has(policy) && !(isAll && blocksOf(policy).length > 0) ? { ...policy, isReadAsWritten: true } : policy,
  );
}

function blocksOf({ rules }: Policy): readonly AddressSet[] {
  return directions.flatMap((direction) =>
    rules[direction].flatMap(({ peers }) =>
      peers === "any" ? [] : peers.flatMap((peer) => (peer.type === "ipBlock" ? [peer.addresses] : [])),
    ),
  );
}

/** "CIDR policies do not match nodes", as long as `policy-cidr-match-mode` does not say so: a node is of another identity. */
function withoutNodes(
  policies: readonly Policy[],
  { ciliumCidrMatchMode }: Assumptions,
  nodes: readonly ClusterNode[],
): readonly Policy[] {
  const addresses = singleAddresses(nodes.flatMap((node) => node.addresses));
  if (ciliumCidrMatchMode === "nodes" || addresses.length === 0) return policies;
  return changed(policies, (policy) => withPeers(policy, (peer) => without(peer, addresses)));
}

function without(peer: Peer, nodes: AddressSet): Peer {
  const isCidr = peer.type === "ipBlock" || (peer.type === "networks" && peer.asCidr === true);
  return isCidr && meets(peer.addresses, nodes) ? { ...peer, addresses: difference(peer.addresses, nodes) } : peer;
}

/** "CIDR rules apply to traffic where one side is outside of the cluster": `networks` of a ClusterNetworkPolicy are no pods. */
function outsideOnly(peer: Peer): Peer {
  return peer.type === "networks" && peer.outside !== true ? { ...peer, outside: true, asCidr: true } : peer;
}
