import {
  type DomainsPeer,
  type Peer,
  peerPath,
  type PodPeer,
  type Policy,
  type PortSpec,
  portPath,
  type Rule,
  rulePath,
} from "../model/policy.ts";
import type { AllowedRequest } from "../model/requests.ts";
import type { Selector } from "../model/selector.ts";
import type { WrittenRule } from "../model/written-rule.ts";

const everywhere: Selector = { requirements: [] };
const ofDns: Selector = {
  requirements: [{ key: "k8s-app", operator: "In", values: ["kube-dns"], from: "matchLabels" }],
};

/** Whom Cilium takes for DNS: "k8s-app=kube-dns", in any namespace. */
export const ciliumDns: PodPeer = { type: "pods", namespaceSelector: everywhere, podSelector: ofDns };

/** Their ports: "dns" and "dns-tcp", of any protocol. */
const dnsPorts: readonly PortSpec[] = (["TCP", "UDP", "SCTP"] as const).flatMap((protocol) =>
  ["dns", "dns-tcp"].map((name) => ({ type: "named", protocol, name }) as const),
);

const known = new WeakMap<Policy, Policy>();
const written = new WeakMap<Policy, Policy>();

/**
 * Policies with the rules that what enforces them adds: "to allow names, DNS requests for these must be allowed explicitly", by a rule
 * before each that accepts names, of the same priority. What is written is left to those who speak of it.
 */
export function withLookUps(policies: readonly Policy[]): readonly Policy[] {
  return policies.some(hasLookUps) ? policies.map(inForce) : policies;
}

/** A policy with the rules that are added to it. */
export function inForce(policy: Policy): Policy {
  if (!hasLookUps(policy)) return policy;
  let made = known.get(policy);
  if (made === undefined) {
    known.set(policy, (made = withAdded(policy)));
    written.set(made, policy);
  }
  return made;
}

/** A policy without what is added to it. */
export function withoutLookUps(policy: Policy): Policy {
  return written.get(policy) ?? policy;
}

function withAdded(policy: Policy): Policy {
  const egress = policy.rules.egress.flatMap((rule, index): readonly Rule[] => {
    const here = { ...rule, written: rule.written ?? writtenOf(policy, rule, index) };
    const names = rule.action === "allow" ? namesOf(rule) : [];
    const [first] = names;
    if (first?.lookUpsAt === undefined) return [here];
    const { path } = here.written;
    const added: Rule = {
      action: "allow",
      peers: first.lookUpsAt,
      ports: dnsPorts,
      requests: names.flatMap((peer) => peer.names).map(requestOf),
      written: { path, peers: first.lookUpsAt.map(() => path), ports: dnsPorts.map(() => path) },
      addedFor: "domainNames",
    };
    return [added, { ...here, peers: rule.peers === "any" ? rule.peers : rule.peers.map(asAddresses) }];
  });
  return { ...policy, rules: { ...policy.rules, egress } };
}

/** Where the parts of a rule stand that no longer has its place. */
function writtenOf(policy: Policy, rule: Rule, index: number): WrittenRule {
  const peers = rule.peers === "any" ? [] : rule.peers;
  const ports = rule.ports === "any" ? [] : rule.ports;
  return {
    path: rulePath(policy, "egress", index),
    peers: peers.map((_, i) => peerPath(policy, "egress", index, i)),
    ports: ports.map((_, i) => portPath(policy, "egress", index, i)),
  };
}

/** "A single wildcard matches one label: it is converted to two", as a name of the API means labels of any number by it. */
function requestOf(name: string): AllowedRequest {
  return name.startsWith("*") ? { type: "dns", pattern: `*${name}` } : { type: "dns", name };
}

function hasLookUps({ rules }: Policy): boolean {
  return rules.egress.some((rule) => namesOf(rule).length > 0);
}

function namesOf({ peers }: Rule): readonly DomainsPeer[] {
  return peers === "any"
    ? []
    : peers.filter((peer): peer is DomainsPeer => peer.type === "domains" && peer.lookUpsAt !== undefined);
}

function asAddresses(peer: Peer): Peer {
  if (peer.type !== "domains") return peer;
  const { lookUpsAt: _, ...addresses } = peer;
  return addresses;
}
