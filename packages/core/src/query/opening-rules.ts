import { requestText } from "../semantics/requests.ts";
import type { Opening, OpeningRule } from "../answers/exposure.ts";
import type { Ports } from "../answers/ports.ts";
import { type Direction, type Policy, rulePath } from "../model/policy.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import { type ConnectionMap, connectionsAt } from "../reachability/connection-map.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { type Location, formatPath, locationOf } from "../source/position.ts";
import { type PortMark, withoutMarks } from "./port-marks.ts";

/** The rules by which a class is open, each told once. */
export class OpeningRules {
  readonly told: OpeningRule[] = [];
  readonly #at = new Map<string, number>();
  readonly #reachability: Reachability;
  readonly #direction: Direction;
  readonly #marks: readonly PortMark[];
  readonly #places: Map<string, Location>;
  /** The rules that allow, each with what it matches. */
  readonly #rules: readonly { readonly policy: Policy; readonly index: number; readonly matches: ConnectionMap }[];

  constructor(
    reachability: Reachability,
    id: number,
    direction: Direction,
    policies: readonly Policy[],
    marks: readonly PortMark[],
    places: Map<string, Location>,
  ) {
    this.#marks = direction === "egress" ? marks : [];
    this.#reachability = reachability;
    this.#direction = direction;
    this.#places = places;
    const subject = reachability.podClass(id);
    this.#rules = policies.flatMap((policy) =>
      policy.rules[direction].flatMap((rule, index) =>
        rule.action !== "allow" || subject === undefined
          ? []
          : [{ policy, index, matches: reachability.ruleMatches(policy, rule, direction, subject, "possible") }],
      ),
    );
  }

  /** `certain`: what passes for certain with the same; it may hold more than `connections`. */
  opening(connections: ConnectionId, certain: ConnectionId, ...others: readonly number[]): Opening {
    const { table } = this.#reachability;
    const through = this.#rules.flatMap(({ policy, index, matches }) =>
      others.some((other) => table.meets(connectionsAt(matches, other), connections))
        ? [this.#place(policy, index)]
        : [],
    );
    const { numbers } = withoutMarks(table.difference(connections, certain), this.#marks, table);
    const uncertain = numbers === noConnections ? {} : { uncertain: formatPorts(numbers, table) };
    return { ...this.ports(connections), ...uncertain, through };
  }

  /** What of some connections is certain or what a rule opens, and not what is let in without one. */
  opened(connections: ConnectionId, certain: ConnectionId, other: number): ConnectionId {
    const { table } = this.#reachability;
    const matched = this.#rules.map(({ matches }) => connectionsAt(matches, other));
    return table.intersection(connections, table.unionAll([certain, ...matched]));
  }

  /** Ports by number, and by name where pods that are not there may give it any. */
  ports(connections: ConnectionId): Ports & Pick<Opening, "named"> {
    const { numbers, named } = withoutMarks(connections, this.#marks, this.#reachability.table);
    return {
      ...formatPorts(numbers, this.#reachability.table),
      ...(named.length === 0 ? {} : { named: named.map(({ name, protocol }) => `${name}/${protocol}`).toSorted() }),
    };
  }

  #place(policy: Policy, index: number): number {
    const path = rulePath(policy, this.#direction, index);
    const requests = policy.rules[this.#direction][index]?.requests?.map(requestText);
    const some = requests === undefined ? {} : { requests };
    const key = `${policy.index} ${formatPath(path)} ${requests?.join() ?? ""}`;
    let at = this.#at.get(key);
    if (at === undefined) {
      at = this.told.length;
      this.#at.set(key, at);
      const placeKey = `${this.#direction} ${key}`;
      const location = this.#places.get(placeKey) ?? locationOf(policy.origin, path);
      this.#places.set(placeKey, location);
      this.told.push({ object: policy.ref, rule: formatPath(path), location, ...some });
    }
    return at;
  }
}
