import { type Assumptions, isCiliumBefore } from "../model/assumptions.ts";
import type { PodGroup, Workload } from "../model/cluster.ts";
import {
  type Direction,
  directions,
  type Peer,
  type PodBox,
  type Policy,
  type PortSpec,
  type Rule,
} from "../model/policy.ts";
import type { Requirement } from "../model/selector.ts";
import { requirementKey } from "./canonical-key.ts";
import { isIcmp, lastIcmpType } from "../sets/connection-set.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { placeAddresses, placesIn } from "../sets/reserved-places.ts";
import { changed } from "./changed.ts";
import { inOwnCluster } from "./cilium-clusters.ts";
import { withStarsOf } from "./cilium-names.ts";
import { inIdentities, noNodeLabels } from "./identity-filter.ts";
import { matchesRequirement } from "./match-selector.ts";
import { letsInOwnNode, ownNode } from "./implied-policies.ts";
import { withMoreThanPods } from "./more-than-pods.ts";
import { isNetworkPolicy } from "./network-policy.ts";
import { areSubjectsAlike, maySelectTheSame } from "./subjects.ts";
import { underAuthentication } from "./under-authentication.ts";

/** Whether the assumed version comes before another. */
function isBefore({ ciliumVersion }: Assumptions, version: Assumptions["ciliumVersion"]): boolean {
  return isCiliumBefore(ciliumVersion, version);
}

/** Policies as the assumed version of Cilium has them. */
export function inCiliumVersion(
  policies: readonly Policy[],
  assumptions: Assumptions,
  workloads: readonly Workload[],
  nodes: AddressSet,
): readonly Policy[] {
  return underAuthentication(inVersion(policies, assumptions, workloads, nodes), authenticates(assumptions));
}

/** "mesh-auth-enabled is disabled by default" since 1.19. */
function authenticates(assumptions: Assumptions): boolean {
  const { ciliumAuthentication } = assumptions;
  return ciliumAuthentication === "version" ? isBefore(assumptions, "1.19") : ciliumAuthentication === "enabled";
}

function inVersion(
  policies: readonly Policy[],
  assumptions: Assumptions,
  workloads: readonly Workload[],
  nodes: AddressSet,
): readonly Policy[] {
  const seen = inIdentities(policies, {
    labels: assumptions.ciliumIdentityLabels,
    hidesTopology: !isBefore(assumptions, "1.19"),
    keepsAccounts: !isBefore(assumptions, "1.18"),
  });
  const isLimited = meansOwnCluster(assumptions);
  const inCluster = inOwnCluster(seen, workloads, assumptions.ciliumClusterName, isLimited);
  const read = assumptions.ciliumIcmpTypeZero === "all" ? changed(inCluster, withEveryIcmpType) : inCluster;
  const labelled = {
    isOwnCluster: isLimited,
    ...(assumptions.ciliumNodeLabels === noNodeLabels
      ? {}
      : { nodes: { addresses: nodes, cluster: assumptions.ciliumClusterName } }),
  };
  if (!isBefore(assumptions, "1.20")) return withMoreThanPods(read, labelled);
  const own = withStarsOf(changed(read, withOldEnds), assumptions);
  const endpoints = workloads.flatMap(({ groups }) => groups.filter((group) => isEndpoint(group, assumptions)));
  const named = changed(own, (policy) => withRules(policy, "egress", (rule) => withNumbers(rule, endpoints)));
  const required = isBefore(assumptions, "1.19") ? withRequirements(named) : named;
  const selecting = withMoreThanPods(required, labelled);
  const limited = isBefore(assumptions, "1.18") ? changed(selecting, withStrictLimits) : selecting;
  return letsInOwnNode(assumptions) ? changed(limited, (policy) => withLimitsOfNode(policy, assumptions)) : limited;
}

/** "policy-default-local-cluster: whether policy rules assume by default the local cluster if not explicitly selected", since 1.18. */
function meansOwnCluster(assumptions: Assumptions): boolean {
  const { ciliumDefaultCluster } = assumptions;
  if (isBefore(assumptions, "1.18")) return false;
  return ciliumDefaultCluster === "version" ? !isBefore(assumptions, "1.19") : ciliumDefaultCluster === "own";
}

/** "ICMP type 0 is the wildcard of ports": a rule for echo replies is one for all messages of its family. */
function withEveryIcmpType(policy: Policy): Policy {
  return directions.reduce((one, direction) => withRules(one, direction, ofEveryIcmpType), policy);
}

function ofEveryIcmpType(rule: Rule): Rule {
  if (rule.ports === "any") return rule;
  const ports = changed(rule.ports, (port) =>
    port.type === "range" && isIcmp(port.protocol) && port.from === 0 ? { ...port, to: lastIcmpType } : port,
  );
  return ports === rule.ports ? rule : { ...rule, ports };
}

/** Up to 1.19 `endPort` ends a range that begins at port 0, which later is every port whatever stands beside it. */
function withOldEnds(policy: Policy): Policy {
  return directions.reduce((one, direction) => withRules(one, direction, toOldEnds), policy);
}

function toOldEnds(rule: Rule): Rule {
  if (rule.ports === "any") return rule;
  const ports = changed(rule.ports, (port) => {
    if (port.type !== "range" || port.oldEnd === undefined) return port;
    const { oldEnd, ...range } = port;
    return { ...range, to: oldEnd };
  });
  return ports === rule.ports ? rule : { ...rule, ports };
}

function withRules(policy: Policy, direction: Direction, change: (rule: Rule) => Rule): Policy {
  const rules = changed(policy.rules[direction], change);
  return rules === policy.rules[direction] ? policy : { ...policy, rules: { ...policy.rules, [direction]: rules } };
}

/** Whether Cilium makes endpoints of pods, and knows the names of their ports: they have a network of their own, and live. */
function isEndpoint({ hostNetwork, terminated }: PodGroup, assumptions: Assumptions): boolean {
  return (
    (!hostNetwork || assumptions.hostNetworkPodsSelected) && (!terminated || assumptions.terminatedPods === "keep")
  );
}

/** Up to 1.19 a name means one number for all destinations: "a named port with several numbers matches nothing". */
function withNumbers(rule: Rule, endpoints: readonly PodGroup[]): Rule {
  if (rule.ports === "any" || !rule.ports.some(({ type }) => type === "named")) return rule;
  const ports = rule.ports.flatMap((port): readonly PortSpec[] => {
    if (port.type === "range") return [port];
    const numbers = new Set(
      endpoints.flatMap((group) =>
        group.ports.flatMap(({ name, protocol, port: number }) =>
          name === port.name && protocol === port.protocol ? [number] : [],
        ),
      ),
    );
    const [only] = numbers;
    return only === undefined || numbers.size > 1
      ? []
      : [{ type: "range", protocol: port.protocol, from: only, to: only, of: port.name }];
  });
  const { written } = rule;
  return { ...rule, ports, ...(written === undefined ? {} : { written: { ...written, ports: [] } }) };
}

/** Up to 1.18 what a rule requires is asked of all pods that any rule for the same subjects names. */
function withRequirements(policies: readonly Policy[]): readonly Policy[] {
  const requiring = policies.filter(({ requires }) => requires !== undefined);
  if (requiring.length === 0) return policies;
  return policies.map((policy) => {
    const [ingress, egress] = directions.map((direction) => requiredRules(policy, direction, requiring));
    return { ...policy, rules: { ingress: ingress ?? [], egress: egress ?? [] } };
  });
}

function requiredRules(policy: Policy, direction: Direction, requiring: readonly Policy[]): readonly Rule[] {
  const others = requiring.filter(
    (other) => (other.requires?.[direction].length ?? 0) > 0 && maySelectTheSame(policy, other),
  );
  const boxes = others.flatMap(({ requires }) => requires?.[direction] ?? []);
  const isSure = others.every((other) => selectsAllOf(other, policy));
  return policy.rules[direction].flatMap((rule): readonly Rule[] => {
    // Who is not authenticated is named by an entry that allows.
    const section = rule.authentication === undefined ? rule.action : "allow";
    const asked = boxes.filter(({ action }) => action === section);
    const narrow = asked.length === 0 ? rule : withBoxes(rule, asked, policy);
    if (narrow === rule || isSure) return [narrow];
    return [narrow, { ...rule, unknown: rule.unknown ?? "whether what another rule requires is asked of its pods" }];
  });
}

/** "Requirements are added to each selector of endpoints", of NetworkPolicies too: what names nobody has one there. */
function withBoxes(rule: Rule, boxes: readonly PodBox[], policy: Policy): Rule {
  const pods = boxes.flatMap(({ podSelector }) => podSelector.requirements);
  const namespaces = boxes.flatMap(({ namespaceSelector }) => namespaceSelector?.requirements ?? []);
  // Whoever is no pod has no labels.
  const meansPods = [...pods, ...namespaces].some((requirement) => !matchesRequirement(requirement, undefined));
  if (rule.peers === "any") {
    if (!isNetworkPolicy(policy)) return rule;
    if (!meansPods) return { ...rule, unknown: "which pods are left by what another rule requires" };
    return {
      ...rule,
      peers: [{ type: "pods", namespaceSelector: { requirements: namespaces }, podSelector: { requirements: pods } }],
      ...(rule.written === undefined ? {} : { written: { ...rule.written, peers: [] } }),
    };
  }
  const peers = changed(rule.peers, (peer): Peer => {
    if (peer.type === "networks" && peer.ofSelector === true && meansPods)
      return { type: "networks", cidrs: [], addresses: [], outside: true };
    // The entity `cluster` is no selector of endpoints.
    if (peer.type !== "pods" || peer.ofCluster === "own") return peer;
    const own = peer.namespaceSelector?.requirements ?? ownNamespace(policy);
    return {
      ...peer,
      podSelector: { requirements: [...(peer.podSelector?.requirements ?? []), ...pods] },
      namespaceSelector: { requirements: [...own, ...namespaces] },
    };
  });
  return peers === rule.peers ? rule : { ...rule, peers };
}

function ownNamespace({ namespace = "" }: Policy): readonly Requirement[] {
  return [{ key: "kubernetes.io/metadata.name", operator: "In", values: [namespace], from: "matchLabels" }];
}

/** Whether all that one policy selects another selects, too: as far as that is plain from what they ask for. */
function selectsAllOf(wide: Policy, narrow: Policy): boolean {
  if (areSubjectsAlike(wide, narrow)) return true;
  if (wide.namespace !== undefined && wide.namespace !== narrow.namespace) return false;
  const asked = (policy: Policy): ReadonlySet<string> =>
    new Set(
      [policy.subject.podSelector, policy.subject.namespaceSelector].flatMap(
        (selector) => selector?.requirements.map(requirementKey) ?? [],
      ),
    );
  const own = asked(narrow);
  return narrow.subject.or === undefined && [...asked(wide)].every((key) => own.has(key));
}

/**
 * Up to 1.19 what lets a pod's own node in lifts the limits of rules that name others along with it, as all peers, and not of
 * those that name the node itself.
 */
function withLimitsOfNode(policy: Policy, assumptions: Assumptions): Policy {
  const own = placeAddresses(...ownNode(assumptions));
  const rules = policy.rules.ingress.flatMap((rule): readonly Rule[] => {
    if (!policy.isolates.ingress || rule.requests === undefined || rule.peers === "any") return [rule];
    const at = rule.peers.findIndex((peer) => peer.type === "networks" && placesIn(peer.addresses).includes("host"));
    if (at === -1) return [rule];
    const peer: Peer = { type: "networks", cidrs: ["host"], addresses: own, outside: true };
    const { written } = rule;
    const ofNode = written === undefined ? {} : { written: { ...written, peers: written.peers.slice(at, at + 1) } };
    return [rule, { ...rule, peers: [peer], strict: true, ...ofNode }];
  });
  return rules.length === policy.rules.ingress.length
    ? policy
    : { ...policy, rules: { ...policy.rules, ingress: rules } };
}

/**
 * Up to 1.17 limits on requests hold where nothing isolates the pods, too: "adding a layer-7 rule that does not include a layer-7
 * allow-all will cause drops, even when default-deny is explicitly disabled". So it is of look-ups; all else agents let the proxy pass.
 */
function withStrictLimits(policy: Policy): Policy {
  return directions.reduce(
    (one, direction) => (one.isolates[direction] ? one : withRules(one, direction, withStrictLimit)),
    policy,
  );
}

function withStrictLimit(rule: Rule): Rule {
  if (rule.requests === undefined) return rule;
  return { ...rule, strict: rule.requests.every(({ type }) => type === "dns") ? true : "in doubt" };
}
