import { type Direction, type Policy, type PortSpec, type Rule, type RuleAction } from "../model/policy.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import {
  type ConnectionId,
  type ConnectionTable,
  type Family,
  allConnections,
  noConnections,
} from "../sets/connection-set.ts";
import type { PeerResolver, ResolvedPeers } from "./peer-resolver.ts";

/** Of rules that only keep their place. */
const noPeers: Rule["peers"] = [];

/** The ports of a rule: those with numbers, and names. */
type Ports = Pick<RuleItem, "numbered" | "named">;

/** A rule, resolved as far as it goes without knowing the destination. Equal rules are one object. */
export interface RuleItem {
  readonly id: number;
  readonly peers: ResolvedPeers;
  /** The ports given by number, or everything. */
  readonly numbered: ConnectionId;
  /** Port names that the destination resolves, as `protocol/name`, sorted. */
  readonly named: readonly string[];
  /** Port names whose ports the rule leaves out, and ports that no name gives it; `numbered` holds none of those. */
  readonly exceptNames: readonly string[];
  readonly exceptNumbered: ConnectionId;
  /** Only traffic of this family; `numbered` holds no other. */
  readonly family?: Family;
}

/** All rules of one NetworkPolicy in one direction. Equal lists are one object. */
export interface Contribution {
  readonly id: number;
  readonly items: readonly RuleItem[];
  /** Whether there is no rule. */
  readonly isEmpty: boolean;
}

/** A rule of which it matters what it does and what stands before it. */
export interface ActingItem {
  readonly action: RuleAction;
  readonly item: RuleItem;
  /** False where it is not known whether the rule applies at all. */
  readonly certain: boolean;
}

/** Rules of one policy in one direction, in order, and what becomes of traffic that no rule of its tier matches. */
export interface OrderedContribution {
  readonly id: number;
  /** Those of equal rank may be asked in any order. */
  readonly rank: number;
  /** Of a policy in several parts, which are asked in order: which policy, and which part. */
  readonly part?: { readonly of: number; readonly number: number };
  readonly items: readonly ActingItem[];
  /** `deny`: the policy isolates. Absent: it leaves the rest to the next tier. */
  readonly end?: "allow" | "deny";
  /** Whether it is certain that the policy selects the class. */
  readonly certain: boolean;
  /** It says what a union of NetworkPolicies does, and stands in a list because of others, or because it is not certain. */
  readonly isOfUnion?: true;
  readonly isEmpty: false;
}

/** Resolves rules, each distinct one once. */
export class RuleItems {
  readonly #peers: PeerResolver;
  readonly #table: ConnectionTable;
  /** By peers, then by ports. Small integers as keys: numbers beyond 2^31 make maps slow. */
  readonly #numbered: Map<ConnectionId, RuleItem>[] = [];
  readonly #named = new Map<string, RuleItem>();
  /** Of rules that mean the same in every namespace. */
  readonly #everywhere = new Map<Rule, RuleItem>();
  readonly #ports = new Map<Rule["ports"], Ports>();
  readonly #single = new Map<number, Contribution>();
  readonly #several = new Map<string, Contribution>();
  readonly #ordered = new Map<string, OrderedContribution>();
  #count = 0;
  #itemCount = 0;

  constructor(peers: PeerResolver, table: ConnectionTable) {
    this.#peers = peers;
    this.#table = table;
  }

  /** How many distinct rules there are. */
  get size(): number {
    return this.#itemCount;
  }

  contribution(policy: Policy, direction: Direction): Contribution {
    const rules = decidingRules(policy, direction);
    const items = rules.map((rule) => this.item(rule, policy.namespace ?? ""));
    const [first] = items;
    if (items.length === 1 && first !== undefined) {
      let single = this.#single.get(first.id);
      if (single === undefined) this.#single.set(first.id, (single = { id: this.#count++, items, isEmpty: false }));
      return single;
    }
    return this.#ofItems(items);
  }

  /** Of a policy without rules. */
  none(): Contribution {
    return this.#ofItems([]);
  }

  #ofItems(items: readonly RuleItem[]): Contribution {
    const distinct = [...new Set(items)].toSorted((a, b) => a.id - b.id);
    const key = distinct.map((item) => item.id).join();
    let several = this.#several.get(key);
    if (several === undefined)
      this.#several.set(key, (several = { id: this.#count++, items: distinct, isEmpty: distinct.length === 0 }));
    return several;
  }

  /** An ordered contribution; equal ones are one object. */
  ordered(said: Omit<OrderedContribution, "id" | "isEmpty">): OrderedContribution {
    const items = said.items.map(({ action, item, certain }) => `${action}${certain ? "" : "?"}${item.id}`);
    const place = said.part === undefined ? "" : `${said.part.of}.${said.part.number}`;
    const key = `${said.rank} ${place} ${said.end ?? ""} ${said.certain} ${said.isOfUnion === true} ${items.join()}`;
    let known = this.#ordered.get(key);
    if (known === undefined) this.#ordered.set(key, (known = { id: this.#count++, isEmpty: false, ...said }));
    return known;
  }

  #newItem(peers: ResolvedPeers, numbered: ConnectionId, named: readonly string[]): RuleItem {
    return { id: this.#itemCount++, peers, numbered, named, exceptNames: noNames, exceptNumbered: noConnections };
  }

  /** A rule of one family, or one that leaves out named ports. */
  #special(rule: Rule, peers: ResolvedPeers, ports: ConnectionId, named: readonly string[]): RuleItem {
    const { family, exceptPorts = [] } = rule;
    const exceptNames = namedPorts(exceptPorts);
    const exceptNumbered = exceptPorts.length === 0 ? noConnections : numberedPorts(exceptPorts, this.#table);
    const ofFamily = family === undefined ? ports : this.#table.intersection(ports, this.#table.family[family]);
    const numbered = this.#table.difference(ofFamily, exceptNumbered);
    const key = `${peers.id} ${numbered} ${named.join()} v${family ?? ""} not ${exceptNames.join()} ${exceptNumbered}`;
    let item = this.#named.get(key);
    if (item === undefined) {
      item = {
        id: this.#itemCount++,
        peers,
        numbered,
        named,
        exceptNames,
        exceptNumbered,
        ...(family === undefined ? {} : { family }),
      };
      this.#named.set(key, item);
    }
    return item;
  }

  item(given: Rule, namespace: string): RuleItem {
    let item = this.#everywhere.get(given);
    if (item === undefined) {
      item = this.#itemIn(given, namespace);
      if (isOfNoNamespace(given)) this.#everywhere.set(given, item);
    }
    return item;
  }

  #portsOf(ports: Rule["ports"]): Ports {
    let known = this.#ports.get(ports);
    if (known === undefined) {
      known = { numbered: numberedPorts(ports, this.#table), named: namedPorts(ports) };
      this.#ports.set(ports, known);
    }
    return known;
  }

  #itemIn(given: Rule, namespace: string): RuleItem {
    const rule = given.placeholder === true && given.peers !== noPeers ? { ...given, peers: noPeers } : given;
    const peers = this.#peers.peers(rule, namespace);
    const { numbered, named } = this.#portsOf(rule.ports);
    if (rule.family !== undefined || rule.exceptPorts !== undefined) return this.#special(rule, peers, numbered, named);
    if (named.length > 0) {
      const key = `${peers.id} ${numbered} ${named.join()}`;
      let item = this.#named.get(key);
      if (item === undefined) this.#named.set(key, (item = this.#newItem(peers, numbered, named)));
      return item;
    }
    const ofPeers = (this.#numbered[peers.id] ??= new Map<ConnectionId, RuleItem>());
    let item = ofPeers.get(numbered);
    if (item === undefined) ofPeers.set(numbered, (item = this.#newItem(peers, numbered, named)));
    return item;
  }
}

/** Whether a rule means the same whatever the namespace of its policy, or of the subject. */
function isOfNoNamespace({ peers }: Rule): boolean {
  if (peers === "any") return true;
  return peers.every((peer) => (peer.type === "pods" ? peer.namespaceSelector !== undefined : peer.type !== "oldForm"));
}

/** "If this field is empty or missing, this rule matches all ports (traffic not restricted by port)". */
function numberedPorts(ports: readonly PortSpec[] | "any", table: ConnectionTable): ConnectionId {
  if (ports === "any") return allConnections;
  const [first] = ports;
  if (ports.length === 1 && first?.type === "range") return table.ofPort(first);
  return table.ofPorts(ports.filter((port) => port.type === "range"));
}

const noNames: readonly string[] = [];

function namedPorts(ports: readonly PortSpec[] | "any"): readonly string[] {
  if (ports === "any" || ports.every((port) => port.type === "range")) return noNames;
  const names = ports.flatMap((port) => (port.type === "named" ? [`${port.protocol}/${port.name}`] : []));
  return [...new Set(names)].toSorted();
}
