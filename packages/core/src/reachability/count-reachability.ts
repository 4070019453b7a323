import type { ReachabilityCounts } from "../answers/connectivity.ts";
import { noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "./class-set.ts";
import { countPairs } from "./count-pairs.ts";
import type { PodClass } from "./pod-classes.ts";
import type { Reachability } from "./reachability.ts";
import type { Bound } from "./part-expander.ts";
import { Weights } from "./weights.ts";

/**
 * Exact figures, with nothing expanded. With namespaces: those of their workloads, policies and classes, and the pairs and
 * connections that have an end in them, which are all but those that have both ends elsewhere.
 */
export function countReachability(
  reachability: Reachability,
  rulesOf: (namespaces: ReadonlySet<string> | undefined) => number,
  namespaces?: ReadonlySet<string>,
): ReachabilityCounts {
  const { cluster, pods, addresses, certain } = reachability;
  const isInside = ({ namespace }: { readonly namespace: string }): boolean => namespaces?.has(namespace) ?? true;
  const inside = pods.classes.filter(isInside);
  const weigh = new Weighing(reachability, isInside);
  const { podPairs, connections } = weigh.pairs("certain");
  const uncertain = reachability.possible === certain ? podPairs : weigh.pairs("possible").podPairs;
  const ofNodes = namespaces === undefined ? countOfNodes(reachability) : 0;
  return {
    workloads: cluster.workloads.filter(isInside).length,
    pods: weigh.pods,
    podClasses: inside.length,
    addressClasses: addresses.classes.length,
    rules: rulesOf(namespaces),
    ingressSignatures: namespaces === undefined ? certain.ingress.rows.size : rowsOf(inside, certain.ingress.rowOf),
    egressSignatures: namespaces === undefined ? certain.egress.rows.size : rowsOf(inside, certain.egress.rowOf),
    podPairs,
    possiblePodPairs: weigh.possiblePairs,
    connections: connections + ofNodes,
    uncertainPodPairs: uncertain - podPairs,
  };
}

/** Pairs of a node and what is no pod, where policies are for nodes. */
function countOfNodes(reachability: Reachability): number {
  const { nodes, pods, addresses } = reachability;
  const first = pods.classes.length;
  const others = addresses.classes.map((_, i) => first + i);
  const pairs = [...nodes]
    .filter((node) => node >= first)
    .flatMap((node) => others.flatMap((other) => [[node, other] as const, [other, node] as const]));
  return pairs.filter(
    ([source, target]) =>
      reachability.isDecided(source, target) && reachability.connections(source, target) !== noConnections,
  ).length;
}

function rowsOf(classes: readonly PodClass[], rowOf: readonly unknown[]): number {
  return new Set(classes.map(({ id }) => rowOf[id])).size;
}

/** Counts pairs with an end inside as all pairs less those whose ends both weigh nothing inside. */
class Weighing {
  readonly pods: number;
  readonly possiblePairs: number;
  readonly #reachability: Reachability;
  readonly #inside: readonly PodClass[];
  readonly #weights: readonly Weights[];

  constructor(reachability: Reachability, isInside: (podClass: PodClass) => boolean) {
    this.#reachability = reachability;
    const { classes } = reachability.pods;
    this.#inside = classes.filter(isInside);
    const outside = new Set(classes.filter((podClass) => !isInside(podClass)));
    const size = reachability.classCount;
    const weightsOf = (weigh: (podClass: PodClass) => number, others: number): Weights => {
      const weights = new Float64Array(size).fill(others);
      for (const podClass of classes) weights[podClass.id] = weigh(podClass);
      return new Weights(weights);
    };
    const ifOutside = (weight: number, podClass: PodClass): number => (outside.has(podClass) ? weight : 0);
    const allPods = weightsOf(({ pods }) => pods, 0);
    const podsOutside = weightsOf((podClass) => ifOutside(podClass.pods, podClass), 0);
    this.#weights = [
      allPods,
      podsOutside,
      weightsOf(({ members }) => members.length, 1),
      weightsOf((podClass) => ifOutside(podClass.members.length, podClass), 1),
    ];
    const [total, elsewhere] = [allPods.ofRange(0, size), podsOutside.ofRange(0, size)];
    this.pods = total - elsewhere;
    this.possiblePairs = total * (total - 1) - elsewhere * (elsewhere - 1);
  }

  /** What a list would have: pairs of different pods, and of endpoints that are not one bare pod. Pairs of addresses are in both sums. */
  pairs(bound: Bound): { readonly podPairs: number; readonly connections: number } {
    const { egress, ingress } = this.#reachability[bound];
    const [all = 0, outside = 0, endpoints = 0, endpointsOutside = 0] = countPairs(
      egress,
      ingress,
      this.#reachability.table,
      this.#weights,
    );
    let selves = 0;
    let unlisted = 0;
    for (const { id, pods, members } of this.#inside) {
      if (!this.#reachesItself(id, bound)) continue;
      selves += pods;
      for (const { toItself } of members) if (!toItself) unlisted++;
    }
    return { podPairs: all - outside - selves, connections: endpoints - endpointsOutside - unlisted };
  }

  #reachesItself(id: ClassId, bound: Bound): boolean {
    return this.#reachability.connections(id, id, bound) !== noConnections;
  }
}
