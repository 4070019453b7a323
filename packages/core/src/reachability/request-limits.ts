import type { LimitedPorts } from "../answers/connectivity.ts";
import { directions, type Direction, type Rule } from "../model/policy.ts";
import { requestText } from "../semantics/requests.ts";
import { isLimited as isKnownLimit, limitsRequests, underRequests } from "../semantics/under-requests.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import { connectionsAt } from "./connection-map.ts";
import { formatPorts } from "./format-ports.ts";
import type { Bound } from "./part-expander.ts";
import { Reachability } from "./reachability.ts";

/** On which ports of a relation only some requests pass, and which. */
export class RequestLimits {
  readonly #reachability: Reachability;
  /** What passes whatever the request is. Absent: everything that passes at all. */
  readonly #every: Reachability | undefined;

  constructor(reachability: Reachability) {
    this.#reachability = reachability;
    const { cluster, options } = reachability;
    this.#every = limitsRequests(cluster)
      ? new Reachability(underRequests(cluster, "every"), {
          ...options,
          shared: reachability.shared(true),
        })
      : undefined;
  }

  /** Of what passes between two classes. */
  of(source: ClassId, target: ClassId, passing: ConnectionId): readonly LimitedPorts[] {
    const every = this.#every;
    if (every === undefined || passing === noConnections) return [];
    return directions.flatMap((direction) => {
      const [subject, peer] = direction === "egress" ? [source, target] : [target, source];
      return this.#ofSide(every, direction, subject, peer, passing);
    });
  }

  /** Of what may pass beside what certainly does: where it passes, only what rules with a limit may let pass is limited. */
  ofUncertain(source: ClassId, target: ClassId, passing: ConnectionId): readonly LimitedPorts[] {
    if (this.#every === undefined || passing === noConnections) return [];
    return directions.flatMap((direction) => {
      const [subject, peer] = direction === "egress" ? [source, target] : [target, source];
      const { table } = this.#reachability;
      const free = table.union(
        this.#rulesWithoutLimit(direction, subject, peer),
        connectionsAt(this.#reachability.undecided(subject, direction, "possible"), peer),
      );
      return this.#requestsOf(direction, subject, peer, table.difference(passing, free), "possible");
    });
  }

  #rulesWithoutLimit(direction: Direction, subject: ClassId, peer: ClassId): ConnectionId {
    const { table } = this.#reachability;
    return this.#reachability
      .policiesOf(subject, direction, "possible")
      .flatMap((policy) =>
        policy.rules[direction].flatMap((rule) =>
          rule.action === "allow" && rule.requests === undefined
            ? [this.#reachability.ruleConnections(policy, rule, direction, subject, peer, "possible")]
            : [],
        ),
      )
      .reduce((all, each) => table.union(all, each), noConnections);
  }

  /** Of what one end lets pass, that on which only some requests do. */
  limitedAt(direction: Direction, subject: ClassId, peer: ClassId, passing: ConnectionId): ConnectionId {
    if (this.#every === undefined) return noConnections;
    const free = this.#every.certain[direction].rowOf[subject]?.connections(peer) ?? noConnections;
    return this.#reachability.table.difference(passing, free);
  }

  #ofSide(
    every: Reachability,
    direction: Direction,
    subject: ClassId,
    peer: ClassId,
    passing: ConnectionId,
  ): readonly LimitedPorts[] {
    const { table } = this.#reachability;
    const free = every.certain[direction].rowOf[subject]?.connections(peer) ?? noConnections;
    return this.#requestsOf(direction, subject, peer, table.difference(passing, free), "certain");
  }

  /** What the rules with a limit let pass of something. */
  #requestsOf(
    direction: Direction,
    subject: ClassId,
    peer: ClassId,
    limited: ConnectionId,
    bound: Bound,
  ): readonly LimitedPorts[] {
    const { table } = this.#reachability;
    if (limited === noConnections) return [];
    const requests = new Map<ConnectionId, Set<string>>();
    for (const policy of this.#reachability.policiesOf(subject, direction, "possible")) {
      for (const rule of policy.rules[direction]) {
        if (!isLimited(rule, bound)) continue;
        const reached = this.#reachability.ruleConnections(policy, rule, direction, subject, peer, "possible");
        const own = table.intersection(reached, limited);
        if (own === noConnections) continue;
        const known = requests.get(own) ?? new Set();
        for (const request of rule.requests ?? []) known.add(requestText(request));
        requests.set(own, known);
      }
    }
    return [...requests].map(([own, texts]) => ({ ...formatPorts(own, table), direction, requests: [...texts] }));
  }
}

/** Whether a rule limits requests; also one that is not known to apply, where what may pass is asked for. */
function isLimited(rule: Rule, bound: Bound): boolean {
  const { unknown: _, ...applied } = rule;
  return isKnownLimit(bound === "certain" ? rule : applied);
}
