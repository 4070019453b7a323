import type { Assumptions } from "../model/assumptions.ts";
import type { Direction, Peer, Policy, PortSpec } from "../model/policy.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { unreadByDataplane } from "../semantics/unread-kinds.ts";
import { namesClusters } from "../semantics/cilium-clusters.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { hasOldForm } from "../semantics/old-form.ts";
import { maybeOwnNode, ownNode } from "../semantics/implied-policies.ts";
import { singleAddresses } from "../sets/address-set.ts";
import { type ConnectionId, isIcmp, noConnections } from "../sets/connection-set.ts";
import { meets } from "../sets/interval-set.ts";
import { placesIn } from "../sets/reserved-places.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { byTier, compareTiers } from "../semantics/tiers.ts";
import type { ReadQuestion } from "./can.ts";
import type { SubjectAndPeer } from "./direction-verdict.ts";

/** The assumptions that what policies say of a question may rest on. `written`: as they were read, in force or not. */
export function usedAssumptions(
  reachability: Reachability,
  read: ReadQuestion,
  written: readonly Policy[],
): readonly (keyof Assumptions)[] {
  const used = new Set<keyof Assumptions>();
  const namespaces = new Set(
    [...read.source.parts, ...read.target.parts].map(({ classId }) => reachability.subjectClass(classId)?.namespace),
  );
  // Another data plane would not have them.
  const ofOne = written.filter(
    ({ namespace, ifAssumed = [] }) =>
      (namespace === undefined || namespaces.has(namespace)) && ifAssumed.some(({ is }) => is.dataplane !== undefined),
  );
  if (ofOne.length > 0) used.add("dataplane");
  if (ofOne.some(namesClusters)) used.add("ciliumClusterName");
  const { assumptions } = reachability.options;
  for (const policy of written) {
    if (policy.namespace !== undefined && !namespaces.has(policy.namespace)) continue;
    const unread = unreadByDataplane(policy, assumptions);
    if (unread !== undefined) used.add(unread.key);
  }
  for (const { is } of ofOne.flatMap(({ ifAssumed = [] }) => ifAssumed)) {
    const keys = Object.keys(is) as (keyof Assumptions)[]; // its own keys
    if (keys.every((key) => is[key] === assumptions[key])) for (const key of keys) used.add(key);
  }
  const old = written.filter(hasOldForm);
  const inForce = new Set(old.length === 0 ? [] : reachability.cluster.policies.map(({ ref }) => refKey(ref)));
  const asked = new Set<string>();
  const classes = [...read.source.parts, ...read.target.parts].map(({ classId }) => classId);
  if (classes.some((id) => reachability.nodes.has(id))) used.add("ciliumHostFirewall");
  for (const part of [...read.source.parts, ...read.target.parts])
    if (part.workload?.groups.some(({ hostNetwork }) => hostNetwork)) used.add("hostNetworkPodsSelected");
  ofDirection("egress", read.pairs);
  ofDirection("ingress", read.backwards);
  // One that is refused otherwise is not asked.
  if (old.some(({ ref }) => asked.has(refKey(ref)) || !inForce.has(refKey(ref)))) used.add("anpOldForm");
  return [...used].toSorted();

  function ofDirection(direction: Direction, pairs: readonly SubjectAndPeer[]): void {
    for (const pair of pairs) {
      const policies = reachability.policiesOf(pair.from.classId, direction, "possible");
      for (const { ref } of old.length === 0 ? [] : policies) asked.add(refKey(ref));
      for (const key of ofPeers(policies, direction, pair, reachability)) used.add(key);
      for (const key of ofCilium(policies, direction, pair, reachability)) used.add(key);
      for (const key of ofOrder(policies)) used.add(key);
      const inOther = reachability.policiesOf(pair.from.classId, opposite[direction], "possible");
      if (mayBeFinal(policies, inOther, direction)) used.add("npTierFinal");
    }
  }
}

function ofPeers(
  policies: readonly Policy[],
  direction: Direction,
  { from, to, asked }: SubjectAndPeer,
  reachability: Reachability,
): readonly (keyof Assumptions)[] {
  const peers = policies.flatMap(({ rules }) =>
    rules[direction].flatMap((rule) => (rule.peers === "any" ? [] : rule.peers)),
  );
  const { cluster, options } = reachability;
  const { workload } = to;
  const isOutside = workload === undefined;
  const isUndefined = workload !== undefined && cluster.namespaces.get(workload.namespace)?.declared === false;
  const isClosed = options.assumptions.unknownNamespaceLabels === "absent";
  // Where labels are unknown, what is so whatever they are rests on nothing.
  const admitted = (bound: "certain" | "possibleAlone"): ConnectionId =>
    reachability.table.intersection(
      reachability[bound][direction].rowOf[from.classId]?.connections(to.classId) ?? noConnections,
      asked,
    );
  const isOpen = admitted("certain") !== admitted("possibleAlone");
  return [
    ...(workload !== undefined && peers.some(isBlock) ? ["ipBlockMatchesPods" as const] : []),
    ...(isUndefined && (isClosed || isOpen) && peers.some(asksNamespaces) ? ["unknownNamespaceLabels" as const] : []),
    ...(isOutside && peers.some((peer) => peer.type === "networks" && peer.apiServer !== undefined)
      ? ["kubeApiserver" as const]
      : []),
  ];
}

/** What the settings of Cilium decide, and what it takes objects for that the input does not have. */
function ofCilium(
  policies: readonly Policy[],
  direction: Direction,
  { from, to, asked }: SubjectAndPeer,
  reachability: Reachability,
): readonly (keyof Assumptions)[] {
  if (reachability.options.assumptions.dataplane !== "cilium") return [];
  const rules = policies.flatMap((policy) => policy.rules[direction]);
  const nodes = singleAddresses((reachability.cluster.nodes ?? []).flatMap(({ addresses }) => addresses));
  const isNode = meets(reachability.addressesOf(to.classId), nodes);
  const isCidr = (peer: Peer): boolean => peer.type === "domains" || isBlock(peer);
  const { assumptions } = reachability.options;
  const places = placesIn(reachability.addressesOf(to.classId));
  const isOwn = places.some((place) => ownNode(assumptions).includes(place));
  const mayBeOwn =
    isOwn ||
    isNode ||
    reachability.podClass(to.classId)?.onNode === true ||
    places.some((place) => maybeOwnNode(assumptions).includes(place));
  const admitted = reachability.certain[direction].rowOf[from.classId]?.connections(to.classId) ?? noConnections;
  // What is let in whichever node it is rests on no such thing.
  const isLetInAsNode = mayBeOwn && (isOwn || reachability.table.intersection(admitted, asked) !== asked);
  const isIsolated = reachability.isIsolated(from.classId, direction, "possible");
  return [
    ...rules.flatMap(
      ({ knownIf, noneIf }) => Object.keys(Object.assign({}, knownIf, ...(noneIf ?? []))) as (keyof Assumptions)[],
    ), // their own keys
    ...(isNode && rules.some(({ peers }) => peers !== "any" && peers.some(isCidr))
      ? ["ciliumCidrMatchMode" as const]
      : []),
    ...(direction === "ingress" && isIsolated && isLetInAsNode ? ["ciliumAllowLocalhost" as const] : []),
    ...(policies.some((policy) => mustAuthenticate(policy, direction)) ? ["ciliumAuthentication" as const] : []),
    ...(reachability.table.hasIcmp && rules.some(({ ports }) => ports !== "any" && ports.some(isIcmpZero))
      ? ["ciliumIcmpTypeZero" as const]
      : []),
  ];
}

/** Whether a rule is about those who are not authenticated, be it that some are, or that all are. */
function mustAuthenticate({ rules, unauthenticated }: Policy, direction: Direction): boolean {
  const apart = unauthenticated?.[direction] ?? [];
  return [...rules[direction], ...apart].some(
    ({ action, authentication }) => action === "deny" && authentication === "required",
  );
}

function isIcmpZero(port: PortSpec): boolean {
  return port.type === "range" && isIcmp(port.protocol) && port.from === 0;
}

/** Whether a peer asks for more of a namespace than its name. */
function asksNamespaces(peer: Peer): boolean {
  return (
    peer.type === "pods" && (peer.namespaceSelector?.requirements ?? []).some(({ key }) => key !== namespaceNameLabel)
  );
}

function ofOrder(policies: readonly Policy[]): readonly (keyof Assumptions)[] {
  const tiers = byTier(policies);
  const isTied = tiers.some(
    ({ tier, policies: ofTier }) =>
      tier.decides === "first-match" && new Set(ofTier.map(({ priority }) => priority)).size < ofTier.length,
  );
  return isTied ? ["equalPriority"] : [];
}

/** Whether a policy of the other direction alone ends what is asked, as some read it, before a later tier that has rules for this one. */
function mayBeFinal(policies: readonly Policy[], inOther: readonly Policy[], direction: Direction): boolean {
  if (policies.some(isNetworkPolicy)) return false;
  return inOther.some(
    (final) =>
      isNetworkPolicy(final) &&
      !final.applies[direction] &&
      policies.some(({ tier }) => compareTiers(tier, final.tier) > 0),
  );
}

const opposite = { ingress: "egress", egress: "ingress" } as const;

/** Whether a peer is a block, as policies of Kubernetes or of Cilium write it. */
function isBlock(peer: Peer): boolean {
  return peer.type === "ipBlock" || (peer.type === "networks" && peer.asCidr === true);
}
