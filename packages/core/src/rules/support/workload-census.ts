import { compareStrings } from "../../lib/compare.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import type { PodClass } from "../../reachability/pod-classes.ts";
import type { AffectedWorkloads } from "../context.ts";

/** Counts the workloads of big sets of classes: where policies are for the whole cluster, that is all of them for every finding. */
export class WorkloadCensus {
  /** Sorted. */
  readonly #ids: readonly string[];
  /** By class: the places of its workloads in `#ids`. */
  readonly #places: readonly (readonly number[])[];
  readonly #listed: number;

  /** `listed`: how many are named. */
  constructor(classes: readonly PodClass[], listed: number) {
    const ids = new Set(classes.flatMap(({ members }) => members.map(({ workload }) => workload.id)));
    this.#ids = [...ids].toSorted(compareStrings);
    const places = new Map(this.#ids.map((id, place) => [id, place]));
    this.#places = classes.map(({ members }) => members.flatMap(({ workload }) => places.get(workload.id) ?? []));
    this.#listed = listed;
  }

  /** The workloads that have pods in the classes. */
  of(classes: ClassSet): AffectedWorkloads {
    const isThere = new Uint8Array(this.#ids.length);
    let count = 0;
    classes.forEach((id) => {
      for (const place of this.#places[id] ?? []) {
        count += 1 - (isThere[place] as number);
        isThere[place] = 1;
      }
    });
    const ids: string[] = [];
    for (let place = 0; place < this.#ids.length && ids.length < this.#listed; place++)
      if (isThere[place] === 1) ids.push(this.#ids[place] as string);
    return { ids, count };
  }
}
