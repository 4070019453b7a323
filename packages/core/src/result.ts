import type { Diagnostic, ObjectRef } from "./diagnostics/diagnostic.ts";
import type { InputSummary } from "./model/cluster.ts";
import type { Assumptions } from "./options.ts";
import type { Location } from "./source/position.ts";

/** The version of every JSON answer. */
export const apiVersion = "npa.dev/v1";

/** Ports by protocol, as `"8080"` or `"9090-9100"`, ascending; protocols without a port are left out. */
export type PortsByProtocol = Readonly<Partial<Record<"TCP" | "UDP" | "SCTP", readonly string[]>>>;

/** What may pass. `all` is every port of every protocol; then `ports` is empty. */
export interface Ports {
  readonly ports: PortsByProtocol;
  readonly all: boolean;
}

/** Pods of one workload that policies treat alike. */
export interface WorkloadEndpoint {
  /** `namespace/name[Kind]`, with the labels that tell its parts apart in braces when the workload is split. */
  readonly id: string;
  readonly type: "workload";
  readonly namespace: string;
  readonly name: string;
  readonly workloadKind: string;
  readonly pods: number;
  /** True for pods on their node's network: never isolated, matched by no selector. */
  readonly hostNetwork?: boolean;
}

/** Addresses outside the cluster that all policies treat alike, as inclusive `first-last` ranges. */
export interface IpBlockEndpoint {
  readonly id: string;
  readonly type: "ipBlock";
  readonly ranges: readonly string[];
}

/** Whatever serves the Ingress, Route and Gateway objects of the input: a pod of unknown labels in an unknown namespace. */
export interface IngressControllerEndpoint {
  readonly id: "ingress-controller";
  readonly type: "ingress-controller";
}

/** An end of a connection. */
export type Endpoint = WorkloadEndpoint | IpBlockEndpoint | IngressControllerEndpoint;

/** What one endpoint may send another. Reply traffic is implied. */
export interface Connection extends Ports {
  readonly source: string;
  readonly target: string;
}

/** A fact that the input does not give and an answer hangs on: a label of an undeclared namespace, or a pod's address. */
export type MissingFact =
  | { readonly namespace: string; readonly label: string }
  | { readonly endpoint: string; readonly missing: "address" | "labels" };

/** A connection that exists only if the missing facts turn out so; `ports` is what they would add. */
export interface UncertainConnection extends Connection {
  readonly because: readonly MissingFact[];
}

/** A kind or object that may change the answer but is not evaluated. */
export interface NotEvaluated {
  readonly kind: string;
  readonly count: number;
  readonly reason: string;
  /** The first few objects, as `namespace/name`. */
  readonly objects: readonly string[];
}

/** What was read, and what was wrong with it. */
export interface Inputs extends InputSummary {
  readonly problems: readonly Diagnostic[];
}

/** Part of every answer: what it rests on. */
export interface Basis {
  readonly assumptions: Assumptions;
  readonly notEvaluated: readonly NotEvaluated[];
  readonly inputs: Inputs;
}

/** The answer of `npa list`. */
export interface ConnectivityList extends Basis {
  readonly apiVersion: typeof apiVersion;
  readonly kind: "ConnectivityList";
  /** Sorted by id. */
  readonly endpoints: readonly Endpoint[];
  /** Sorted by source, then target. */
  readonly connections: readonly Connection[];
  readonly uncertain: readonly UncertainConnection[];
}

/** Exact figures about the relation, none of which needs it expanded. */
export interface ReachabilityCounts {
  readonly workloads: number;
  readonly pods: number;
  /** Classes of pods, and of external addresses. */
  readonly podClasses: number;
  readonly addressClasses: number;
  /** Distinct rules, and distinct rows per direction. */
  readonly rules: number;
  readonly ingressSignatures: number;
  readonly egressSignatures: number;
  /** Ordered pairs of different pods with at least one connection, and all such pairs there are. */
  readonly podPairs: number;
  readonly possiblePodPairs: number;
  /** Connections that a list has: ordered pairs of endpoints (workload parts and external address classes). */
  readonly connections: number;
  /** Pairs of different pods that have a connection only if what the input leaves open turns out so. */
  readonly uncertainPodPairs: number;
}

/** The answer of `npa list --count`: exact figures, with nothing expanded. */
export interface ConnectivityCounts extends Basis, ReachabilityCounts {
  readonly apiVersion: typeof apiVersion;
  readonly kind: "ConnectivityCounts";
  /** Policies in force. */
  readonly policies: number;
}

/** A policy or rule that takes part in a decision, and where it stands. */
export interface DecidingRule {
  readonly policy: ObjectRef;
  /** Path of the rule, e.g. `spec.ingress[0]`; of the policy's `spec` when no rule of it matches. */
  readonly path: string;
  readonly location: Location;
  /** What the rule allows between these two, when it allows anything. */
  readonly ports?: Ports;
  /** In one sentence, what it does or why it does not apply. */
  readonly reason: string;
}

/** How one end decides. */
export interface DirectionVerdict {
  /** Whether some policy isolates the endpoint in this direction; if not, everything is allowed here. */
  readonly isolated: boolean;
  readonly allowedBy: readonly DecidingRule[];
  /** The policies that isolate the endpoint and allow nothing of what was asked. */
  readonly blockedBy: readonly DecidingRule[];
}

/** One pair of endpoints of a question that covers several. */
export interface VerdictPart extends Ports {
  readonly source: string;
  readonly target: string;
  readonly allowed: boolean | "unknown";
}

/** The answer of `npa can`. */
export interface Verdict extends Basis {
  readonly apiVersion: typeof apiVersion;
  readonly kind: "Verdict";
  readonly source: string;
  readonly target: string;
  /** The port that was asked, e.g. `8080/TCP`. */
  readonly port?: string;
  /** True when some of the source may reach some of the target; `unknown` when that hangs on a missing fact. */
  readonly allowed: boolean | "unknown";
  /** True when not all parts agree. */
  readonly partial: boolean;
  readonly parts: readonly VerdictPart[];
  /** What is allowed on the whole: the union over the parts. */
  readonly ports: PortsByProtocol;
  readonly all: boolean;
  readonly egress: DirectionVerdict;
  readonly ingress: DirectionVerdict;
  readonly because: readonly MissingFact[];
  /** What a reader should know beside the verdict, one sentence each. */
  readonly notes: readonly string[];
}

/** How bad a finding is. */
export type Severity = "critical" | "high" | "medium" | "low" | "info";

/** Severities from worst to least. */
export const severities: readonly Severity[] = ["critical", "high", "medium", "low", "info"];

/** What a finding is about. Only security findings are security alerts in SARIF. */
export type Category = "security" | "correctness" | "reliability" | "optimization";

/** Something else that a finding speaks of. */
export interface RelatedLocation {
  readonly message: string;
  readonly location?: Location;
}

/** An exact replacement in an input file: the text between two places, counted as in `Location`, becomes `newText`. */
export interface TextEdit {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
  readonly newText: string;
}

/** What to change, in words and, where it is a whole object, as YAML. `safe`: connectivity is proved unchanged. */
export interface Fix {
  readonly kind: "safe" | "suggested";
  readonly description: string;
  /** A manifest to add, as YAML text. */
  readonly manifest?: string;
  /** All the replacements that make the change, when they are known exactly. */
  readonly edits?: readonly TextEdit[];
}

/** Something a rule found: what, where, whom it affects, and what to do. */
export interface Finding {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly category: Category;
  readonly message: string;
  readonly location?: Location;
  readonly object: ObjectRef;
  /** Ids of the workloads affected, sorted; the first 100. */
  readonly affected: readonly string[];
  readonly affectedCount: number;
  readonly related: readonly RelatedLocation[];
  readonly fix?: Fix;
}

/** A finding that somebody asked not to be told of. */
export interface SuppressedFinding {
  readonly finding: Finding;
  /** `comment`: in the manifest, at the place. `annotation`: of the object. `config`: in `ignore` of the configuration. */
  readonly by: "comment" | "annotation" | "config";
  readonly reason: string;
  /** Where it was asked. */
  readonly location?: Location;
}

/** What a baseline left out of the findings. */
export interface BaselineSummary {
  /** Findings that it has: they are not told of. */
  readonly known: number;
  /** Its entries that no finding matches any more. */
  readonly gone: number;
}

/** A rule that could not be evaluated, and what was missing. */
export interface RuleNotEvaluated {
  readonly ruleId: string;
  readonly reason: string;
}

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
  readonly performanceScore: number;
}

/** The terms of the security score. */
export type SecurityTermName = "isolation-ingress" | "isolation-egress" | "tightness" | "exposure" | "correctness";

/** The finding that costs a term of the security score most. */
export interface CostliestFinding {
  readonly ruleId: string;
  readonly message: string;
  readonly location?: Location;
}

/** A term of the security score. */
export interface SecurityTerm {
  readonly name: SecurityTermName;
  /** The points of 100 that it stands for: 0 when it is not scored, and then the others share its points. */
  readonly weight: number;
  /** 0 to 100, higher is better; null when it is not scored. */
  readonly value: number | null;
  /** The figures behind the value, or why there is none. */
  readonly note: string;
  /** Absent when no finding explains what is lacking. */
  readonly costliest?: CostliestFinding;
}

/** The security score of a namespace. */
export interface NamespaceSecurityScore {
  /** The sum of weight x value / 100 over the terms; null when nothing could be scored. */
  readonly value: number | null;
  /** Pods that policies can select: what the namespace weighs in the total. */
  readonly pods: number;
  /** Why it is not scored. */
  readonly note?: string;
  readonly terms: readonly SecurityTerm[];
}

/** The security score, explained: the mean of the namespaces' scores, weighted by pods. */
export interface SecurityScoreDetail {
  readonly value: number | null;
  /** What is not scored, or why there is no score. */
  readonly note?: string;
  readonly terms: readonly SecurityTerm[];
  readonly byNamespace: Readonly<Record<string, NamespaceSecurityScore>>;
}

/** A security finding under the names of the source documents' tool: a projection of `findings`. */
export interface SecurityGap {
  readonly namespace: string;
  readonly type: string;
  readonly severity: Severity;
  readonly description: string;
  readonly recommendation: string;
}

/** A label selector as Kubernetes writes it; `{}` selects everything. */
export interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
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
  readonly namespace: string;
  readonly policies: readonly [string, string];
  /** `same`: equal subjects. `contained`: the second policy's subject lies within the first's. `partial`: neither. */
  readonly kind: "same" | "contained" | "partial";
  readonly directions: readonly ("ingress" | "egress")[];
  /** Selects exactly the pods of the namespace that both policies select. */
  readonly selector: LabelSelector;
  /** Labels that a pod both policies select could have. */
  readonly exampleLabels: Readonly<Record<string, string>>;
  /** Workloads of the input that both select: the first few ids, and how many. */
  readonly sharedWorkloads: readonly string[];
  readonly sharedWorkloadCount: number;
  /** How the rules stand to each other, in each of `directions`. */
  readonly rules: Readonly<Partial<Record<"ingress" | "egress", OverlapRules>>>;
  /** Whether some rule of the one admits traffic that a rule of the other admits too. */
  readonly rulesOverlap: boolean;
}

/** Policies of a namespace with equal subjects and directions, which one policy could replace. */
export interface ConsolidationCandidate {
  readonly namespace: string;
  readonly policies: readonly string[];
  readonly directions: readonly ("ingress" | "egress")[];
  readonly description: string;
  readonly recommendation: string;
  /** Whether one policy with the rules of all is proved to do the same, for every pod that could exist. */
  readonly proved: boolean | "undecided";
}

/** The figures at the head of a report. */
export interface ReportSummary {
  readonly namespaces: number;
  readonly workloads: number;
  readonly pods: number;
  readonly policies: number;
  readonly refusedPolicies: number;
  /** Workloads isolated per direction. */
  readonly isolatedIngress: number;
  readonly isolatedEgress: number;
  /** Ordered pairs of different pods that may talk, and all there are. */
  readonly podPairs: number;
  readonly possiblePodPairs: number;
  readonly uncertainPodPairs: number;
  readonly findingsBySeverity: Readonly<Record<Severity, number>>;
  /** Why `securityScore` and `overallScore` are null, when they are. */
  readonly scoreNote?: string;
}

/** The answer of `npa analyze`. */
export interface AnalysisReport extends Basis {
  readonly apiVersion: typeof apiVersion;
  readonly kind: "AnalysisReport";
  /** ISO 8601; null unless the caller gives a time: the library reads no clock. */
  readonly timestamp: string | null;
  readonly totalPolicies: number;
  readonly summary: ReportSummary;
  readonly namespaces: Readonly<Record<string, NamespaceAnalysis>>;
  readonly performanceMetrics: PerformanceMetrics;
  readonly securityScore: number | null;
  readonly securityScoreDetail: SecurityScoreDetail;
  readonly overallScore: number | null;
  readonly optimizationOpportunities: readonly OptimizationOpportunity[];
  readonly overlaps: readonly Overlap[];
  /** How many overlaps there are: `overlaps` lists the first ones only when there are very many. */
  readonly overlapCount: number;
  readonly consolidationCandidates: readonly ConsolidationCandidate[];
  readonly securityGaps: readonly SecurityGap[];
  readonly findings: readonly Finding[];
  /** Findings that comments, annotations or the configuration ask not to be told of. */
  readonly suppressed: readonly SuppressedFinding[];
  /** Absent when there was no baseline to compare with. */
  readonly baseline?: BaselineSummary;
  readonly rulesNotEvaluated: readonly RuleNotEvaluated[];
}
