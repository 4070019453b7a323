import type { PodBox } from "../../model/policy.ts";
import type { Requirement, SelectorOperator } from "../../model/selector.ts";
import { type Conjunction, type Literal, Literals, both, distinct } from "./conjunctions.ts";
import { passes } from "./evaluate-selector.ts";
import { namespaceLabelPrefix } from "./selectable-group.ts";
import type { LabelTest, SelectorTree } from "../../model/calico.ts";

/** More boxes than this are no selector that somebody means. */
export const mostBoxes = 256;
const mostProducts = 4_096;

const nothing: readonly Conjunction[] = [];
const everything: readonly Conjunction[] = [[]];

/** Labels of an endpoint that a pod cannot choose: Calico adds them. */
const orchestratorKey = "projectcalico.org/orchestrator";
const namespaceKey = "projectcalico.org/namespace";
const namespaceNameLabels: ReadonlySet<string> = new Set([
  `${namespaceLabelPrefix}projectcalico.org/name`,
  namespaceKey,
]);

/**
 * The pods that a selector selects, as a union of boxes: the selector in disjunctive form, with what it asks of the
 * namespace (`pcns.`, `projectcalico.org/namespace`) apart. Undefined when that takes more boxes than anybody means.
 * A pod has a namespace, so `global()` selects none, and its orchestrator is `k8s`.
 */
export function podBoxes(tree: SelectorTree, most: number = mostBoxes): readonly PodBox[] | undefined {
  const literals = new Literals();
  const conjunctions = disjunction(tree, false, { literals, most });
  return (
    conjunctions &&
    literals.simplified(conjunctions).map((conjunction) => ({
      namespaceSelector: { requirements: requirementsOf(literals.of(conjunction), "namespace") },
      podSelector: { requirements: requirementsOf(literals.of(conjunction), "pod") },
    }))
  );
}

function requirementsOf(literals: readonly Literal[], of: Literal["of"]): readonly Requirement[] {
  return literals.filter((literal) => literal.of === of).map(({ requirement }) => requirement);
}

/** What one selector is read with. */
interface Known {
  readonly literals: Literals;
  readonly most: number;
}

/** Trees in disjunctive form. */
function disjunction(tree: SelectorTree, isNegated: boolean, known: Known): readonly Conjunction[] | undefined {
  switch (tree.type) {
    case "all":
      return isNegated ? nothing : everything;
    case "global":
      return isNegated ? everything : nothing;
    case "not":
      return disjunction(tree.of, !isNegated, known);
    case "test":
      return literals(tree.test, isNegated, known);
    case "and":
    case "or":
      return (tree.type === "and") === isNegated ? sum(tree.of, isNegated, known) : product(tree.of, isNegated, known);
  }
}

function sum(parts: readonly SelectorTree[], isNegated: boolean, known: Known): readonly Conjunction[] | undefined {
  let all: readonly Conjunction[] = nothing;
  for (const part of parts) {
    const found = disjunction(part, isNegated, known);
    if (found === undefined) return undefined;
    all = distinct([...all, ...found]);
    if (all.length > known.most) return undefined;
  }
  return all;
}

function product(parts: readonly SelectorTree[], isNegated: boolean, known: Known): readonly Conjunction[] | undefined {
  let all = everything;
  for (const part of parts) {
    const found = disjunction(part, isNegated, known);
    if (found === undefined || found.length * all.length > mostProducts) return undefined;
    all = distinct(all.flatMap((one) => found.map((other) => both(one, other))));
    if (all.length > known.most) return undefined;
  }
  return all;
}

function literals(test: LabelTest, isNegated: boolean, known: Known): readonly Conjunction[] {
  const { key } = test;
  if (test.type === "in" && test.values.length === 0) return isNegated ? everything : nothing;
  if (key === orchestratorKey) return passes(test, "k8s") === isNegated ? nothing : everything;
  const isOfNamespace = key === namespaceKey || key.startsWith(namespaceLabelPrefix);
  const named = namespaceNameLabels.has(key)
    ? "kubernetes.io/metadata.name"
    : isOfNamespace
      ? key.slice(namespaceLabelPrefix.length)
      : key;
  // Every pod is in a namespace, and every namespace has a name.
  if (isOfNamespace && test.type === "has" && named === "kubernetes.io/metadata.name")
    return isNegated ? nothing : everything;
  const of = isOfNamespace ? "namespace" : "pod";
  return [[known.literals.numberOf({ of, requirement: requirementOf(test, named, isNegated) })]];
}

const textOperators: Readonly<
  Record<Exclude<LabelTest["type"], "in" | "has">, readonly [SelectorOperator, SelectorOperator]>
> = {
  contains: ["Contains", "NotContains"],
  startsWith: ["StartsWith", "NotStartsWith"],
  endsWith: ["EndsWith", "NotEndsWith"],
};

function requirementOf(test: LabelTest, key: string, isNegated: boolean): Requirement {
  const from = "matchExpressions";
  switch (test.type) {
    case "has":
      return { key, operator: isNegated ? "DoesNotExist" : "Exists", values: [], from };
    case "in":
      return { key, operator: isNegated ? "NotIn" : "In", values: test.values, from };
    default:
      // Every value has the empty text.
      if (test.text === "") return requirementOf({ type: "has", key }, key, isNegated);
      return { key, operator: textOperators[test.type][isNegated ? 1 : 0], values: [test.text], from };
  }
}
