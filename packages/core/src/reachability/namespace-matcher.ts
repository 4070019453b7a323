import type { Cluster } from "../model/cluster.ts";
import type { Selector } from "../model/selector.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { isSatisfiable } from "../semantics/match-selector.ts";
import { type IntervalSet, difference, intersection, union } from "../sets/interval-set.ts";
import { ClassSet } from "./class-set.ts";
import { LabelIndex, type Matches, exactly } from "./label-index.ts";

/**
 * Finds namespaces by selector. Of a namespace that the input does not define only the name label is known: a
 * requirement on another label holds possibly, not certainly.
 */
export class NamespaceMatcher {
  readonly #index = new LabelIndex();
  readonly #count: number;
  readonly #undeclared: IntervalSet<number>;

  constructor(cluster: Cluster, unknownLabels: "unknown" | "absent") {
    const undeclared: number[] = [];
    let position = 0;
    for (const namespace of cluster.namespaces.values()) {
      this.#index.add(namespace.labels);
      if (!namespace.declared && unknownLabels === "unknown") undeclared.push(position);
      position++;
    }
    this.#count = position;
    this.#undeclared = ClassSet.fromSorted(undeclared).boundaries;
  }

  /** The namespaces a selector matches, by position. */
  match(selector: Selector): Matches {
    const known = this.#index.match(selector, 0, this.#count);
    if (this.#undeclared.length === 0) return exactly(known);
    const unknown = selector.requirements.filter(({ key }) => key !== namespaceNameLabel);
    if (unknown.length === 0) return exactly(known);
    // The index treats unknown labels as absent, which would make NotIn and DoesNotExist certain.
    const certain = ClassSet.of(difference(known.boundaries, this.#undeclared));
    if (!isSatisfiable(unknown)) return exactly(certain);
    const byName = this.#index.match(
      { requirements: selector.requirements.filter(({ key }) => key === namespaceNameLabel) },
      0,
      this.#count,
    );
    const possible = ClassSet.of(union(certain.boundaries, intersection(byName.boundaries, this.#undeclared)));
    return { certain, possible };
  }
}
