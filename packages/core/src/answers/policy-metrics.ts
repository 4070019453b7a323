import type { ClusterWideConsolidation, ClusterWideOverlap } from "./overlap.ts";
/** Advice on one policy, as in the source documents' tool. */
export interface Recommendation {
  /** What kind of advice it is. */
  readonly type: "simplification" | "selector_optimization" | "overlap_prevention";
  /** How much it would help. */
  readonly priority: "high" | "medium" | "low";
  /** What is the matter. */
  readonly description: string;
  /** What to do, in order. */
  readonly actions: readonly string[];
}

/** What policies consist of, as written, and what they cost a dataplane. */
export interface PolicyMetrics {
  /** How many rules, of both directions. */
  readonly rules: number;
  /** How many entries of `from` and `to`. */
  readonly peers: number;
  /** Selectors of subjects and peers, equal ones once, and all their label keys and expressions. */
  readonly distinctSelectors: number;
  /** How many requirements its selectors have together. */
  readonly selectorTerms: number;
  /** How many ports are given by name. */
  readonly namedPorts: number;
  /** How many ranges are left out of blocks. */
  readonly exceptEntries: number;
  /** Subject pods x peers x ports over all rules in force, with peers resolved to pods: what a dataplane may have to program. */
  readonly expandedEntries: number;
}

/** How many policies select a pod. */
export interface PodCounts {
  /** The most that a pod has. */
  readonly max: number;
  /** What the pod in the middle has. */
  readonly median: number;
}

/** The metrics of a namespace's policies: sums, but of distinct selectors. */
export interface NamespaceMetrics extends PolicyMetrics {
  /** How many policies select a pod of the namespace. */
  readonly policiesPerPod: PodCounts;
}

/** One policy's figures. */
export interface PolicyAnalysis {
  /** `metadata.name` of the policy. */
  readonly name: string;
  /** The namespace of the policy; empty where its kind has none. */
  readonly namespace: string;
  /** As written, or null: a manifest seldom has one. */
  readonly creationTimestamp: string | null;
  /** How many ingress rules. */
  readonly ingressRules: number;
  /** How many egress rules. */
  readonly egressRules: number;
  /** Label keys and expressions over the subject and the peers of both directions. */
  readonly selectorsComplexity: number;
  /** The higher, the more complex; without a bound. */
  readonly complexityScore: number;
  /** What the policy is made of, counted. */
  readonly metrics: PolicyMetrics;
  /** What about its selector invites overlap, in sentences. */
  readonly overlapPotential: readonly string[];
  /** What could be simpler about it. */
  readonly recommendations: readonly Recommendation[];
}

/** The policies that are of no namespace. */
export interface ClusterWideAnalysis {
  /** How many policies have no namespace. */
  readonly policyCount: number;
  /** The sum of those of the policies. */
  readonly complexityScore: number;
  /** The figures of each; their `namespace` is empty. */
  readonly policies: readonly PolicyAnalysis[];
  /** Pairs of them that select the same pods; the first ones only when there are very many. */
  readonly overlaps: readonly ClusterWideOverlap[];
  /** How many there are; where they are too many to compare, those that were found. */
  readonly overlapCount: number;
  /** Groups of them that one policy could replace. */
  readonly consolidationCandidates: readonly ClusterWideConsolidation[];
}

/** One namespace's figures: sums over its policies. */
export interface NamespaceAnalysis {
  /** How many policies it has. */
  readonly policyCount: number;
  /** The sum of those of the policies. */
  readonly complexityScore: number;
  /** Of all its policies together. */
  readonly metrics: NamespaceMetrics;
  /** Sorted by name. */
  readonly policies: readonly PolicyAnalysis[];
  /** Pairs of policies of one tier where order decides, as Calico's do, of which one at least is of this namespace; the first ones only when there are very many. Absent: it has no policy in such a tier. */
  readonly tierOverlaps?: readonly ClusterWideOverlap[];
  /** How many there are; where they are too many to compare, those that were found. */
  readonly tierOverlapCount?: number;
}

/** Something about a namespace that could be simpler. */
export interface OptimizationOpportunity {
  /** The namespace that it is about. */
  readonly namespace: string;
  /** What could be done. */
  readonly type: "policy_consolidation" | "complexity_reduction" | "rule_redundancy";
  /** What was noticed. */
  readonly description: string;
  /** How much simpler it would become. */
  readonly impact: "high" | "medium" | "low";
  /** What to do. */
  readonly recommendation: string;
}

/** The performance figures of the source documents. Scores run from 0 to 100, higher is better. */
export interface PerformanceMetrics {
  /** How many policies were looked at. */
  readonly totalPolicies: number;
  /** The complexity of a policy on average. */
  readonly averageComplexity: number;
  /** The extent and the middle of the policies' complexity scores. */
  readonly complexityDistribution: {
    readonly min: number;
    readonly max: number;
    readonly avg: number;
    readonly median: number;
  };
  /** From 0 to 100; null where there are no policies. */
  readonly performanceScore: number | null;
}
