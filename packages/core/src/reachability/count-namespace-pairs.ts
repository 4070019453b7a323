import { intersection } from "../sets/interval-set.ts";
import type { ClassSet } from "./class-set.ts";
import { visitPairs } from "./pair-blocks.ts";
import type { Bound } from "./part-expander.ts";
import type { Reachability } from "./reachability.ts";
import { Weights } from "./weights.ts";

/** Ordered pairs of pods with a connection, as one namespace sees them. A class with itself counts in full. */
export interface NamespacePairs {
  readonly pods: number;
  /** Both ends in the namespace, a pod with itself included when its class reaches itself. */
  readonly inside: number;
  /** The pods of the namespace that a class with itself counted as pairs. */
  readonly selves: number;
  /** This namespace's pods to those of others, and back. */
  readonly outgoing: number;
  readonly incoming: number;
}

/** What a set of classes has in each namespace, by the namespace's position. */
type Amounts = readonly (readonly [namespace: number, pods: number])[];

/** Counts exactly who may talk to whom, namespace by namespace, with nothing expanded. Pods on their node's network are left out. */
export function countNamespacePairs(reachability: Reachability, bound: Bound): ReadonlyMap<string, NamespacePairs> {
  const { pods } = reachability;
  const counter = new NamespaceCounter(reachability);
  visitPairs(reachability[bound].egress, reachability[bound].ingress, reachability.table, counter);
  return new Map(
    [...pods.ranges].map(([name, [first, end]], i) => {
      let selves = 0;
      for (let id = first; id < end; id++)
        if (reachability.connections(id, id, bound) !== 0) selves += counter.weights.of(id);
      return [name, { pods: counter.weights.ofRange(first, end), selves, ...counter.of(i) }];
    }),
  );
}

/** Answers that are kept; where nothing is shared, keeping them all would cost more memory than they save time. */
const maxKept = 200_000;

/** Sums pairs per namespace. */
class NamespaceCounter {
  readonly weights: Weights;
  /** The end of each namespace's classes, and the namespace of each class. */
  readonly #ends: readonly number[];
  readonly #namespaceOf: Int32Array;
  readonly #inside: Float64Array;
  readonly #outgoing: Float64Array;
  readonly #incoming: Float64Array;
  readonly #amounts = new Map<ClassSet, Map<ClassSet, Amounts>>();
  #kept = 0;

  constructor({ pods, classCount }: Reachability) {
    const ranges = [...pods.ranges.values()];
    const weights = new Float64Array(classCount);
    this.#namespaceOf = new Int32Array(pods.selectable);
    ranges.forEach(([first, end], i) => this.#namespaceOf.fill(i, first, end));
    for (const { id, pods: count } of pods.classes.slice(0, pods.selectable)) weights[id] = count;
    this.weights = new Weights(weights);
    this.#ends = ranges.map(([, end]) => end);
    this.#inside = new Float64Array(ranges.length);
    this.#outgoing = new Float64Array(ranges.length);
    this.#incoming = new Float64Array(ranges.length);
  }

  of(namespace: number): Pick<NamespacePairs, "inside" | "outgoing" | "incoming"> {
    const inside = this.#inside[namespace] as number;
    return {
      inside,
      outgoing: (this.#outgoing[namespace] as number) - inside,
      incoming: (this.#incoming[namespace] as number) - inside,
    };
  }

  block(sources: ClassSet, admitted: ClassSet, targets: ClassSet, allowed: ClassSet): void {
    const from = this.weights.ofIntersection(sources, admitted);
    const to = from > 0 ? this.weights.ofIntersection(targets, allowed) : 0;
    if (to === 0) return;
    const [fromEach, toEach] = [this.#amountsOf(sources, admitted), this.#amountsOf(targets, allowed)];
    for (const [namespace, pods] of fromEach) add(this.#outgoing, namespace, pods * to);
    for (const [namespace, pods] of toEach) add(this.#incoming, namespace, pods * from);
    forEachShared(fromEach, toEach, (namespace, product) => add(this.#inside, namespace, product));
  }

  pair(source: number, target: number, sign: 1 | -1): void {
    const pairs = sign * this.weights.of(source) * this.weights.of(target);
    if (pairs === 0) return;
    const [from, to] = [this.#namespaceOf[source] as number, this.#namespaceOf[target] as number];
    add(this.#outgoing, from, pairs);
    add(this.#incoming, to, pairs);
    if (from === to) add(this.#inside, from, pairs);
  }

  /** The pods that two sets share, by namespace; both sets are shared between blocks, so the answer is kept. */
  #amountsOf(a: ClassSet, b: ClassSet): Amounts {
    let ofA = this.#amounts.get(a);
    if (ofA === undefined) this.#amounts.set(a, (ofA = new Map<ClassSet, Amounts>()));
    let amounts = ofA.get(b);
    if (amounts === undefined) {
      amounts = this.#perNamespace(intersection(a.boundaries, b.boundaries));
      if (++this.#kept > maxKept) {
        this.#amounts.clear();
        this.#kept = 0;
      } else ofA.set(b, amounts);
    }
    return amounts;
  }

  #perNamespace(boundaries: readonly number[]): Amounts {
    const amounts: [number, number][] = [];
    for (let i = 0; i < boundaries.length; i += 2) {
      const end = Math.min(boundaries[i + 1] as number, this.#namespaceOf.length);
      for (let at = boundaries[i] as number; at < end;) {
        const namespace = this.#namespaceOf[at] as number;
        const next = Math.min(end, this.#ends[namespace] as number);
        const pods = this.weights.ofRange(at, next);
        const last = amounts[amounts.length - 1];
        if (last?.[0] === namespace) last[1] += pods;
        else amounts.push([namespace, pods]);
        at = next;
      }
    }
    return amounts;
  }
}

/** Both ascend by namespace. */
function forEachShared(a: Amounts, b: Amounts, visit: (namespace: number, product: number) => void): void {
  let j = 0;
  for (const [namespace, pods] of a) {
    while (j < b.length && (b[j] as Amounts[number])[0] < namespace) j++;
    const other = b[j];
    if (other?.[0] === namespace) visit(namespace, pods * other[1]);
  }
}

function add(sums: Float64Array, at: number, amount: number): void {
  sums[at] = (sums[at] as number) + amount;
}
