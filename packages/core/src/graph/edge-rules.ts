import { type Direction, type Policy, rulePath } from "../model/policy.ts";
import type { NodePath } from "../source/position.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { noConnections } from "../sets/connection-set.ts";
import type { BuiltGraph } from "./build-graph.ts";
import type { ByDirection } from "./graph-result.ts";
import { byDirection } from "./isolation.ts";

/** A rule that lets something through. */
export interface PassingRule {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly path: NodePath;
}

/** The rules that let an edge through at each end, as positions in the list of all; none where nothing isolates the end. */
export type EdgeRules = ByDirection<readonly number[]>;

/** Of a node that stands for many endpoints, so many pairs are looked at. */
const mostPairs = 40;

/** Which rules let through what each edge of a graph has, in the order of its edges. Of folded edges: what lets through some of it. */
export function edgeRules(
  reachability: Reachability,
  { graph, members }: BuiltGraph,
): { readonly rules: readonly PassingRule[]; readonly edges: readonly EdgeRules[] } {
  const rules: PassingRule[] = [];
  const known = new Map<string, number>();
  const ids = new Numbers<Policy>();
  const numbered = (rule: PassingRule): number => {
    const key = `${ids.of(rule.policy)} ${rule.path.join(".")}`;
    const number = known.get(key) ?? rules.push(rule) - 1;
    known.set(key, number);
    return number;
  };
  const edges = graph.mapEdges((_, { source, target }) => {
    const pairs = connectedPairs(reachability, members.get(source) ?? [], members.get(target) ?? []);
    return byDirection((direction) => {
      const found = pairs.flatMap(([from, to]) => passing(reachability, direction, from, to));
      return [...new Set(found.map(numbered))].toSorted((a, b) => a - b);
    });
  });
  return { rules, edges };
}

function connectedPairs(
  reachability: Reachability,
  sources: readonly ListedEndpoint[],
  targets: readonly ListedEndpoint[],
): readonly (readonly [ListedEndpoint, ListedEndpoint])[] {
  const pairs: (readonly [ListedEndpoint, ListedEndpoint])[] = [];
  let tried = 0;
  for (const from of sources) {
    for (const to of targets) {
      if (pairs.length >= mostPairs || tried++ >= mostPairs * mostPairs) return pairs;
      if (from.classId < 0 || to.classId < 0 || (from === to && !from.toItself)) continue;
      if (reachability.connections(from.classId, to.classId) !== noConnections) pairs.push([from, to]);
    }
  }
  return pairs;
}

function passing(
  reachability: Reachability,
  direction: Direction,
  from: ListedEndpoint,
  to: ListedEndpoint,
): readonly PassingRule[] {
  const [subject, peer] = direction === "egress" ? [from.classId, to.classId] : [to.classId, from.classId];
  if (reachability.podClass(subject) === undefined) return [];
  const wanted = reachability.connections(from.classId, to.classId);
  return reachability.policiesOf(subject, direction).flatMap((policy) =>
    policy.rules[direction].flatMap((rule, index) => {
      if (rule.action !== "allow") return [];
      const own = reachability.ruleConnections(policy, rule, direction, subject, peer);
      if (reachability.table.intersection(own, wanted) === noConnections) return [];
      return [{ policy, direction, path: rulePath(policy, direction, index) }];
    }),
  );
}

/** A number for each object, in the order they are asked for. */
class Numbers<T> {
  readonly #known = new Map<T, number>();

  of(object: T): number {
    const number = this.#known.get(object) ?? this.#known.size;
    this.#known.set(object, number);
    return number;
  }
}
