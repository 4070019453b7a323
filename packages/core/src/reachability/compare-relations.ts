import { compareStrings } from "../lib/compare.ts";
import type { Cluster, Namespace, Workload } from "../model/cluster.ts";
import type { Direction } from "../model/policy.ts";
import { type ConnectionId, ConnectionTable } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import type { ReachabilityOptions } from "./options.ts";
import type { Bound } from "./part-expander.ts";
import { Reachability } from "./reachability.ts";
import { differingClasses } from "./row-differences.ts";
import type { Row } from "./row.ts";

/** The pods of one workload that are alike in both clusters, or external addresses; and the class that decides on each side. */
export interface ComparedEndpoint {
  /** Absent for external addresses. */
  readonly workload?: Workload;
  readonly before: ClassId;
  readonly after: ClassId;
  /** Whether it has or may have two pods, so that it can talk to itself. */
  readonly toItself: boolean;
}

/** Two endpoints between which the two clusters do not allow the same. */
export interface PairDifference {
  readonly source: ComparedEndpoint;
  readonly target: ComparedEndpoint;
  readonly before: ConnectionId;
  readonly after: ConnectionId;
}

/** The relations of two clusters, side by side. */
export interface ComparedRelations {
  readonly before: Reachability;
  readonly after: Reachability;
  /** Of both relations. */
  readonly table: ConnectionTable;
  /** What is in both clusters: workloads by id, then the external addresses. */
  readonly endpoints: readonly ComparedEndpoint[];
  /** Workloads, or parts of one, that only one side has. */
  readonly onlyBefore: readonly Workload[];
  readonly onlyAfter: readonly Workload[];
  /** Every ordered pair of endpoints whose connections differ under a bound, in their order. Default: what is certain. */
  differences(bound?: Bound): Generator<PairDifference>;
}

/** Compares what two clusters allow the pods that are in both. Workloads are the same when their ids are. */
export function compareRelations(
  before: Cluster,
  after: Cluster,
  options: Omit<ReachabilityOptions, "shared">,
): ComparedRelations {
  const shared = { universe: universeOf(before, after), table: new ConnectionTable() };
  const sides = {
    before: new Reachability(before, { ...options, shared }),
    after: new Reachability(after, { ...options, shared }),
  };
  const parts = { before: partsOf(sides.before, before), after: partsOf(sides.after, after) };
  const aligned = align(parts.before, parts.after);
  const external = sides.before.addresses.classes.map((_, i): ComparedEndpoint => {
    const id = sides.before.pods.classes.length + i;
    return { before: id, after: id, toItself: false };
  });
  const endpoints = [...aligned.endpoints, ...external];
  return {
    ...sides,
    table: shared.table,
    endpoints,
    onlyBefore: aligned.onlyBefore,
    onlyAfter: aligned.onlyAfter,
    differences: (bound = "certain") => differences(sides.before, sides.after, endpoints, bound),
  };
}

function universeOf(before: Cluster, after: Cluster): Pick<Cluster, "namespaces" | "workloads" | "policies"> {
  const namespaces = new Map<string, Namespace>([...before.namespaces, ...after.namespaces]);
  return {
    namespaces: new Map([...namespaces].toSorted(([a], [b]) => compareStrings(a, b))),
    workloads: [...new Set([...before.workloads, ...after.workloads])],
    policies: [...new Set([...before.policies, ...after.policies])],
  };
}

/** The classes of the pods of each workload of one of the clusters. */
interface Parts {
  readonly workload: Workload;
  readonly classes: readonly ClassId[];
}

function partsOf({ pods }: Reachability, cluster: Cluster): ReadonlyMap<string, Parts> {
  const own = new Set(cluster.workloads);
  const parts = new Map<string, { workload: Workload; classes: ClassId[] }>();
  for (const { id, members } of pods.classes) {
    for (const { workload } of members) {
      if (!own.has(workload)) continue;
      const known = parts.get(workload.id);
      if (known === undefined) parts.set(workload.id, { workload, classes: [id] });
      else known.classes.push(id);
    }
  }
  return parts;
}

/** Parts in the same class belong together; of the others, one that is left on either side does, too. */
function align(
  before: ReadonlyMap<string, Parts>,
  after: ReadonlyMap<string, Parts>,
): Pick<ComparedRelations, "endpoints" | "onlyBefore" | "onlyAfter"> {
  const endpoints: ComparedEndpoint[] = [];
  const onlyBefore: Workload[] = [];
  const onlyAfter: Workload[] = [];
  const ids = [...new Set([...before.keys(), ...after.keys()])].toSorted(compareStrings);
  for (const id of ids) {
    const [old, now] = [before.get(id), after.get(id)];
    const kept = old?.classes.filter((part) => now?.classes.includes(part)) ?? [];
    const gone = old?.classes.filter((part) => !kept.includes(part)) ?? [];
    const come = now?.classes.filter((part) => !kept.includes(part)) ?? [];
    const pairs = kept.map((part): readonly [ClassId, ClassId] => [part, part]);
    const [one, other] = [gone[0], come[0]];
    const isMoved = gone.length === 1 && come.length === 1;
    if (isMoved && one !== undefined && other !== undefined) pairs.push([one, other]);
    for (const [was, is] of pairs) {
      if (now === undefined) continue;
      endpoints.push({ workload: now.workload, before: was, after: is, toItself: now.workload.mayHaveTwoPods });
    }
    if (old !== undefined && gone.length > 0 && !isMoved) onlyBefore.push(old.workload);
    if (now !== undefined && come.length > 0 && !isMoved) onlyAfter.push(now.workload);
  }
  return { endpoints, onlyBefore, onlyAfter };
}

/**
 * A pair can only differ where the source's egress row or the target's ingress row does: only such pairs are looked at.
 * Endpoints whose class changed are few; they are compared with all.
 */
function* differences(
  before: Reachability,
  after: Reachability,
  endpoints: readonly ComparedEndpoint[],
  bound: Bound,
): Generator<PairDifference> {
  const ofClass = new Map<ClassId, number[]>();
  const moved: number[] = [];
  endpoints.forEach((endpoint, i) => {
    if (endpoint.before !== endpoint.after) moved.push(i);
    else ofClass.set(endpoint.before, [...(ofClass.get(endpoint.before) ?? []), i]);
  });
  const everyone = endpoints.map((_, i) => i);
  const rowOf = (side: Reachability, direction: Direction, id: ClassId): Row | undefined =>
    side[bound][direction].rowOf[id];
  const differing = ({ before: was, after: is }: ComparedEndpoint, direction: Direction): readonly number[] =>
    differingClasses(rowOf(before, direction, was), rowOf(after, direction, is))
      .toArray()
      .flatMap((id) => ofClass.get(id) ?? []);
  const sourcesInto = new Map<number, number[]>();
  endpoints.forEach((target, i) => {
    for (const source of differing(target, "ingress")) {
      const targets = sourcesInto.get(source);
      if (targets === undefined) sourcesInto.set(source, [i]);
      else targets.push(i);
    }
  });
  for (const [i, source] of endpoints.entries()) {
    const isMoved = source.before !== source.after;
    const candidates = isMoved ? everyone : [...differing(source, "egress"), ...(sourcesInto.get(i) ?? []), ...moved];
    for (const j of new Set(candidates.toSorted((a, b) => a - b))) {
      const target = endpoints[j] as ComparedEndpoint;
      if (i === j && !source.toItself) continue;
      if (source.workload === undefined && target.workload === undefined) continue;
      const was = before.connections(source.before, target.before, bound);
      const is = after.connections(source.after, target.after, bound);
      if (was !== is) yield { source, target, before: was, after: is };
    }
  }
}
