import type { PodBox } from "../../model/policy.ts";
import type { Requirement } from "../../model/selector.ts";
import { passes } from "./evaluate-selector.ts";
import type { LabelTest, SelectorTree } from "./parse-selector.ts";

/** More boxes than this are no selector that somebody means. */
const mostBoxes = 256;
const mostProducts = 65_536;

/** A requirement, and whether it is of the pod's labels or of its namespace's. */
interface Literal {
  readonly of: "pod" | "namespace";
  readonly requirement: Requirement;
}

/** The values that a label has in the input. */
export type KnownValues = (of: "pod" | "namespace", key: string) => Iterable<string>;

/** A conjunction of requirements. */
type Conjunction = readonly Literal[];

const nothing: readonly Conjunction[] = [];
const everything: readonly Conjunction[] = [[]];

/** Labels of an endpoint that a pod cannot choose: Calico adds them. */
const orchestratorKey = "projectcalico.org/orchestrator";
const namespaceKey = "projectcalico.org/namespace";
const namespaceLabelPrefix = "pcns.";
const namespaceNameLabels: ReadonlySet<string> = new Set([
  `${namespaceLabelPrefix}projectcalico.org/name`,
  namespaceKey,
]);

/**
 * The pods that a selector selects, as a union of boxes: the selector in disjunctive form, with what it asks of the
 * namespace (`pcns.`, `projectcalico.org/namespace`) apart. Undefined when that takes more boxes than anybody means.
 * A pod has a namespace, so `global()` selects none, and its orchestrator is `k8s`. What is asked of parts of values
 * becomes a list of those values in the input that have them.
 */
export function podBoxes(tree: SelectorTree, known: KnownValues): readonly PodBox[] | undefined {
  const conjunctions = new Disjunction(known).of(tree, false);
  return conjunctions?.map((literals) => ({
    namespaceSelector: { requirements: requirementsOf(literals, "namespace") },
    podSelector: { requirements: requirementsOf(literals, "pod") },
  }));
}

function requirementsOf(literals: Conjunction, of: Literal["of"]): readonly Requirement[] {
  return literals.filter((literal) => literal.of === of).map(({ requirement }) => requirement);
}

/** Whether a selector asks for a part of a value. */
export function hasStringTest(tree: SelectorTree): boolean {
  switch (tree.type) {
    case "all":
    case "global":
      return false;
    case "not":
      return hasStringTest(tree.of);
    case "and":
    case "or":
      return tree.of.some(hasStringTest);
    case "test":
      return tree.test.type !== "in" && tree.test.type !== "has";
  }
}

/** Trees in disjunctive form. */
class Disjunction {
  readonly #known: KnownValues;

  constructor(known: KnownValues) {
    this.#known = known;
  }

  of(tree: SelectorTree, isNegated: boolean): readonly Conjunction[] | undefined {
    switch (tree.type) {
      case "all":
        return isNegated ? nothing : everything;
      case "global":
        return isNegated ? everything : nothing;
      case "not":
        return this.of(tree.of, !isNegated);
      case "test":
        return this.#literals(tree.test, isNegated);
      case "and":
      case "or":
        return (tree.type === "and") === isNegated ? this.#sum(tree.of, isNegated) : this.#product(tree.of, isNegated);
    }
  }

  #sum(parts: readonly SelectorTree[], isNegated: boolean): readonly Conjunction[] | undefined {
    let all: readonly Conjunction[] = nothing;
    for (const part of parts) {
      const found = this.of(part, isNegated);
      if (found === undefined) return undefined;
      all = distinct([...all, ...found]);
      if (all.length > mostBoxes) return undefined;
    }
    return all;
  }

  #product(parts: readonly SelectorTree[], isNegated: boolean): readonly Conjunction[] | undefined {
    let all = everything;
    for (const part of parts) {
      const found = this.of(part, isNegated);
      if (found === undefined || found.length * all.length > mostProducts) return undefined;
      all = distinct(all.flatMap((one) => found.map((other) => distinct([...one, ...other]))));
      if (all.length > mostBoxes) return undefined;
    }
    return all;
  }

  #literals(test: LabelTest, isNegated: boolean): readonly Conjunction[] {
    const { key } = test;
    if (key === orchestratorKey) return passes(test, "k8s") === isNegated ? nothing : everything;
    const isOfNamespace = key === namespaceKey || key.startsWith(namespaceLabelPrefix);
    const named = namespaceNameLabels.has(key)
      ? "kubernetes.io/metadata.name"
      : isOfNamespace
        ? key.slice(namespaceLabelPrefix.length)
        : key;
    const of = isOfNamespace ? "namespace" : "pod";
    return [[{ of, requirement: this.#requirement(test, of, named, isNegated) }]];
  }

  #requirement(test: LabelTest, of: Literal["of"], key: string, isNegated: boolean): Requirement {
    const from = "matchExpressions";
    if (test.type === "has") return { key, operator: isNegated ? "DoesNotExist" : "Exists", values: [], from };
    const values =
      test.type === "in" ? test.values : [...this.#known(of, key)].filter((value) => passes(test, value)).toSorted();
    return { key, operator: isNegated ? "NotIn" : "In", values, from };
  }
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
