import { groupBy } from "../../lib/group-by.ts";
import { remembered } from "../../lib/remembered.ts";
import type { Cluster, PodGroup, Workload } from "../../model/cluster.ts";
import type { Labels, Selector } from "../../model/selector.ts";
import type { Assumptions } from "../../model/assumptions.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import { LabelIndex } from "../../reachability/label-index.ts";
import { mayHaveValue } from "../../model/controller-labels.ts";
import type { OpenLabels } from "../../semantics/match-selector.ts";

/** The pods of one workload, with their labels as written. */
export interface LabelledPods {
  readonly workload: Workload;
  readonly labels: Labels;
  /** Labels that they have beside those, of values that only their controller knows or that differ between replicas. */
  readonly open: OpenLabels;
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
  #onNodes: readonly LabelledPods[] | undefined;
  #onNodesIndex: LabelIndex | undefined;
  #ranges: ReadonlyMap<string, readonly [number, number]> | undefined;

  constructor(cluster: Cluster, assumptions: Assumptions) {
    this.#cluster = cluster;
    this.#assumptions = assumptions;
  }

  /** Whether a selector matches, or may match, the labels of any pod, in one namespace or in all. */
  matchesAny(selector: Selector, namespace?: string): boolean {
    return this.#matchingIds(selector, namespace).size > 0;
  }

  /** The pods on the node's network with the labels that a selector asks for, or may have them. */
  readonly onNodes: (selector: Selector) => readonly LabelledPods[] = remembered((selector) =>
    this.#onNodesOf(selector),
  );

  /** Whether there are pods on the node's network at all. */
  hasOnNodes(): boolean {
    return this.#allOnNodes().length > 0;
  }

  #allOnNodes(): readonly LabelledPods[] {
    return (this.#onNodes ??= this.#built().pods.filter(({ onNode }) => onNode));
  }

  #onNodesOf(selector: Selector): readonly LabelledPods[] {
    const pods = this.#allOnNodes();
    if (pods.length === 0) return [];
    if (this.#onNodesIndex === undefined) {
      this.#onNodesIndex = new LabelIndex();
      for (const { labels, open } of pods) this.#onNodesIndex.add(labels, open);
    }
    return podsOf(this.#onNodesIndex.matches(selector, 0, pods.length).possible, pods);
  }

  /** The pods of a namespace. */
  in(namespace: string): readonly LabelledPods[] {
    const { pods, ranges } = this.#built();
    const [first, end] = ranges.get(namespace) ?? [0, 0];
    return pods.slice(first, end);
  }

  /** The pods that a selector matches, or may match, by their labels, in one namespace or in all. */
  matching(selector: Selector, namespace?: string): readonly LabelledPods[] {
    const { pods } = this.#built();
    return podsOf(this.#matchingIds(selector, namespace), pods);
  }

  #matchingIds(selector: Selector, namespace: string | undefined): ClassSet {
    const { pods, index, ranges } = this.#built();
    const range = namespace === undefined ? undefined : ranges.get(namespace);
    if (range === undefined && namespace !== undefined) return ClassSet.empty;
    return index.matches(selector, range?.[0] ?? 0, range?.[1] ?? pods.length).possible;
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
            const open = openLabelsOf(group);
            pods.push({ workload, labels: group.labels, open, onNode });
            index.add(group.labels, open);
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

function podsOf(ids: ClassSet, pods: readonly LabelledPods[]): readonly LabelledPods[] {
  return ids.toArray().map((id) => pods[id] as LabelledPods); // the index has an id for each of them
}

const noOpenLabels: OpenLabels = new Map();

function openLabelsOf({ controllerLabels = [] }: PodGroup): OpenLabels {
  if (controllerLabels.length === 0) return noOpenLabels;
  return new Map(controllerLabels.map((label) => [label.key, { has: (value) => mayHaveValue(label, value) }]));
}
