import { type Direction, type Policy, type PortSpec, type Rule } from "../model/policy.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { type ConnectionId, type ConnectionTable, allConnections } from "../sets/connection-set.ts";
import type { PeerResolver, ResolvedPeers } from "./peer-resolver.ts";

/** A rule, resolved as far as it goes without knowing the destination. Equal rules are one object. */
export interface RuleItem {
  readonly id: number;
  readonly peers: ResolvedPeers;
  /** The ports given by number, or everything. */
  readonly numbered: ConnectionId;
  /** Port names that the destination resolves, as `protocol/name`, sorted. */
  readonly named: readonly string[];
}

/** All rules of one policy in one direction. Equal lists are one object. */
export interface Contribution {
  readonly id: number;
  readonly items: readonly RuleItem[];
  /** Of a policy of which it is not known whether it selects the pods. */
  readonly unsure?: true;
}

/** Resolves rules, each distinct one once. */
export class RuleItems {
  readonly #peers: PeerResolver;
  readonly #table: ConnectionTable;
  /** By peers, then by ports. Small integers as keys: numbers beyond 2^31 make maps slow. */
  readonly #numbered: Map<ConnectionId, RuleItem>[] = [];
  readonly #named = new Map<string, RuleItem>();
  readonly #single = new Map<number, Contribution>();
  readonly #several = new Map<string, Contribution>();
  readonly #unsure = new Map<Contribution, Contribution>();
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
      if (single === undefined) this.#single.set(first.id, (single = { id: this.#count++, items }));
      return single;
    }
    const distinct = [...new Set(items)].toSorted((a, b) => a.id - b.id);
    const key = distinct.map((item) => item.id).join();
    let several = this.#several.get(key);
    if (several === undefined) this.#several.set(key, (several = { id: this.#count++, items: distinct }));
    return several;
  }

  /** The same of a policy of which it is not known whether it selects the pods. */
  unsure(contribution: Contribution): Contribution {
    let unsure = this.#unsure.get(contribution);
    if (unsure === undefined) {
      unsure = { id: this.#count++, items: contribution.items, unsure: true };
      this.#unsure.set(contribution, unsure);
    }
    return unsure;
  }

  #newItem(peers: ResolvedPeers, numbered: ConnectionId, named: readonly string[]): RuleItem {
    return { id: this.#itemCount++, peers, numbered, named };
  }

  item(rule: Rule, namespace: string): RuleItem {
    const peers = this.#peers.peers(rule, namespace);
    const numbered = numberedPorts(rule.ports, this.#table);
    const named = namedPorts(rule.ports);
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

/** "If this field is empty or missing, this rule matches all ports (traffic not restricted by port)". */
export function numberedPorts(ports: readonly PortSpec[] | "any", table: ConnectionTable): ConnectionId {
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
