/** The operators of a label selector requirement (`metav1.LabelSelectorOperator`). */
export type SelectorOperator = "In" | "NotIn" | "Exists" | "DoesNotExist";

/**
 * One requirement of a label selector. A `matchLabels` entry `k: v` is `{key: k, operator: "In", values: [v]}`.
 * `from` tells how it was written, which matters to complexity counts, places and edits only.
 */
export interface Requirement {
  readonly key: string;
  readonly operator: SelectorOperator;
  readonly values: readonly string[];
  readonly from: "matchLabels" | "matchExpressions";
}

/** A label selector: all requirements must hold. No requirement selects everything. Requirements stand in written order, `matchLabels` first. */
export interface Selector {
  readonly requirements: readonly Requirement[];
}

/** The labels of a pod or a namespace. */
export type Labels = Readonly<Record<string, string>>;
