import { checkAnswer } from "../lib/check-argument.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import { severities } from "../answers/finding.ts";
import { printable } from "./escape.ts";
import { adviceLines } from "./analysis-advice-text.ts";
import { type AnalysisTextOptions, findingLines } from "./analysis-findings-text.ts";
import { type Palette, paletteOf } from "./palette.ts";
import { securityScoreLines } from "./security-score-text.ts";
import { brokenText } from "./wrap.ts";
import { counted, grouped, makingTexts, objectText, percent, rounded, shortened } from "./words.ts";

/**
 * The report for a person at a terminal: a summary, what matters most, then advice. Long lists are cut and say so:
 * the JSON has all of them.
 */
export function analysisText(report: AnalysisReport, options: AnalysisTextOptions = {}): string {
  checkAnswer("analysisText", report, "AnalysisReport");
  const palette = paletteOf(options);
  const sections = [
    summaryLines(report, palette),
    findingLines(report, palette, options),
    securityScoreLines(report.securityScoreDetail, palette),
    adviceLines(report, palette),
    notEvaluatedLines(report, palette),
  ];
  const text = sections
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.join("\n"))
    .join("\n\n");
  return `${brokenText(text, options)}\n`;
}

function summaryLines(report: AnalysisReport, palette: Palette): string[] {
  const { summary } = report;
  const label = (text: string): string => palette.cyan(text.padEnd(11));
  const refused = summary.refusedPolicies > 0 ? ` (and ${grouped(summary.refusedPolicies)} not in force)` : "";
  const head = [
    counted(report.summary.policies, "policy", "policies") + refused,
    counted(summary.namespaces, "namespace"),
    `${counted(summary.workloads, "workload")} with ${counted(summary.pods, "pod")}`,
  ].join(", ");
  return [
    palette.bold(head),
    ...makingTexts(report).map((text) => `${label("made")}${printable(text)}`),
    ...environmentLines(report, label),
    ...(summary.workloads > 0 ? reachLines(report, label) : [noWorkloads]),
    `${label("complexity")}${complexityText(report)}`,
    `${label("scores")}${scoresText(report)}`,
    ...factLines(report, label),
  ];
}

const maxFacts = 4;

/** What the input tells of the cluster itself, and which object does. */
function factLines({ facts }: AnalysisReport, label: (text: string) => string): string[] {
  if (facts.length === 0) return [];
  const texts = facts.map(({ fact, value, object, overridden }) => {
    const said = overridden === true ? `; the settings say otherwise` : "";
    return `${fact} ${printable(value)} (${objectText(object)}${said})`;
  });
  return [`${label("cluster")}${shortened(texts, texts.length, maxFacts)}`];
}

const maxEnvironments = 20;

/** What was rendered, each with its own figures: those above are sums, and the scores those of the worst. */
function environmentLines({ environments = [] }: AnalysisReport, label: (text: string) => string): string[] {
  if (environments.length < 2) return [];
  const rest = environments.length - maxEnvironments;
  const lines = environments.slice(0, maxEnvironments).map(({ name, root, summary, scores }) => {
    const found = severities.filter((severity) => summary.findingsBySeverity[severity] > 0);
    const findings = found.map((severity) => `${grouped(summary.findingsBySeverity[severity])} ${severity}`).join(", ");
    const score = scores.overallScore === null ? "" : `, overall ${rounded(scores.overallScore)}/100`;
    const where = name === root ? "" : ` (${printable(root)})`;
    return `${label("environment")} ${printable(name)}${where}: ${findings === "" ? "no findings" : findings}${score}`;
  });
  return rest > 0 ? [...lines, `${label("environment")} and ${rest} more; -o json has all`] : lines;
}

const noWorkloads = "no workloads in the input: what follows is about the policies alone";

function reachLines({ summary }: AnalysisReport, label: (text: string) => string): string[] {
  const { workloads, isolatedIngress, isolatedEgress, podPairs, possiblePodPairs, uncertainPodPairs } = summary;
  const isolated = (count: number): string =>
    `${grouped(count)} of ${grouped(workloads)} workloads (${percent(count, workloads)})`;
  const uncertain = uncertainPodPairs > 0 ? `, ${grouped(uncertainPodPairs)} more depend on missing facts` : "";
  const share = `${grouped(podPairs)} of ${grouped(possiblePodPairs)} pod pairs may talk`;
  return [
    `${label("isolation")}ingress ${isolated(isolatedIngress)}, egress ${isolated(isolatedEgress)}`,
    `${label("reach")}${share} (${percent(podPairs, possiblePodPairs)})${uncertain}`,
  ];
}

function complexityText({ performanceMetrics }: AnalysisReport): string {
  const { min, max, median } = performanceMetrics.complexityDistribution;
  const average = rounded(performanceMetrics.averageComplexity);
  return `average ${average}, median ${rounded(median)}, from ${rounded(min)} to ${rounded(max)} per policy`;
}

function scoresText({ performanceMetrics, securityScore, overallScore, summary }: AnalysisReport): string {
  const score = (value: number | null): string => (value === null ? "none" : `${rounded(value)}/100`);
  const note = summary.scoreNote === undefined ? "" : ` (${summary.scoreNote})`;
  return `performance ${score(performanceMetrics.performanceScore)}, security ${score(securityScore)}, overall ${score(overallScore)}${note}`;
}

/** Rules that could not be evaluated, by the reason: a reason is said once. */
function notEvaluatedLines({ rulesNotEvaluated }: AnalysisReport, { bold }: Palette): string[] {
  const byReason = new Map<string, string[]>();
  for (const { ruleId, reason } of rulesNotEvaluated) byReason.set(reason, [...(byReason.get(reason) ?? []), ruleId]);
  if (byReason.size === 0) return [];
  const lines = [...byReason].map(
    ([reason, rules]) => `  ${shortened([reason], 1, 1)}: ${shortened(rules, rules.length, 4)}`,
  );
  const rest = lines.length - 3;
  return [
    bold("Not evaluated"),
    ...lines.slice(0, 3),
    ...(rest > 0 ? [`  and for ${counted(rest, "more reason")}`] : []),
  ];
}
