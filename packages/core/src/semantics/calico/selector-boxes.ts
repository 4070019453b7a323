import type { PodBox } from "../../model/policy.ts";
import type { Requirement, SelectorOperator } from "../../model/selector.ts";
import { passes } from "./evaluate-selector.ts";
import { namespaceLabelPrefix } from "./selectable-group.ts";
import type { LabelTest, SelectorTree } from "../../model/calico.ts";

/** More boxes than this are no selector that somebody means. */
const mostBoxes = 256;
const mostProducts = 65_536;

/** A requirement, and whether it is of the pod's labels or of its namespace's. */
interface Literal {
  readonly of: "pod" | "namespace";
  readonly requirement: Requirement;
}

/** A conjunction of requirements. */
type Conjunction = readonly Literal[];

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
export function podBoxes(tree: SelectorTree): readonly PodBox[] | undefined {
  const conjunctions = disjunction(tree, false);
  return (
    conjunctions &&
    simplified(conjunctions).map((literals) => ({
      namespaceSelector: { requirements: requirementsOf(literals, "namespace") },
      podSelector: { requirements: requirementsOf(literals, "pod") },
    }))
  );
}

function requirementsOf(literals: Conjunction, of: Literal["of"]): readonly Requirement[] {
  return literals.filter((literal) => literal.of === of).map(({ requirement }) => requirement);
}

/** Trees in disjunctive form. */
function disjunction(tree: SelectorTree, isNegated: boolean): readonly Conjunction[] | undefined {
  switch (tree.type) {
    case "all":
      return isNegated ? nothing : everything;
    case "global":
      return isNegated ? everything : nothing;
    case "not":
      return disjunction(tree.of, !isNegated);
    case "test":
      return literals(tree.test, isNegated);
    case "and":
    case "or":
      return (tree.type === "and") === isNegated ? sum(tree.of, isNegated) : product(tree.of, isNegated);
  }
}

function sum(parts: readonly SelectorTree[], isNegated: boolean): readonly Conjunction[] | undefined {
  let all: readonly Conjunction[] = nothing;
  for (const part of parts) {
    const found = disjunction(part, isNegated);
    if (found === undefined) return undefined;
    all = distinct([...all, ...found]);
    if (all.length > mostBoxes) return undefined;
  }
  return all;
}

function product(parts: readonly SelectorTree[], isNegated: boolean): readonly Conjunction[] | undefined {
  let all = everything;
  for (const part of parts) {
    const found = disjunction(part, isNegated);
    if (found === undefined || found.length * all.length > mostProducts) return undefined;
    all = distinct(all.flatMap((one) => found.map((other) => distinct([...one, ...other]))));
    if (all.length > mostBoxes) return undefined;
  }
  return all;
}

function literals(test: LabelTest, isNegated: boolean): readonly Conjunction[] {
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
  return [[{ of: isOfNamespace ? "namespace" : "pod", requirement: requirementOf(test, named, isNegated) }]];
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

/** The same without boxes that lie in others, and with two as one where only one label tells them apart, which then does not matter. */
function simplified(conjunctions: readonly Conjunction[]): readonly Conjunction[] {
  let left = conjunctions;
  for (let again = true; again;) {
    again = false;
    for (const [i, one] of left.entries()) {
      const merged = left.slice(i + 1).map((other) => joinedOf(one, other));
      const at = merged.findIndex((each) => each !== undefined);
      const joined = merged[at];
      if (joined === undefined) continue;
      left = [...left.slice(0, i), joined, ...left.slice(i + 1).filter((_, j) => j !== at)];
      again = true;
      break;
    }
  }
  return left;
}

/** One conjunction that says what two say together, where there is one. */
function joinedOf(one: Conjunction, other: Conjunction): Conjunction | undefined {
  const [own, theirs] = [without(one, other), without(other, one)];
  if (own.length === 0) return one;
  if (theirs.length === 0) return other;
  const [a, b] = [own[0], theirs[0]];
  if (own.length > 1 || theirs.length > 1 || a === undefined || b === undefined || !coverAll(a, b)) return undefined;
  return one.filter((literal) => literal !== a);
}

function without(literals: Conjunction, others: Conjunction): Conjunction {
  const known = new Set(others.map((literal) => JSON.stringify(literal)));
  return literals.filter((literal) => !known.has(JSON.stringify(literal)));
}

const opposites: Readonly<Partial<Record<SelectorOperator, SelectorOperator>>> = {
  Exists: "DoesNotExist",
  Contains: "NotContains",
  StartsWith: "NotStartsWith",
  EndsWith: "NotEndsWith",
};

/** Whether one of two requirements holds, whatever the label is. */
function coverAll(a: Literal, b: Literal): boolean {
  if (a.of !== b.of || a.requirement.key !== b.requirement.key) return false;
  return coversWith(a.requirement, b.requirement) || coversWith(b.requirement, a.requirement);
}

function coversWith(a: Requirement, b: Requirement): boolean {
  if (opposites[a.operator] === b.operator) return a.values.join() === b.values.join();
  if (b.operator !== "NotIn") return false;
  return a.operator === "Exists" || (a.operator === "In" && b.values.every((value) => a.values.includes(value)));
}

function distinct<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
