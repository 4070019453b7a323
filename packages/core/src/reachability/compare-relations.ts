import { compareStrings } from "../lib/compare.ts";
import type { Cluster, Namespace, Workload } from "../model/cluster.ts";
import type { Assumptions } from "../model/assumptions.ts";
import type { Direction, Policy } from "../model/policy.ts";
import type { Labels } from "../model/selector.ts";
import type { ConnectionId, ConnectionTable } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import type { ReachabilityOptions } from "./options.ts";
import type { Bound } from "./part-expander.ts";
import { Reachability } from "./reachability.ts";
import { differingClasses } from "./row-differences.ts";
import type { Row } from "./row.ts";
import { type Universe, areSameClasses, sharedClasses } from "./shared-classes.ts";

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

/** What a comparison of relations is given. */
export interface ComparisonOptions extends Omit<ReachabilityOptions, "shared"> {
  /** Those of the first cluster, where its data plane is set in another way. Default: those of both. */
  readonly assumptionsBefore?: Assumptions;
}

/** Compares what two clusters allow the pods that are in both. Workloads are the same when their ids are. */
export function compareRelations(
  before: Cluster,
  after: Cluster,
  { assumptionsBefore, ...options }: ComparisonOptions,
): ComparedRelations {
  const shared = sharedClasses(universeOf(before, after), options);
  const old = new Reachability(before, { ...options, assumptions: assumptionsBefore ?? options.assumptions, shared });
  const isSetAlike = assumptionsBefore === undefined;
  if (before === after && isSetAlike) return comparedRelations(old, old);
  const isOfPolicies = isSetAlike && haveSameNamespaces(before, after) && haveSameNodes(before, after);
  return comparedRelations(old, new Reachability(after, { ...options, shared: old.shared(isOfPolicies) }));
}

/** The same of a relation that is there and that of other policies on the same pods: what is not new is not built again. */
export function compareWithPolicies(before: Reachability, policies: readonly Policy[]): ComparedRelations {
  const { cluster } = before;
  const { shared: _, ...options } = before.options;
  const after = { ...cluster, policies };
  const shared = sharedClasses(universeOf(cluster, after), options, before.table);
  return areSameClasses(before.shared(false), shared)
    ? comparedRelations(before, new Reachability(after, { ...options, shared: before.shared(true) }))
    : compareRelations(cluster, after, options);
}

function comparedRelations(before: Reachability, after: Reachability): ComparedRelations {
  const aligned = align(partsOf(before), partsOf(after));
  const external = before.addresses.classes.map((_, i): ComparedEndpoint => {
    const id = before.pods.classes.length + i;
    return { before: id, after: id, toItself: false };
  });
  const endpoints = [...aligned.endpoints, ...external];
  return {
    before,
    after,
    table: before.table,
    endpoints,
    onlyBefore: aligned.onlyBefore,
    onlyAfter: aligned.onlyAfter,
    differences: (bound = "certain") => differences(before, after, endpoints, bound),
  };
}

function universeOf(before: Cluster, after: Cluster): Universe {
  const namespaces = new Map<string, Namespace>([...before.namespaces, ...after.namespaces]);
  return {
    namespaces: new Map([...namespaces].toSorted(([a], [b]) => compareStrings(a, b))),
    workloads: [...new Set([...before.workloads, ...after.workloads])],
    policies: [...new Set([...before.policies, ...after.policies])],
    hostPolicies: [...new Set([...(before.hostPolicies ?? []), ...(after.hostPolicies ?? [])])],
    nodes: [...new Set([...(before.nodes ?? []), ...(after.nodes ?? [])])],
  };
}

/** Whether selectors of namespaces match the same in two clusters. */
function haveSameNamespaces({ namespaces: a }: Cluster, { namespaces: b }: Cluster): boolean {
  if (a === b) return true;
  const isSame = (one: Namespace, other: Namespace | undefined): boolean =>
    one.declared === other?.declared && haveSameLabels(one.labels, other.labels);
  return a.size === b.size && [...a.values()].every((one) => isSame(one, b.get(one.name)));
}

function haveSameLabels(a: Labels, b: Labels): boolean {
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => a[key] === b[key]);
}

function haveSameNodes({ nodes: a = [] }: Cluster, { nodes: b = [] }: Cluster): boolean {
  return a === b || JSON.stringify(a) === JSON.stringify(b);
}

/** The classes of the pods of each workload of one of the clusters. */
interface Parts {
  readonly workload: Workload;
  readonly classes: readonly ClassId[];
}

function partsOf({ pods, cluster }: Reachability): ReadonlyMap<string, Parts> {
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
      const isDecided = before.isDecided(source.before, target.before) || after.isDecided(source.after, target.after);
      if (!isDecided) continue;
      const was = before.connections(source.before, target.before, bound);
      const is = after.connections(source.after, target.after, bound);
      if (was !== is) yield { source, target, before: was, after: is };
    }
  }
}
