/** A label selector as Kubernetes writes it; `{}` selects everything. */
export interface LabelSelector {
  /** Values by label: a pod has all of them. */
  readonly matchLabels?: Readonly<Record<string, string>>;
  /** Absent: there are none. */
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
    readonly values?: readonly string[];
  }[];
}

/**
 * What the rules of two policies admit to the pods that both select, for every peer that could exist. `overlap`: some of
 * it is the same, and each admits something that the other does not. `undecided`: the work would have been too much.
 */
export type OverlapRules =
  | "same"
  | "first-contains-second"
  | "second-contains-first"
  | "overlap"
  | "disjoint"
  | "undecided";

/** Two policies of a namespace whose subjects can share a pod. */
export interface Overlap {
  /** The namespace of both. */
  readonly namespace: string;
  /** The names of the two, in order. */
  readonly policies: readonly [string, string];
  /** `same`: equal subjects. `contained`: the second policy's subject lies within the first's. `partial`: neither. */
  readonly kind: "same" | "contained" | "partial";
  /** Those that both isolate. */
  readonly directions: readonly ("ingress" | "egress")[];
  /** Selects exactly the pods of the namespace that both policies select. */
  readonly selector: LabelSelector;
  /** Labels that a pod both policies select could have. */
  readonly exampleLabels: Readonly<Record<string, string>>;
  /** Workloads of the input that both select: the first few ids, and how many. */
  readonly sharedWorkloads: readonly string[];
  /** How many present workloads both select, those that are not named included. */
  readonly sharedWorkloadCount: number;
  /** How the rules stand to each other, in each of `directions`. */
  readonly rules: Readonly<Partial<Record<"ingress" | "egress", OverlapRules>>>;
  /** Whether some rule of the one admits traffic that a rule of the other admits too. */
  readonly rulesOverlap: boolean;
}

/** Two policies of one tier whose subjects can share a pod: of no namespace, or of a tier where order decides. */
export interface ClusterWideOverlap {
  /** The name of the tier that both stand in. */
  readonly tier: string;
  /** In the order in which they are asked; of equal ones by name. */
  readonly policies: readonly [OverlappingPolicy, OverlappingPolicy];
  /** As that of {@link Overlap}. */
  readonly kind: Overlap["kind"];
  /** Those of which both have rules. */
  readonly directions: readonly ("ingress" | "egress")[];
  /** A pod that both select could be this one. */
  readonly example: {
    readonly namespaceLabels: Readonly<Record<string, string>>;
    readonly labels: Readonly<Record<string, string>>;
  };
  /** Workloads that both select: the first of them. */
  readonly sharedWorkloads: readonly string[];
  /** How many present workloads both select, those that are not named included. */
  readonly sharedWorkloadCount: number;
  /** How what their rules match stands to each other, whatever they do to it, in each of `directions`. */
  readonly rules: Readonly<Partial<Record<"ingress" | "egress", OverlapRules>>>;
  /** The directions in which rules of the two match the same traffic and do different things to it: their order decides. */
  readonly contradicts: readonly ("ingress" | "egress")[];
}

/** Policies of no namespace, of one kind and tier, with equal subjects, which one policy is proved to replace. */
export interface ClusterWideConsolidation {
  /** The name of the tier that all of them stand in. */
  readonly tier: string;
  /** In the order in which they are asked, and in which one policy has their rules. */
  readonly policies: readonly OverlappingPolicy[];
  /** Those of which they have rules. */
  readonly directions: readonly ("ingress" | "egress")[];
  /** What they have in common. */
  readonly description: string;
  /** What to do. */
  readonly recommendation: string;
  /** One policy with the rules of all decides the same, for every pod and namespace that could exist. What is not proved is not told. */
  readonly proved: true;
}

/** One of policies that are told of together. */
export interface OverlappingPolicy {
  /** The kind of the policy. */
  readonly kind: string;
  /** The namespace of the policy. Absent: it is of none. */
  readonly namespace?: string;
  /** `metadata.name` of the policy. */
  readonly name: string;
}

/** Policies of a namespace with equal subjects and directions, which one policy could replace. */
export interface ConsolidationCandidate {
  /** The namespace of all of them. */
  readonly namespace: string;
  /** Their names, in order. */
  readonly policies: readonly string[];
  /** Those that each of them isolates. */
  readonly directions: readonly ("ingress" | "egress")[];
  /** What they have in common. */
  readonly description: string;
  /** What to do. */
  readonly recommendation: string;
  /** Whether one policy with the rules of all is proved to do the same, for every pod that could exist. */
  readonly proved: boolean | "undecided";
}
