import { type Direction, type Policy, type PortSpec, type Rule } from "../model/policy.ts";
import { effectiveRules } from "../semantics/effective-rules.ts";
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
}

/** Resolves rules, each distinct one once. */
export class RuleItems {
  readonly #peers: PeerResolver;
  readonly #table: ConnectionTable;
  readonly #items = new Map<string, RuleItem>();
  readonly #contributions = new Map<string, Contribution>();

  constructor(peers: PeerResolver, table: ConnectionTable) {
    this.#peers = peers;
    this.#table = table;
  }

  /** How many distinct rules there are. */
  get size(): number {
    return this.#items.size;
  }

  contribution(policy: Policy, direction: Direction): Contribution {
    const items = new Set<RuleItem>();
    for (const rule of effectiveRules(policy, direction)) items.add(this.item(rule, policy.namespace ?? ""));
    const sorted = items.size < 2 ? [...items] : [...items].toSorted((a, b) => a.id - b.id);
    const key = sorted.map((item) => item.id).join();
    let contribution = this.#contributions.get(key);
    if (contribution === undefined)
      this.#contributions.set(key, (contribution = { id: this.#contributions.size, items: sorted }));
    return contribution;
  }

  item(rule: Rule, namespace: string): RuleItem {
    const peers = this.#peers.peers(rule, namespace);
    const numbered = numberedPorts(rule.ports, this.#table);
    const named = namedPorts(rule.ports);
    const key = `${peers.id}\u0001${numbered}\u0001${named.join()}`;
    let item = this.#items.get(key);
    if (item === undefined) this.#items.set(key, (item = { id: this.#items.size, peers, numbered, named }));
    return item;
  }
}

/** "If this field is empty or missing, this rule matches all ports (traffic not restricted by port)". */
export function numberedPorts(ports: readonly PortSpec[] | "any", table: ConnectionTable): ConnectionId {
  if (ports === "any") return allConnections;
  return table.ofPorts(ports.filter((port) => port.type === "range"));
}

function namedPorts(ports: readonly PortSpec[] | "any"): readonly string[] {
  if (ports === "any") return [];
  const names = ports.flatMap((port) => (port.type === "named" ? [`${port.protocol}/${port.name}`] : []));
  return [...new Set(names)].toSorted();
}
