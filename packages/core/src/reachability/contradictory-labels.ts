import { directions, type Direction, type Policy, type Rule } from "../model/policy.ts";
import type { Requirement } from "../model/selector.ts";
import { groupBy } from "../lib/group-by.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { isSatisfiable } from "../semantics/match-selector.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { policiesForNodes } from "../semantics/implied-policies.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import { connectionsAt } from "./connection-map.ts";
import type { Reachability, Relation } from "./reachability.ts";
import { type Side, sideOf } from "./relation.ts";

/** Rules of pairs that are looked at. When they are used up the rest stays possible, which it may be. */
const steps = 2_000_000;

/** What the labels of a namespace must be for something to be allowed. None: whatever they are. */
type Condition = readonly Requirement[];

/** What one end allows, and on what labels of the namespace that hangs. */
interface Conditional {
  readonly condition: Condition;
  readonly connections: ConnectionId;
}

/** Where one end of a connection is. */
interface End {
  readonly direction: Direction;
  readonly subject: ClassId;
  readonly peer: ClassId;
}

/**
 * The upper bound without what no labels can make true: within a namespace that the input does not define, both ends ask for
 * labels of that one namespace, and it cannot have `env: prod` for the one and `env: dev` for the other. Done where
 * NetworkPolicies alone decide, and all are known; the pairs are written into the rows of the targets.
 */
export function withoutContradictions(reachability: Reachability): Relation {
  const { cluster, possible, pods, options } = reachability;
  const isOpen = options.assumptions.unknownNamespaceLabels === "unknown" && possible !== reachability.certain;
  const others = [...reachability.unread, ...policiesForNodes(cluster)];
  if (!isOpen || others.length > 0 || !cluster.policies.every(isNetworkPolicy)) return possible;
  const contradictory = [...groupBy(cluster.policies, ({ namespace }) => namespace ?? "")].flatMap(([name, policies]) =>
    cluster.namespaces.get(name)?.declared === false && hasContradiction(policies) ? [name] : [],
  );
  const narrowing = new Narrowing(reachability);
  for (const name of contradictory) narrowing.narrow(pods.ranges.get(name) ?? [0, 0]);
  const ingress = narrowing.ingress();
  return ingress === possible.ingress ? possible : { ...possible, ingress };
}

/** Whether a rule for egress and one for ingress ask for labels that no namespace has at once. */
function hasContradiction(policies: readonly Policy[]): boolean {
  const [ingress, egress] = directions.map((direction) => distinctConditions(policies, direction));
  return (ingress ?? []).some((one) => (egress ?? []).some((other) => !isSatisfiable([...one, ...other])));
}

function distinctConditions(policies: readonly Policy[], direction: Direction): readonly Condition[] {
  const conditions = new Map<string, Condition>();
  for (const policy of policies)
    for (const { peers } of allowingRules(policy, direction)) {
      for (const peer of peers === "any" ? [] : peers) {
        const condition = conditionOf(peer);
        if (condition.length > 0) conditions.set(JSON.stringify(condition), condition);
      }
    }
  return [...conditions.values()];
}

function conditionOf(peer: Exclude<Rule["peers"], "any">[number]): Condition {
  const requirements = (peer.type === "pods" ? peer.namespaceSelector?.requirements : undefined) ?? [];
  return requirements.filter(({ key }) => key !== namespaceNameLabel);
}

class Narrowing {
  readonly #reachability: Reachability;
  /** What is left between a target and sources, where that is less than each end alone leaves. */
  readonly #left = new Map<ClassId, Map<ClassId, ConnectionId>>();
  readonly #byPeer = new Map<Rule, readonly (readonly [Condition, Rule])[]>();
  #steps = steps;

  constructor(reachability: Reachability) {
    this.#reachability = reachability;
  }

  /** Looks at all pairs of the classes from `first` to `end`, which are those of one namespace. */
  narrow([first, end]: readonly [ClassId, ClassId]): void {
    for (let source = first; source < end; source++) {
      for (let target = first; target < end; target++) {
        if (--this.#steps < 0) return;
        this.#look(source, target);
      }
    }
  }

  /** The side of the targets, with what is left. */
  ingress(): Side {
    const { possible, table } = this.#reachability;
    if (this.#left.size === 0) return possible.ingress;
    return sideOf(
      possible.ingress.rowOf.map((row, id) => {
        const left = this.#left.get(id);
        return left === undefined ? row : row.narrowed(left, table);
      }),
    );
  }

  #look(source: ClassId, target: ClassId): void {
    const { table } = this.#reachability;
    const both = this.#reachability.connections(source, target, "possible");
    if (both === this.#reachability.connections(source, target)) return;
    const out = this.#allowed({ direction: "egress", subject: source, peer: target });
    const into = this.#allowed({ direction: "ingress", subject: target, peer: source });
    if (this.#steps < 0) return;
    let left = noConnections;
    for (const one of out) {
      for (const other of into) {
        const shared = table.intersection(one.connections, other.connections);
        if (shared !== noConnections && isSatisfiable([...one.condition, ...other.condition]))
          left = table.union(left, shared);
      }
    }
    if (left === both) return;
    const ofTarget = this.#left.get(target) ?? new Map<ClassId, ConnectionId>();
    this.#left.set(target, ofTarget.set(source, left));
  }

  /** What one end allows: for certain, if no policy selects it, which may be unknown, and by each peer that may match. */
  #allowed({ direction, subject, peer }: End): readonly Conditional[] {
    const reachability = this.#reachability;
    const sure = reachability.certain[direction].rowOf[subject]?.connections(peer) ?? noConnections;
    const unasked = connectionsAt(reachability.undecided(subject, direction, "possible"), peer);
    const found: Conditional[] = [{ condition: [], connections: reachability.table.union(sure, unasked) }];
    for (const policy of reachability.policiesOf(subject, direction, "possible")) {
      for (const rule of allowingRules(policy, direction)) {
        for (const [condition, ofPeer] of this.#ofPeers(rule)) {
          this.#steps--;
          const connections = reachability.ruleConnections(policy, ofPeer, direction, subject, peer, "possible");
          if (connections !== noConnections) found.push({ condition, connections });
        }
      }
    }
    return found;
  }

  /** A rule for each of its peers. */
  #ofPeers(rule: Rule): readonly (readonly [Condition, Rule])[] {
    let rules = this.#byPeer.get(rule);
    if (rules === undefined) {
      const { peers } = rule;
      rules = peers === "any" ? [[[], rule]] : peers.map((peer) => [conditionOf(peer), { ...rule, peers: [peer] }]);
      this.#byPeer.set(rule, rules);
    }
    return rules;
  }
}
