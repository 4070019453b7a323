/**
 * The operators of a requirement: those of Kubernetes (`metav1.LabelSelectorOperator`), and those of Calico that ask for a
 * part of the value.
 */
export type SelectorOperator = KubernetesOperator | TextOperator;

/** Those of Kubernetes. */
export type KubernetesOperator = "In" | "NotIn" | "Exists" | "DoesNotExist";

/** What asks for a part of a value. The negated ones hold where the label is absent, too. */
export type TextOperator = "Contains" | "StartsWith" | "EndsWith" | "NotContains" | "NotStartsWith" | "NotEndsWith";

/** How Calico writes them, without the negation. */
export const textWords: Readonly<Record<TextOperator, string>> = {
  Contains: "contains",
  StartsWith: "starts with",
  EndsWith: "ends with",
  NotContains: "contains",
  NotStartsWith: "starts with",
  NotEndsWith: "ends with",
};

/**
 * One requirement of a label selector. A `matchLabels` entry `k: v` is `{key: k, operator: "In", values: [v]}`. That which
 * asks for a part of a value has the part as its one value.
 * `from` tells how it was written, which matters to complexity counts, places and edits only.
 */
export interface Requirement {
  /** The key of the label. */
  readonly key: string;
  /** What is asked of its value. */
  readonly operator: SelectorOperator;
  /** As written; empty for `Exists` and `DoesNotExist`. */
  readonly values: readonly string[];
  /** The field that it is written in. */
  readonly from: "matchLabels" | "matchExpressions";
}

/** A label selector: all requirements must hold. No requirement selects everything. Requirements stand in written order, `matchLabels` first. */
export interface Selector {
  /** All of them must hold; none selects everything. */
  readonly requirements: readonly Requirement[];
}

/** The labels of a pod or a namespace. */
export type Labels = Readonly<Record<string, string>>;
