import type { apiVersion } from "./api-version.ts";
import type { Basis } from "./basis.ts";
import type { BaselineSummary, Finding, RuleNotEvaluated, Severity, SuppressedFinding } from "./finding.ts";
import type { OptimizationGain } from "./optimization.ts";
import type { ConsolidationCandidate, Overlap } from "./overlap.ts";
import type {
  ClusterWideAnalysis,
  NamespaceAnalysis,
  OptimizationOpportunity,
  PerformanceMetrics,
} from "./policy-metrics.ts";
import type { ReportedFact } from "./reported-fact.ts";
import type { SecurityGap, SecurityScoreDetail } from "./security-score.ts";
import type { Timing } from "./timing.ts";

/** The figures at the head of a report. */
export interface ReportSummary {
  /** How many namespaces the input has or names. */
  readonly namespaces: number;
  /** How many workloads. */
  readonly workloads: number;
  /** How many pods they have together. */
  readonly pods: number;
  /** How many policies are in force. */
  readonly policies: number;
  /** How many policies the API server would refuse: they are not in force. */
  readonly refusedPolicies: number;
  /** Workloads isolated per direction. */
  readonly isolatedIngress: number;
  /** How many workloads some policy isolates for egress. */
  readonly isolatedEgress: number;
  /** Rules of the policies in force per direction. */
  readonly ingressRules: number;
  /** How many egress rules the policies have. */
  readonly egressRules: number;
  /** Workloads some of whose pods some public address may connect to, and those that may connect to some. */
  readonly internetIngress: number;
  /** How many workloads may reach some public address. */
  readonly internetEgress: number;
  /** Ordered pairs of different pods that may talk, and all there are. */
  readonly podPairs: number;
  /** How many ordered pairs of two different pods there are. */
  readonly possiblePodPairs: number;
  /** Of how many pairs the answer depends on facts that are missing. */
  readonly uncertainPodPairs: number;
  /** How many findings of each severity. */
  readonly findingsBySeverity: Readonly<Record<Severity, number>>;
  /** Why scores are null, when they are. */
  readonly scoreNote?: string;
}

/** What was rendered and analysed by itself: overlays and charts are alternatives, not one cluster. */
export interface EnvironmentSummary {
  /** The last step of its root, or all of it where that is not enough to tell it from others. */
  readonly name: string;
  /** The directory of the chart or kustomization; `.` for manifests that need no rendering. */
  readonly root: string;
  /** The figures of this environment alone. */
  readonly summary: ReportSummary;
  /** The scores of this environment alone. */
  readonly scores: EnvironmentScores;
}

/** The scores of an environment, as those of a report. */
export interface EnvironmentScores {
  /** From 0 to 100; null where there are no policies. */
  readonly performanceScore: number | null;
  /** From 0 to 100; null where nothing could be scored. */
  readonly securityScore: number | null;
  /** From 0 to 100; null where one of the others is. */
  readonly overallScore: number | null;
}

/** A configuration that an analysis was made with. */
export interface ConfigurationUsed {
  /** As it is named. */
  readonly file: string;
  /** Ids of the rules that it turns off, and of those whose severity it changes. */
  readonly rulesOff: readonly string[];
  /** The rules whose severity it changes. */
  readonly severities: readonly string[];
  /** How many entries of it say what not to tell of. */
  readonly ignores: number;
}

/** The answer of `npa analyze`. */
export interface AnalysisReport extends Basis {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "AnalysisReport";
  /** ISO 8601; null unless the caller gives a time: the library reads no clock. */
  readonly timestamp: string | null;
  /** Where the time of the run went until the report was printed. Absent: nobody asked. */
  readonly timing?: Timing;
  /** How many policies are in force. */
  readonly totalPolicies: number;
  /** The figures that the report begins with. */
  readonly summary: ReportSummary;
  /** What was rendered, each analysed alone: then figures are sums, and scores those of the worst. Absent: nothing was. */
  readonly environments?: readonly EnvironmentSummary[];
  /** What the policies of each namespace are like, by its name. */
  readonly namespaces: Readonly<Record<string, NamespaceAnalysis>>;
  /** Absent: no policy is of no namespace, or the analysis was limited to namespaces. */
  readonly clusterWide?: ClusterWideAnalysis;
  /** How complex the policies are. */
  readonly performanceMetrics: PerformanceMetrics;
  /** From 0 to 100; null where nothing could be scored. */
  readonly securityScore: number | null;
  /** What the security score is made of, and what costs it most. */
  readonly securityScoreDetail: SecurityScoreDetail;
  /** From 0 to 100; null where one of the others is. */
  readonly overallScore: number | null;
  /** What could be simpler, by namespace. */
  readonly optimizationOpportunities: readonly OptimizationOpportunity[];
  /** Policies of one namespace that may select the same pods. */
  readonly overlaps: readonly Overlap[];
  /** How many overlaps there are: `overlaps` lists the first ones only when there are very many. */
  readonly overlapCount: number;
  /** Policies that could be one. */
  readonly consolidationCandidates: readonly ConsolidationCandidate[];
  /** What `npa optimize` would make simpler. Absent: nothing, or the rules that speak of it were not asked. */
  readonly optimization?: OptimizationGain;
  /** The security findings under other names. */
  readonly securityGaps: readonly SecurityGap[];
  /** What the input tells of the cluster itself: the first hundred. */
  readonly facts: readonly ReportedFact[];
  /** What the rules found, the gravest first, without what is suppressed. */
  readonly findings: readonly Finding[];
  /** The configuration that was read, and what it turns off. Absent: none was. */
  readonly configuration?: ConfigurationUsed;
  /** Findings that comments, annotations or the configuration ask not to be told of. */
  readonly suppressed: readonly SuppressedFinding[];
  /** Absent when there was no baseline to compare with. */
  readonly baseline?: BaselineSummary;
  /** Rules that something was missing for; an empty list means that all were asked. */
  readonly rulesNotEvaluated: readonly RuleNotEvaluated[];
}
