/** Advice on one policy, as in the source documents' tool. */
export interface Recommendation {
  readonly type: "simplification" | "selector_optimization" | "overlap_prevention";
  readonly priority: "high" | "medium" | "low";
  readonly description: string;
  readonly actions: readonly string[];
}

/** What policies consist of, as written, and what they cost a dataplane. */
export interface PolicyMetrics {
  readonly rules: number;
  readonly peers: number;
  /** Selectors of subjects and peers, equal ones once, and all their label keys and expressions. */
  readonly distinctSelectors: number;
  readonly selectorTerms: number;
  readonly namedPorts: number;
  readonly exceptEntries: number;
  /** Subject pods x peers x ports over all rules in force, with peers resolved to pods: what a dataplane may have to program. */
  readonly expandedEntries: number;
}

/** How many policies select a pod. */
export interface PodCounts {
  readonly max: number;
  readonly median: number;
}

/** The metrics of a namespace's policies: sums, but of distinct selectors. */
export interface NamespaceMetrics extends PolicyMetrics {
  readonly policiesPerPod: PodCounts;
}

/** One policy's figures. */
export interface PolicyAnalysis {
  readonly name: string;
  readonly namespace: string;
  /** As written, or null: a manifest seldom has one. */
  readonly creationTimestamp: string | null;
  readonly ingressRules: number;
  readonly egressRules: number;
  /** Label keys and expressions over the subject and the peers of both directions. */
  readonly selectorsComplexity: number;
  readonly complexityScore: number;
  readonly metrics: PolicyMetrics;
  readonly overlapPotential: readonly string[];
  readonly recommendations: readonly Recommendation[];
}

/** The policies that are of no namespace. */
export interface ClusterWideAnalysis {
  readonly policyCount: number;
  readonly complexityScore: number;
  readonly policies: readonly PolicyAnalysis[];
}

/** One namespace's figures: sums over its policies. */
export interface NamespaceAnalysis {
  readonly policyCount: number;
  readonly complexityScore: number;
  readonly metrics: NamespaceMetrics;
  readonly policies: readonly PolicyAnalysis[];
}

/** Something about a namespace that could be simpler. */
export interface OptimizationOpportunity {
  readonly namespace: string;
  readonly type: "policy_consolidation" | "complexity_reduction" | "rule_redundancy";
  readonly description: string;
  readonly impact: "high" | "medium" | "low";
  readonly recommendation: string;
}

/** The performance figures of the source documents. Scores run from 0 to 100, higher is better. */
export interface PerformanceMetrics {
  readonly totalPolicies: number;
  readonly averageComplexity: number;
  readonly complexityDistribution: {
    readonly min: number;
    readonly max: number;
    readonly avg: number;
    readonly median: number;
  };
  readonly performanceScore: number | null;
}
