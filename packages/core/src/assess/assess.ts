import { groupBy } from "../lib/group-by.ts";
import { type Stopwatch, timed } from "../lib/stopwatch.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import type { Finding } from "../answers/finding.ts";
import type { Platform } from "../model/facts.ts";
import type { Policy } from "../model/policy.ts";
import { wholePolicies } from "../semantics/whole-policies.ts";
import type { ClusterWideAnalysis, NamespaceAnalysis, PolicyAnalysis } from "../answers/policy-metrics.ts";
import { Budget } from "../symbolic/budget.ts";
import { clusterSpace } from "../symbolic/cluster-space.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";
import { mergeCandidates, subjectGroups } from "../symbolic/subject-groups.ts";
import { clusterWideOverlaps } from "./cluster-wide-overlaps.ts";
import { clusterWideConsolidations } from "./cluster-wide-consolidation.ts";
import { consolidationCandidates } from "./consolidation.ts";
import { analyzeNamespace } from "./namespaces.ts";
import { opportunitiesOf } from "./opportunities.ts";
import { findOverlaps, noOverlaps } from "./overlaps.ts";
import { performanceMetrics } from "./performance.ts";
import { analyzePolicy } from "./policy-analysis.ts";
import { MetricsOfPolicies } from "./policy-metrics.ts";
import { overallScore } from "./scores.ts";
import { securityGaps } from "./security-gaps.ts";
import { securityScore } from "./security-score.ts";
import { TierOverlaps } from "./tier-overlaps.ts";
import { type AssessSettings, defaultAssessSettings } from "./settings.ts";

/** The parts of the report that assess policies, and why a score is null when one is. */
export interface Assessment extends Pick<
  AnalysisReport,
  | "totalPolicies"
  | "namespaces"
  | "clusterWide"
  | "performanceMetrics"
  | "securityScore"
  | "securityScoreDetail"
  | "overallScore"
  | "optimizationOpportunities"
  | "overlaps"
  | "overlapCount"
  | "consolidationCandidates"
  | "securityGaps"
> {
  readonly scoreNote?: string;
}

/** What an assessment can be given. */
export interface AssessOptions {
  readonly settings: AssessSettings;
  /** Assess only the policies of these namespaces. Default: all. */
  readonly namespaces: readonly string[];
  /** The space of the analysis. Default: one of its own. */
  readonly space: PolicySpace;
  /** The cloud that the cluster runs on, where the configuration says it. Default: what the input tells. */
  readonly platform: Platform;
  /** Takes the time of what is proved. */
  readonly stopwatch: Stopwatch | undefined;
}

/** Why scores are null. */
function scoreNoteOf(performance: number | null, note: string | undefined): Pick<Assessment, "scoreNote"> {
  const reasons = [
    ...(performance === null ? ["no performance score: there are no policies"] : []),
    ...(note === undefined ? [] : [note]),
  ];
  return reasons.length === 0 ? {} : { scoreNote: reasons.join("; ") };
}

/** What the proofs of consolidation candidates cost at most, in steps. */
const stepsForMerges = 5_000_000;

/** Assesses the policies of a cluster: the report of the source documents' tool. `findings` are the rules' of the same cluster. */
export function assess(
  reachability: Reachability,
  findings: readonly Finding[],
  options: Partial<AssessOptions> = {},
): Assessment {
  const { cluster } = reachability;
  const settings = options.settings ?? defaultAssessSettings;
  const space = options.space ?? clusterSpace(cluster, reachability.options.assumptions);
  const policiesOf = groupBy(cluster.policies, (policy) => policy.namespace);
  const names = (options.namespaces ?? [...cluster.namespaces.keys()]).filter((name) => cluster.namespaces.has(name));
  const prove = <T>(work: () => T): T => timed(options.stopwatch, "symbolic", work);
  const subjects = prove(() => new Map(names.map((name) => [name, subjectGroups(space, policiesOf.get(name) ?? [])])));
  const overlaps = settings.overlapDetection ? prove(() => findOverlaps(reachability, subjects, space)) : noOverlaps;
  const tierOverlaps = settings.overlapDetection ? prove(() => new TierOverlaps(reachability)) : undefined;
  const metrics = new MetricsOfPolicies(reachability);
  const analysesOf = (policies: readonly Policy[]): readonly PolicyAnalysis[] =>
    wholePolicies(policies).map((whole) => analyzePolicy(whole, metrics.ofWhole(whole), overlaps.policies, settings));
  const namespaces = names.map((name): readonly [string, NamespaceAnalysis] => {
    const policies = policiesOf.get(name) ?? [];
    const analyses = analysesOf(policies);
    const figures = analyses.map((analysis) => analysis.metrics);
    const inTiers = prove(() => tierOverlaps?.of(name)) ?? {};
    return [name, { ...analyzeNamespace(analyses, metrics.ofNamespace(name, policies, figures)), ...inTiers }];
  });
  const spanning = options.namespaces === undefined ? (policiesOf.get(undefined) ?? []) : [];
  const clusterWide = clusterWideOf(
    analysesOf(spanning),
    () =>
      settings.overlapDetection
        ? prove(() => clusterWideOverlaps(reachability, spanning))
        : { overlaps: [], overlapCount: 0 },
    () => prove(() => clusterWideConsolidations(reachability, spanning)),
  );
  const analyses = [...namespaces.map(([, analysis]) => analysis), ...Object.values(clusterWide)];
  const performance = performanceMetrics(analyses);
  const security = securityScore(reachability, findings, names, options.platform);
  const forMerges = new Budget(stepsForMerges);
  return {
    totalPolicies: performance.totalPolicies,
    namespaces: Object.fromEntries(namespaces),
    ...clusterWide,
    performanceMetrics: performance,
    securityScore: security.value,
    securityScoreDetail: security,
    overallScore: overallScore(performance.performanceScore, security.value, settings),
    ...scoreNoteOf(performance.performanceScore, security.note),
    optimizationOpportunities: namespaces.flatMap(([name, analysis]) =>
      Array.from(opportunitiesOf(name, analysis, policiesOf.get(name) ?? [], settings)),
    ),
    overlaps: overlaps.listed,
    overlapCount: overlaps.count,
    consolidationCandidates: prove(() =>
      [...subjects].flatMap(([name, groups]) =>
        consolidationCandidates(name, mergeCandidates(groups), space, forMerges),
      ),
    ),
    securityGaps: securityGaps(findings),
  };
}

/** The figures of policies that are of no namespace. */
function clusterWideOf(
  policies: readonly PolicyAnalysis[],
  overlaps: () => Pick<ClusterWideAnalysis, "overlaps" | "overlapCount">,
  consolidationCandidates: () => ClusterWideAnalysis["consolidationCandidates"],
): Pick<AnalysisReport, "clusterWide"> {
  if (policies.length === 0) return {};
  const complexityScore = policies.reduce((sum, policy) => sum + policy.complexityScore, 0);
  return {
    clusterWide: {
      policyCount: policies.length,
      complexityScore,
      policies,
      ...overlaps(),
      consolidationCandidates: consolidationCandidates(),
    },
  };
}
