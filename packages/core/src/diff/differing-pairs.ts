import type { ClassId } from "../reachability/class-set.ts";
import type { ComparedRelations } from "../reachability/compare-relations.ts";
import type { Bound } from "../reachability/part-expander.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { DiffEnd, DiffEnds } from "./compared-endpoints.ts";

/** What passes on either side, whichever addresses of two ends it uses. */
export interface SidePorts {
  readonly before: ConnectionId;
  readonly after: ConnectionId;
}

/** Two ends between which two states do not allow the same: what passes for certain, and what may. */
export interface DifferingPair {
  readonly source: DiffEnd;
  readonly target: DiffEnd;
  readonly certain: SidePorts;
  readonly possible: SidePorts;
}

/**
 * Every pair of ends that differs in what is certain or in what is possible, once. `only`: as if nothing were possible but
 * what is certain.
 */
export function* differingPairs(
  compared: ComparedRelations,
  ends: DiffEnds,
  only?: "certain",
): Generator<DifferingPair> {
  const { table } = compared;
  const isExact =
    only === "certain" || [compared.before, compared.after].every((side) => side.possible === side.certain);
  const under = (source: DiffEnd, target: DiffEnd, bound: Bound): SidePorts => ({
    before: table.inEitherFamily(connectionsOn(compared, "before", source, target, bound)),
    after: table.inEitherFamily(connectionsOn(compared, "after", source, target, bound)),
  });
  const seen = new Set<string>();
  for (const { source, target } of pairsUnder(compared, ends, "certain")) {
    const certain = under(source, target, "certain");
    if (!isExact) seen.add(pairKey(source, target));
    yield { source, target, certain, possible: isExact ? certain : under(source, target, "possible") };
  }
  if (isExact) return;
  for (const { source, target } of pairsUnder(compared, ends, "possible")) {
    if (seen.has(pairKey(source, target))) continue;
    yield { source, target, certain: under(source, target, "certain"), possible: under(source, target, "possible") };
  }
}

function pairKey(...ends: readonly DiffEnd[]): string {
  return ends.map(({ before, after, id }) => `${before} ${after} ${id}`).join(" ");
}

function connectionsOn(
  compared: ComparedRelations,
  side: keyof SidePorts,
  { [side]: source }: DiffEnd,
  { [side]: target }: DiffEnd,
  bound: Bound,
): ConnectionId {
  if (source === undefined || target === undefined) return noConnections;
  return compared[side].connections(source, target, bound);
}

type Pair = Pick<DifferingPair, "source" | "target">;

function* pairsUnder(compared: ComparedRelations, ends: DiffEnds, bound: Bound): Generator<Pair> {
  const endOf = (endpoint: ComparedRelations["endpoints"][number]): DiffEnd => ends.ofCompared.get(endpoint) as DiffEnd; // all have one
  for (const { source, target } of compared.differences(bound)) yield { source: endOf(source), target: endOf(target) };
  const shared = compared.endpoints.map(endOf);
  yield* oneSided(compared, "after", ends.added, shared, bound);
  yield* oneSided(compared, "before", ends.removed, shared, bound);
}

/** The connections of the ends that only one side has, with each other and with all others of that side. */
function* oneSided(
  compared: ComparedRelations,
  side: keyof SidePorts,
  only: readonly DiffEnd[],
  shared: readonly DiffEnd[],
  bound: Bound,
): Generator<Pair> {
  const isConnected = (source: DiffEnd, target: DiffEnd): boolean =>
    compared[side].connections(source[side] as ClassId, target[side] as ClassId, bound) !== noConnections; // both are on this side
  const isOnly = new Set(only);
  for (const end of only) {
    for (const other of [...shared, ...only]) {
      if (end === other && !end.toItself) continue;
      if (isConnected(end, other)) yield { source: end, target: other };
      if (!isOnly.has(other) && isConnected(other, end)) yield { source: other, target: end };
    }
  }
}
