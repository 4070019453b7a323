import type { AnalysisReport } from "../../answers/analysis-report.ts";
import type { PolicyAnalysis } from "../../answers/policy-metrics.ts";
import type { ReportPicture } from "../../graph/report-picture.ts";
import type { SecurityTerm } from "../../answers/security-score.ts";
import {
  clusterWideOverlapText,
  gainText,
  overlapText,
  tierOverlapCount,
  tierOverlapsTitle,
  tierOverlapTexts,
} from "../analysis-advice-text.ts";
import type { TextOf } from "../code-frame.ts";
import { printable } from "../escape.ts";
import type { PrintedRule } from "../rules.ts";
import { termTitles } from "../security-score-text.ts";
import { counted, grouped, makingTexts, percent, placeText, rounded } from "../words.ts";
import type { PageData, PagePolicy, PageTerm } from "./page-data.ts";
import { pageFindings } from "./page-findings.ts";
import { pagePicture } from "./page-pictures.ts";

/** What an HTML report is made of beside the report itself. */
export interface HtmlOptions {
  /** The version of npa. */
  readonly version: string;
  /** The catalogue: titles and pages of the rules. */
  readonly rules: readonly PrintedRule[];
  /** The texts of the input, for the lines about each place. Default: no lines are shown. */
  readonly textOf?: TextOf;
}

const shownAdvice = 500;

/** Everything that the page shows. Names are made harmless here as in every format, and the page writes them as text only. */
export function pageOfReport(
  report: AnalysisReport,
  pictures: readonly ReportPicture[],
  { version, rules, textOf }: HtmlOptions,
): PageData {
  const used = new Set(report.findings.map(({ ruleId }) => ruleId));
  return {
    title: "npa report",
    version,
    timestamp: report.timestamp,
    summary: summaryOf(report),
    scores: [
      { name: "performance", value: report.performanceMetrics.performanceScore },
      { name: "security", value: report.securityScore },
      { name: "overall", value: report.overallScore },
    ],
    terms: report.securityScoreDetail.terms.map(pageTerm),
    findings: pageFindings(report.findings, textOf),
    rules: Object.fromEntries(rules.filter(({ id }) => used.has(id)).map(({ id, title }) => [id, { title }])),
    policies: Object.values(report.namespaces).flatMap(({ policies }) => policies.map(pagePolicy)),
    advice: adviceOf(report),
    notEvaluated: report.rulesNotEvaluated.map(({ ruleId, reason }) => `${ruleId}: ${printable(reason)}`),
    pictures: pictures.map(pagePicture),
  };
}

function summaryOf(report: AnalysisReport): PageData["summary"] {
  const { summary, performanceMetrics } = report;
  const { workloads, isolatedIngress, isolatedEgress, podPairs, possiblePodPairs, uncertainPodPairs } = summary;
  const isolated = (count: number): string => `${grouped(count)} (${percent(count, workloads)})`;
  const { min, max, median } = performanceMetrics.complexityDistribution;
  const refused = summary.refusedPolicies > 0 ? `, and ${grouped(summary.refusedPolicies)} not in force` : "";
  const uncertain = uncertainPodPairs > 0 ? `, ${grouped(uncertainPodPairs)} more depend on missing facts` : "";
  return [
    ["policies", grouped(summary.policies) + refused],
    ["namespaces", grouped(summary.namespaces)],
    ["workloads", `${grouped(workloads)} with ${counted(summary.pods, "pod")}`],
    ["isolated for ingress", isolated(isolatedIngress)],
    ["isolated for egress", isolated(isolatedEgress)],
    [
      "pod pairs that may talk",
      `${grouped(podPairs)} of ${grouped(possiblePodPairs)} (${percent(podPairs, possiblePodPairs)})${uncertain}`,
    ],
    ["complexity of a policy", `median ${rounded(median)}, from ${rounded(min)} to ${rounded(max)}`],
    ...(summary.scoreNote === undefined ? [] : [["scores", printable(summary.scoreNote)] as const]),
    ...makingTexts(report).map((text) => ["made with", printable(text)] as const),
    ...(report.environments ?? []).map(
      ({ name, root }) => ["environment", printable(name === root ? name : `${name} (${root})`)] as const,
    ),
  ];
}

function pageTerm({ name, weight, value, note, costliest }: SecurityTerm): PageTerm {
  const place = costliest?.location === undefined ? "" : ` at ${placeText(costliest.location)}`;
  return {
    name: termTitles[name],
    weight,
    value,
    note: printable(note),
    ...(costliest === undefined ? {} : { costliest: `${costliest.ruleId}${place}` }),
  };
}

function pagePolicy({
  name,
  namespace,
  complexityScore,
  metrics,
  overlapPotential,
  ...policy
}: PolicyAnalysis): PagePolicy {
  return {
    name: printable(name),
    namespace: printable(namespace),
    complexity: Math.round(complexityScore * 100) / 100,
    ingress: policy.ingressRules,
    egress: policy.egressRules,
    peers: metrics.peers,
    entries: metrics.expandedEntries,
    overlaps: overlapPotential.map(printable),
    advice: policy.recommendations.map(({ description }) => printable(description)),
  };
}

function adviceOf(report: AnalysisReport): PageData["advice"] {
  const { optimizationOpportunities, consolidationCandidates, overlaps, overlapCount, clusterWide } = report;
  const merges = consolidationCandidates.map(({ namespace, policies, recommendation, proved }) =>
    printable(
      `${namespace}: ${policies.join(", ")}: ${recommendation}${proved === true ? " (proved to change nothing)" : ""}`,
    ),
  );
  const ofCluster = (clusterWide?.consolidationCandidates ?? []).map(({ policies, recommendation }) =>
    printable(
      `${policies.map(({ kind, name }) => `${kind} ${name}`).join(", ")}: ${recommendation} (proved to change nothing)`,
    ),
  );
  const opportunities = optimizationOpportunities.map(({ namespace, description, impact, recommendation }) =>
    printable(`${namespace}: ${description} (${impact} impact): ${recommendation}`),
  );
  const gain = report.optimization === undefined ? [] : [gainText(report.optimization)];
  return [
    { title: "What npa optimize would do", total: gain.length, lines: gain },
    { title: "What could be simpler", total: opportunities.length, lines: opportunities },
    { title: "Policies that could be one", total: merges.length + ofCluster.length, lines: [...merges, ...ofCluster] },
    { title: "Overlaps", total: overlapCount, lines: overlaps.slice(0, shownAdvice).map(overlapText) },
    {
      title: "Overlaps of cluster-wide policies",
      total: clusterWide?.overlapCount ?? 0,
      lines: (clusterWide?.overlaps ?? []).slice(0, shownAdvice).map(clusterWideOverlapText),
    },
    { title: tierOverlapsTitle, total: tierOverlapCount(report), lines: tierOverlapTexts(report) },
  ].map(({ title, total, lines }) => ({ title, total, lines: lines.slice(0, shownAdvice) }));
}
