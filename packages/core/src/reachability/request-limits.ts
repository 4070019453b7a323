import type { LimitedPorts } from "../answers/connectivity.ts";
import { directions, type Direction } from "../model/policy.ts";
import { requestText } from "../semantics/requests.ts";
import { isLimited, limitsRequests, underRequests } from "../semantics/under-requests.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import { formatPorts } from "./format-ports.ts";
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
    const limited = table.difference(passing, free);
    if (limited === noConnections) return [];
    const requests = new Map<ConnectionId, Set<string>>();
    for (const policy of this.#reachability.policiesOf(subject, direction, "possible")) {
      for (const rule of policy.rules[direction]) {
        if (!isLimited(rule)) continue;
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
