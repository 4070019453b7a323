import { checkList } from "../lib/check-argument.ts";
import type { AnalysisReport, EnvironmentSummary, ReportSummary } from "../answers/analysis-report.ts";
import { median } from "../assess/performance.ts";
import type { BeforeAndAfter } from "../answers/optimization.ts";
import type { Inputs, NotEvaluated } from "../answers/basis.ts";
import { type Severity, severities } from "../answers/finding.ts";
import type { PerformanceMetrics } from "../answers/policy-metrics.ts";
import { securityGaps } from "../assess/security-gaps.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { Cluster } from "../model/cluster.ts";
import { type AnalyzeOptions, analyzeCluster } from "./analyze.ts";
import { shared, sharedFindings } from "./shared-findings.ts";
import { stoppable } from "../lib/stoppable.ts";

/** A state that is analysed by itself. */
export interface Environment {
  /** What reports call it: the last step of `root`, or more where that is not enough to tell it from others. */
  readonly name: string;
  /** The directory that it was rendered from. */
  readonly root: string;
  /** Its objects, and those that all environments share. */
  readonly cluster: Cluster;
}

/**
 * One report on several environments, each analysed alone. A finding that several have is told once with their names; figures
 * are sums over the environments, and scores those of the worst. Throws a UsageError as `analyzeCluster` does.
 */
export function analyzeEnvironments(
  environments: readonly Environment[],
  options: AnalyzeOptions = {},
): AnalysisReport {
  checkList("analyzeEnvironments", environments, "environments");
  return stoppable(options.signal, () => reportOf(environments, options));
}

function reportOf(environments: readonly Environment[], options: AnalyzeOptions): AnalysisReport {
  const reports = environments.map(({ cluster }) => analyzeCluster(cluster, options));
  const summaries = environments.map(({ name, root }, i) => summaryOf(name, root, reports[i] as AnalysisReport)); // one each
  const [first, ...others] = reports;
  if (first === undefined) throw new Error("no environment to analyse");
  if (others.length === 0) return { ...first, environments: summaries };
  const names = environments.map(({ name }) => name);
  return { ...merged(reports, names), environments: summaries };
}

function summaryOf(name: string, root: string, report: AnalysisReport): EnvironmentSummary {
  const { summary, performanceMetrics, securityScore, overallScore } = report;
  const { performanceScore } = performanceMetrics;
  return { name, root, summary, scores: { performanceScore, securityScore, overallScore } };
}

function merged(reports: readonly AnalysisReport[], names: readonly string[]): AnalysisReport {
  const named = reports.map((report, i) => ({ name: names[i] ?? "", report }));
  const worst = worstOf(reports);
  const findings = sharedFindings(named.map(({ name, report }) => ({ name, findings: report.findings })));
  const suppressed = shared(
    named.map(({ name, report }) => ({ name, findings: report.suppressed })),
    ({ finding }) => finding,
  ).map(({ first }) => first);
  return {
    ...worst,
    totalPolicies: sum(reports, ({ totalPolicies }) => totalPolicies),
    summary: {
      ...summed(reports),
      findingsBySeverity: bySeverity(findings),
      ...scoreNote(worst),
    },
    namespaces: Object.fromEntries(
      named.flatMap(({ name, report }) =>
        Object.entries(report.namespaces).map(([key, value]) => [`${name}: ${key}`, value]),
      ),
    ),
    ...clusterWide(reports),
    performanceMetrics: performance(reports),
    optimizationOpportunities: unique(reports.flatMap((report) => report.optimizationOpportunities)),
    overlaps: unique(reports.flatMap(({ overlaps }) => overlaps)),
    overlapCount: sum(reports, ({ overlapCount }) => overlapCount),
    consolidationCandidates: unique(reports.flatMap((report) => report.consolidationCandidates)),
    ...optimization(reports),
    securityGaps: securityGaps(findings),
    facts: unique(reports.flatMap(({ facts }) => facts)),
    findings,
    suppressed,
    ...baseline(reports),
    rulesNotEvaluated: unique(reports.flatMap(({ rulesNotEvaluated }) => rulesNotEvaluated)),
    notEvaluated: notEvaluated(reports),
    inputs: inputs(reports),
  };
}

function scoreNote({ overallScore, summary }: AnalysisReport): Pick<ReportSummary, "scoreNote"> {
  if (overallScore !== null) return { scoreNote: "the lowest of the environments" };
  return summary.scoreNote === undefined ? {} : { scoreNote: summary.scoreNote };
}

/** The report with the lowest score; one without a score only when none has one. */
function worstOf(reports: readonly AnalysisReport[]): AnalysisReport {
  const score = ({ overallScore, securityScore }: AnalysisReport): number => overallScore ?? securityScore ?? Infinity;
  return reports.toSorted((a, b) => (score(a) < score(b) ? -1 : score(a) > score(b) ? 1 : 0))[0] as AnalysisReport; // never empty
}

function sum(reports: readonly AnalysisReport[], of: (report: AnalysisReport) => number): number {
  return reports.reduce((total, report) => total + of(report), 0);
}

function summed(reports: readonly AnalysisReport[]): Omit<ReportSummary, "findingsBySeverity" | "scoreNote"> {
  const of = (key: Exclude<keyof ReportSummary, "findingsBySeverity" | "scoreNote">): number =>
    sum(reports, ({ summary }) => summary[key]);
  return {
    namespaces: of("namespaces"),
    workloads: of("workloads"),
    pods: of("pods"),
    policies: of("policies"),
    refusedPolicies: of("refusedPolicies"),
    isolatedIngress: of("isolatedIngress"),
    isolatedEgress: of("isolatedEgress"),
    ingressRules: of("ingressRules"),
    egressRules: of("egressRules"),
    internetIngress: of("internetIngress"),
    internetEgress: of("internetEgress"),
    podPairs: of("podPairs"),
    possiblePodPairs: of("possiblePodPairs"),
    uncertainPodPairs: of("uncertainPodPairs"),
  };
}

function bySeverity(findings: AnalysisReport["findings"]): Readonly<Record<Severity, number>> {
  const count = (severity: Severity): number => findings.filter((finding) => finding.severity === severity).length;
  return Object.fromEntries(severities.map((severity) => [severity, count(severity)])) as Record<Severity, number>; // every key
}

/** The figures over all policies of all environments; the score is the lowest. */
function performance(reports: readonly AnalysisReport[]): PerformanceMetrics {
  const scores = reports
    .flatMap(({ namespaces, clusterWide: wide }) =>
      [...Object.values(namespaces), ...(wide === undefined ? [] : [wide])].flatMap(({ policies }) => policies),
    )
    .map(({ complexityScore }) => complexityScore)
    .toSorted((a, b) => a - b);
  const performance = reports.flatMap(({ performanceMetrics }) => performanceMetrics.performanceScore ?? []);
  const avg = scores.length === 0 ? 0 : scores.reduce((total, score) => total + score, 0) / scores.length;
  return {
    totalPolicies: sum(reports, ({ performanceMetrics }) => performanceMetrics.totalPolicies),
    averageComplexity: avg,
    complexityDistribution: {
      min: scores[0] ?? 0,
      max: scores.at(-1) ?? 0,
      avg,
      median: median(scores),
    },
    performanceScore: performance.length === 0 ? null : Math.min(...performance),
  };
}

/** The cluster-wide policies of all environments: the same one is in each that has it. */
function clusterWide(reports: readonly AnalysisReport[]): Pick<AnalysisReport, "clusterWide"> {
  const policies = unique(reports.flatMap((report) => report.clusterWide?.policies ?? []));
  if (policies.length === 0) return {};
  const complexityScore = policies.reduce((total, policy) => total + policy.complexityScore, 0);
  const overlaps = unique(reports.flatMap((report) => report.clusterWide?.overlaps ?? []));
  const overlapCount = sum(reports, (report) => report.clusterWide?.overlapCount ?? 0);
  const consolidationCandidates = unique(
    reports.flatMap((report) => report.clusterWide?.consolidationCandidates ?? []),
  );
  return {
    clusterWide: {
      policyCount: policies.length,
      complexityScore,
      policies,
      overlaps,
      overlapCount,
      consolidationCandidates,
    },
  };
}

/** What could be simpler in all environments together; nothing of the worst alone. */
function optimization(reports: readonly AnalysisReport[]): Pick<AnalysisReport, "optimization"> {
  const gains = reports.flatMap((report) => report.optimization ?? []);
  if (gains.length === 0) return {};
  const both = (key: "policies" | "writtenEntries"): BeforeAndAfter => ({
    before: gains.reduce((total, gain) => total + gain[key].before, 0),
    after: gains.reduce((total, gain) => total + gain[key].after, 0),
  });
  const steps = gains.reduce((total, gain) => total + gain.steps, 0);
  return { optimization: { steps, policies: both("policies"), writtenEntries: both("writtenEntries") } };
}

/** An entry of the baseline is gone when it is gone everywhere. */
function baseline(reports: readonly AnalysisReport[]): Pick<AnalysisReport, "baseline"> {
  const all = reports.flatMap((report) => report.baseline ?? []);
  if (all.length === 0) return {};
  const known = all.reduce((total, each) => total + each.known, 0);
  return { baseline: { known, gone: Math.min(...all.map(({ gone }) => gone)) } };
}

function notEvaluated(reports: readonly AnalysisReport[]): readonly NotEvaluated[] {
  return unique(reports.flatMap((report) => report.notEvaluated));
}

function inputs(reports: readonly AnalysisReport[]): Inputs {
  const objects: Record<string, number> = {};
  for (const { inputs: each } of reports)
    for (const [kind, count] of Object.entries(each.objects)) objects[kind] = (objects[kind] ?? 0) + count;
  const [first] = reports;
  return {
    ...(first as AnalysisReport).inputs, // never empty
    files: sum(reports, ({ inputs: each }) => each.files),
    documents: sum(reports, ({ inputs: each }) => each.documents),
    skipped: sum(reports, ({ inputs: each }) => each.skipped),
    objects,
    ...notFollowed(reports),
    problems: problems(reports),
  };
}

/** The same objects may be in several environments: of each kind the most that one has, with the names of all. */
function notFollowed(reports: readonly AnalysisReport[]): Pick<Inputs, "notFollowed"> {
  const all = groupBy(
    reports.flatMap(({ inputs: each }) => each.notFollowed ?? []),
    ({ kind }) => kind,
  );
  const merged = [...all]
    .toSorted(([a], [b]) => compareStrings(a, b))
    .map(([kind, found]) => {
      const objects = unique(found.flatMap((each) => each.objects)).toSorted(compareStrings);
      return {
        kind,
        count: Math.max(objects.length, ...found.map(({ count }) => count)),
        objects: objects.slice(0, 5),
      };
    });
  return merged.length === 0 ? {} : { notFollowed: merged };
}

/** Each problem once. A suppression is unused when no environment uses it. */
function problems(reports: readonly AnalysisReport[]): Inputs["problems"] {
  const all = reports.flatMap(({ inputs: each }) => each.problems);
  const times = new Map<string, number>();
  for (const problem of all) times.set(JSON.stringify(problem), (times.get(JSON.stringify(problem)) ?? 0) + 1);
  return unique(all).filter(
    (problem) => problem.code !== "unused-suppression" || times.get(JSON.stringify(problem)) === reports.length,
  );
}

/** Each item once, by what it says. */
function unique<T>(items: readonly T[]): readonly T[] {
  return [...new Map(items.map((item) => [JSON.stringify(item), item])).values()];
}
