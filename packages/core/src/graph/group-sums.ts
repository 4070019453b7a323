import type { ClassId } from "../reachability/class-set.ts";
import type { ListedEndpoint } from "../reachability/endpoints.ts";
import { type IntervalSet, boundariesUpTo } from "../sets/interval-set.ts";
import { podsOf } from "./partition.ts";

/** How much there is in some classes. */
export interface Amount {
  readonly endpoints: number;
  readonly pods: number;
  /** Endpoints that cannot talk to themselves: external addresses and single pods. */
  readonly alone: number;
}

/** What a set of classes has in one node. */
export interface NodeAmount extends Amount {
  readonly node: number;
}

/** Sums endpoints and pods per node over sets of classes. Namespaces are ranges of classes, so a set is a few sums. */
export class GroupSums {
  readonly #endpoints: Float64Array;
  readonly #pods: Float64Array;
  readonly #alone: Float64Array;
  /** Stretches of classes with one node: where each starts, and its node. */
  readonly #starts: number[] = [];
  readonly #nodes: number[] = [];

  constructor(counted: Iterable<ListedEndpoint>, nodeOf: Int32Array) {
    const size = nodeOf.length + 1;
    [this.#endpoints, this.#pods, this.#alone] = [
      new Float64Array(size),
      new Float64Array(size),
      new Float64Array(size),
    ];
    for (const listed of counted) {
      if (listed.classId < 0) continue;
      add(this.#endpoints, listed.classId + 1, 1);
      add(this.#pods, listed.classId + 1, podsOf(listed));
      add(this.#alone, listed.classId + 1, listed.toItself ? 0 : 1);
    }
    for (const sums of [this.#endpoints, this.#pods, this.#alone])
      for (let i = 1; i < size; i++) add(sums, i, sums[i - 1] as number);
    nodeOf.forEach((node, id) => {
      if (this.#nodes[this.#nodes.length - 1] === node) return;
      this.#starts.push(id);
      this.#nodes.push(node);
    });
  }

  /** What one class has. */
  of(id: ClassId): Amount {
    return this.#between(id, id + 1);
  }

  /** What a set has, node by node; nodes it has nothing in are left out. */
  perNode(set: IntervalSet<ClassId>): readonly NodeAmount[] {
    const amounts = new Map<number, { endpoints: number; pods: number; alone: number }>();
    for (let i = 0; i < set.length; i += 2) {
      const end = set[i + 1] as ClassId;
      let at = set[i] as ClassId;
      for (let run = boundariesUpTo(this.#starts, at) - 1; at < end; run++) {
        const next = Math.min(end, this.#starts[run + 1] ?? end);
        const { endpoints, pods, alone } = this.#between(at, next);
        at = next;
        const node = this.#nodes[run] as number;
        if (endpoints === 0 || node < 0) continue;
        const sum = amounts.get(node);
        if (sum === undefined) amounts.set(node, { endpoints, pods, alone });
        else {
          sum.endpoints += endpoints;
          sum.pods += pods;
          sum.alone += alone;
        }
      }
    }
    return [...amounts].map(([node, amount]) => ({
      node,
      endpoints: amount.endpoints,
      pods: amount.pods,
      alone: amount.alone,
    }));
  }

  #between(first: ClassId, end: ClassId): Amount {
    const sum = (sums: Float64Array): number => (sums[end] as number) - (sums[first] as number);
    return { endpoints: sum(this.#endpoints), pods: sum(this.#pods), alone: sum(this.#alone) };
  }
}

function add(sums: Float64Array, at: number, amount: number): void {
  sums[at] = (sums[at] as number) + amount;
}
