import type { Cluster, Namespace } from "../model/cluster.ts";
import { labelValue } from "../semantics/match-selector.ts";
import { ClassSet } from "./class-set.ts";
import type { Matches } from "./label-index.ts";

/** Whether something holds; `maybe` where a label is not known. */
type Truth = "yes" | "maybe" | "no";

/** How the values of one label of two namespaces stand to each other. */
type Comparison = Readonly<Record<"same" | "different", Truth>>;

/** Namespaces by labels that they share with another namespace, or do not, as policy.networking.k8s.io v0.1.1 chose them. */
export class RelatedNamespaces {
  readonly #namespaces: ReadonlyMap<string, Namespace>;
  readonly #unknownLabels: boolean;

  constructor(cluster: Cluster, unknownLabels: "unknown" | "absent") {
    this.#namespaces = cluster.namespaces;
    this.#unknownLabels = unknownLabels === "unknown";
  }

  /** "Namespaces whose values of all these labels are those of the subject's namespace": both must have each. */
  same(keys: readonly string[], subject: string): Matches {
    return this.#where(subject, (other) => (keys.length === 0 ? "no" : all(keys.map((key) => other(key).same))));
  }

  /** Both have each label, and the values of one differ. */
  notSame(keys: readonly string[], subject: string): Matches {
    return this.#where(subject, (other) => {
      const compared = keys.map(other);
      const areThere = all(compared.map(({ same, different }) => some([same, different])));
      return all([areThere, some(compared.map(({ different }) => different))]);
    });
  }

  #where(subject: string, holds: (compare: (key: string) => Comparison) => Truth): Matches {
    const certain: number[] = [];
    const possible: number[] = [];
    let position = 0;
    for (const namespace of this.#namespaces.values()) {
      const truth = holds((key) => this.#compare(key, subject, namespace));
      if (truth === "yes") certain.push(position);
      if (truth !== "no") possible.push(position);
      position++;
    }
    return { certain: ClassSet.fromSorted(certain), possible: ClassSet.fromSorted(possible) };
  }

  #compare(key: string, subject: string, other: Namespace): Comparison {
    const own = this.#namespaces.get(subject);
    const values = [own, other].map((namespace) => this.#valueOf(namespace, key));
    const [one, two] = values;
    if (one === null || two === null) return { same: "no", different: "no" };
    if (one !== undefined && two !== undefined)
      return one === two ? { same: "yes", different: "no" } : { same: "no", different: "yes" };
    // A namespace does not differ from itself, whatever its labels are.
    return { same: "maybe", different: own === other ? "no" : "maybe" };
  }

  /** The value of a label; null where it is absent, undefined where that is not known. */
  #valueOf(namespace: Namespace | undefined, key: string): string | null | undefined {
    const value = namespace && labelValue(namespace.labels, key);
    if (value !== undefined) return value;
    return namespace?.declared === false && this.#unknownLabels ? undefined : null;
  }
}

function all(truths: readonly Truth[]): Truth {
  if (truths.includes("no")) return "no";
  return truths.includes("maybe") ? "maybe" : "yes";
}

function some(truths: readonly Truth[]): Truth {
  if (truths.includes("yes")) return "yes";
  return truths.includes("maybe") ? "maybe" : "no";
}
