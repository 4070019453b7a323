import type { Direction, Peer, Policy, PortSpec, Rule } from "../../src/model/policy.ts";
import type { Labels, Selector } from "../../src/model/selector.ts";
import { parseAddress } from "../../src/sets/address.ts";
import { contains } from "../../src/sets/interval-set.ts";
import type { Counterexample } from "../../src/symbolic/counterexample.ts";
import type { PodExample, TrafficExample } from "../../src/symbolic/example.ts";

// What policies mean, one packet at a time, straight from the API comments. Shares no code with the engine but the
// parsing of addresses.

function matches(selector: Selector | undefined, labels: Labels): boolean {
  if (selector === undefined) return true;
  return selector.requirements.every(({ key, operator, values }) => {
    const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
    if (operator === "Exists") return value !== undefined;
    if (operator === "DoesNotExist") return value === undefined;
    const listed = value !== undefined && values.includes(value);
    return operator === "In" ? listed : !listed;
  });
}

function selects(policy: Policy, subject: PodExample): boolean {
  return policy.namespace === subject.namespace && matches(policy.subject.podSelector, subject.podLabels);
}

function peerMatches(policy: Policy, peer: Peer, traffic: TrafficExample): boolean {
  if (peer.type === "ipBlock") {
    if (traffic.peer.type !== "address") return false;
    const parsed = parseAddress(traffic.peer.address);
    return parsed !== undefined && contains(peer.addresses, parsed.address);
  }
  if (traffic.peer.type !== "pod" || peer.type !== "pods") return false;
  const inNamespace =
    peer.namespaceSelector === undefined
      ? traffic.peer.namespace === policy.namespace
      : matches(peer.namespaceSelector, traffic.peer.namespaceLabels);
  return inNamespace && matches(peer.podSelector, traffic.peer.podLabels);
}

function portMatches(port: PortSpec, { packet, namedPorts, direction, peer }: TrafficExample): boolean {
  if (packet === "other" || packet.protocol !== port.protocol) return false;
  if (port.type === "range") return port.from <= packet.port && packet.port <= port.to;
  // An address outside declares no ports (row 36).
  if (direction === "egress" && peer.type === "address") return false;
  return namedPorts.some(({ name, protocol }) => name === port.name && protocol === port.protocol);
}

function ruleMatches(policy: Policy, rule: Rule, traffic: TrafficExample): boolean {
  const { peers, ports } = rule;
  return (
    (peers === "any" || peers.some((peer) => peerMatches(policy, peer, traffic))) &&
    (ports === "any" || ports.some((port) => portMatches(port, traffic)))
  );
}

export function isIsolatedNaively(policies: readonly Policy[], subject: PodExample, direction: Direction): boolean {
  return policies.some((policy) => policy.isolates[direction] && selects(policy, subject));
}

export function admitsNaively(policies: readonly Policy[], traffic: TrafficExample): boolean {
  return policies.some(
    (policy) =>
      policy.isolates[traffic.direction] &&
      selects(policy, traffic.subject) &&
      policy.rules[traffic.direction].some((rule) => ruleMatches(policy, rule, traffic)),
  );
}

/** Whether a counterexample is true. */
export function isConfirmed(before: readonly Policy[], after: readonly Policy[], example: Counterexample): boolean {
  const [own, others] = example.onlyIn === "before" ? [before, after] : [after, before];
  const isolated = (policies: readonly Policy[]): boolean =>
    isIsolatedNaively(policies, example.subject, example.direction);
  if (example.about === "isolation") return isolated(own) && !isolated(others);
  return admitsNaively(own, example) && isolated(others) && !admitsNaively(others, example);
}
