import { remembered } from "../../lib/remembered.ts";
import { isIcmp } from "../../sets/connection-set.ts";
import type { Peer, PodPeer, Policy, PortSpec, Rule } from "../../model/policy.ts";
import type { Labels, Requirement, Selector } from "../../model/selector.ts";
import { peerKey } from "../../semantics/canonical-key.ts";
import { inForce } from "../../semantics/look-ups.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import { namespaceNameLabel } from "../../semantics/label-syntax.ts";
import { isSatisfiable, matchesSelector } from "../../semantics/match-selector.ts";
import type { RuleContext } from "../context.ts";
import { dnsServers } from "./dns-servers.ts";
import { intersectSets } from "./class-sets.ts";

/** What a policy opens to DNS, by protocol. */
export interface DnsAccess {
  readonly UDP: boolean;
  readonly TCP: boolean;
}

type DnsProtocol = keyof DnsAccess;

const noAccess: DnsAccess = { UDP: false, TCP: false };

/**
 * Tells what rules open to DNS. What may be so counts: an ipBlock, and a peer of which it is unknown whom it matches, are
 * given the benefit of the doubt.
 */
class DnsAccesses {
  readonly #context: RuleContext;
  readonly #byPolicy = new Map<Policy, DnsAccess>();
  readonly #peers = new Map<string, boolean>();
  /** Whether any of some rules is for a port of DNS, to whomever. */
  readonly #opensPorts = remembered((rules: readonly Rule[]) =>
    rules.some(({ ports }) => this.#opensPort(ports, "UDP") || this.#opensPort(ports, "TCP")),
  );

  constructor(context: RuleContext) {
    this.#context = context;
  }

  /** What all egress rules of a policy open. */
  ofPolicy(policy: Policy): DnsAccess {
    let access = this.#byPolicy.get(policy);
    if (access === undefined) {
      // What is opened without being written counts, too.
      const rules = allowingRules(inForce(policy), "egress");
      const isNone = policy.calico === undefined && !this.#opensPorts(rules);
      const opens = (protocol: DnsProtocol): boolean => rules.some((rule) => this.opens(policy, rule, protocol));
      access = isNone ? noAccess : { UDP: opens("UDP"), TCP: opens("TCP") };
      this.#byPolicy.set(policy, access);
    }
    return access;
  }

  /** Whether a rule lets its subject ask DNS over a protocol. */
  opens(policy: Policy, rule: Rule, protocol: DnsProtocol): boolean {
    if (namesUnseenService(policy, rule)) return true;
    if (!this.#opensPort(rule.ports, protocol)) return false;
    return rule.peers === "any" || rule.peers.some((peer) => this.#isDns(peer, policy.namespace ?? ""));
  }

  /** Whether a port entry is, or may be, the port of DNS. */
  isDnsPort(port: PortSpec, protocol: DnsProtocol): boolean {
    if (port.protocol !== protocol) return false;
    const { ports, assumed, classes } = dnsServers(this.#context);
    if (port.type === "range")
      return !isIcmp(port.protocol) && ports.some((number) => port.from <= number && number <= port.to);
    if (assumed) return true;
    const name = `${protocol}/${port.name}`;
    return classes.toArray().some((id) => this.#context.reachability.podClass(id)?.namedPorts.has(name) === true);
  }

  #opensPort(ports: readonly PortSpec[] | "any", protocol: DnsProtocol): boolean {
    return ports === "any" || ports.some((port) => this.isDnsPort(port, protocol));
  }

  #isDns(peer: Peer, namespace: string): boolean {
    // Cilium's names are never those of the cluster's own DNS.
    if (peer.type === "domains" && peer.stars !== undefined) return false;
    if (peer.type !== "pods") return true;
    const { reachability } = this.#context;
    const { assumed, classes } = dnsServers(this.#context);
    if (!assumed) {
      const { certain, possible } = reachability.peers.podPeer(peer, namespace);
      return certain !== possible || intersectSets(possible, classes).size > 0;
    }
    const key = `${peer.namespaceSelector === undefined ? namespace : ""} ${peerKey(peer)}`;
    let isDns = this.#peers.get(key);
    if (isDns === undefined) this.#peers.set(key, (isDns = this.#mayBeAssumed(peer, namespace)));
    return isDns;
  }

  /** Whether a peer may match servers of which only the namespace's name and some labels are known. */
  #mayBeAssumed(peer: PodPeer, namespace: string): boolean {
    const { servers, suggested } = dnsServers(this.#context);
    return servers.some((server) => {
      if (!mayMatch(peer.podSelector, server.labels)) return false;
      if (peer.namespaceSelector === undefined) return namespace === server.namespace;
      // A server that this cluster probably does not have must be meant by name.
      return suggested.includes(server)
        ? this.#mayBeNamespace(peer.namespaceSelector, server.namespace)
        : matchesSelector(peer.namespaceSelector, { [namespaceNameLabel]: server.namespace });
    });
  }

  #mayBeNamespace(selector: Selector, name: string): boolean {
    const { cluster, options } = this.#context.reachability;
    const known = cluster.namespaces.get(name);
    if (known?.declared === true) return matchesSelector(selector, known.labels);
    const labels = { [namespaceNameLabel]: name };
    return options.assumptions.unknownNamespaceLabels === "absent"
      ? matchesSelector(selector, labels)
      : mayMatch(selector, labels);
  }
}

/** Whether a rule of Calico names a Service of which the input has nothing: that may be DNS. */
function namesUnseenService({ calico, rules }: Policy, rule: Rule): boolean {
  if (calico === undefined || rule.peers === "any" || rule.peers.length > 0) return false;
  return calico.rules.egress[rules.egress.indexOf(rule)]?.destination.services !== undefined;
}

/** The accesses of a cluster, shared by the rules on DNS. */
export function dnsAccesses(context: RuleContext): DnsAccesses {
  return context.once(makeAccesses);
}

function makeAccesses(context: RuleContext): DnsAccesses {
  return new DnsAccesses(context);
}

/** A rule that opens nothing but DNS, to wherever DNS is. */
export function isDnsOnly({ ports }: Rule, context: RuleContext): boolean {
  if (ports === "any") return false;
  const accesses = dnsAccesses(context);
  return ports.every(
    (port) =>
      port.type === "range" &&
      !isIcmp(port.protocol) &&
      port.from === port.to &&
      // A port of no certain protocol is that of SCTP as well.
      (["UDP", "TCP"] as const).some((protocol) => accesses.isDnsPort({ ...port, protocol }, protocol)),
  );
}

/** Whether a selector matches something that has these labels and others that are unknown. */
export function mayMatch(selector: Selector | undefined, known: Labels): boolean {
  if (selector === undefined) return true;
  const isKnown = ({ key }: Requirement): boolean => Object.hasOwn(known, key);
  return (
    matchesSelector({ requirements: selector.requirements.filter(isKnown) }, known) &&
    isSatisfiable(selector.requirements.filter((requirement) => !isKnown(requirement)))
  );
}
