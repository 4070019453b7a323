import { groupBy } from "../../lib/group-by.ts";
import type { Cluster, Workload } from "../../model/cluster.ts";
import type { Labels, Selector } from "../../model/selector.ts";
import type { Assumptions } from "../../options.ts";
import { LabelIndex } from "../../reachability/label-index.ts";

/** The pods of one workload, with their labels as written. */
export interface LabelledPods {
  readonly workload: Workload;
  readonly labels: Labels;
  /** On the node's network, where no selector sees them. */
  readonly onNode: boolean;
}

/**
 * All pod templates by their labels as written, for selectors the engine does not know: the classes keep only labels
 * that some policy in force looks at. Terminated pods count: what ran once may run again.
 */
export class PodLabels {
  readonly #cluster: Cluster;
  readonly #assumptions: Assumptions;
  #pods: readonly LabelledPods[] | undefined;
  #index: LabelIndex | undefined;
  #ranges: ReadonlyMap<string, readonly [number, number]> | undefined;

  constructor(cluster: Cluster, assumptions: Assumptions) {
    this.#cluster = cluster;
    this.#assumptions = assumptions;
  }

  /** The pods of a namespace. */
  in(namespace: string): readonly LabelledPods[] {
    const { pods, ranges } = this.#built();
    const [first, end] = ranges.get(namespace) ?? [0, 0];
    return pods.slice(first, end);
  }

  /** The pods that a selector matches by their labels, in one namespace or in all. */
  matching(selector: Selector, namespace?: string): readonly LabelledPods[] {
    const { pods, index, ranges } = this.#built();
    const [first, end] = namespace === undefined ? [0, pods.length] : (ranges.get(namespace) ?? [0, 0]);
    if (first === end) return [];
    return index
      .match(selector, first, end)
      .toArray()
      .flatMap((id) => pods[id] ?? []);
  }

  #built(): {
    readonly pods: readonly LabelledPods[];
    readonly index: LabelIndex;
    readonly ranges: ReadonlyMap<string, readonly [number, number]>;
  } {
    if (this.#pods === undefined || this.#index === undefined || this.#ranges === undefined) {
      const pods: LabelledPods[] = [];
      const index = new LabelIndex();
      const ranges = new Map<string, readonly [number, number]>();
      for (const [namespace, workloads] of groupBy(this.#cluster.workloads, (workload) => workload.namespace)) {
        const first = pods.length;
        for (const workload of workloads) {
          for (const group of workload.groups) {
            const onNode = group.hostNetwork && !this.#assumptions.hostNetworkPodsSelected;
            pods.push({ workload, labels: group.labels, onNode });
            index.add(group.labels);
          }
        }
        ranges.set(namespace, [first, pods.length]);
      }
      this.#pods = pods;
      this.#index = index;
      this.#ranges = ranges;
    }
    return { pods: this.#pods, index: this.#index, ranges: this.#ranges };
  }
}
