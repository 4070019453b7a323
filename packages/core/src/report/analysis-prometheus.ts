import { checkAnswer } from "../lib/check-argument.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import { severities } from "../answers/finding.ts";
import { by } from "../lib/compare.ts";

/** A series has a label value for each of these at the most: what a Prometheus can bear of one target. */
const mostNamespaces = 500;
const mostKinds = 100;

type LabelValues = Readonly<Record<string, string>>;

interface Sample {
  readonly labels?: LabelValues;
  readonly value: number;
}

interface Metric {
  readonly name: string;
  readonly help: string;
  readonly samples: readonly Sample[];
}

/**
 * The report in Prometheus' text exposition format, for the node exporter's textfile collector or a push gateway: all of
 * it gauges, ratios from 0 to 1. A figure that the report does not have (a score of no policies) has no sample.
 */
export function analysisPrometheus(report: AnalysisReport): string {
  checkAnswer("analysisPrometheus", report, "AnalysisReport");
  return [...metrics(report)]
    .filter(({ samples }) => samples.length > 0)
    .map(metricText)
    .join("");
}

function* metrics(report: AnalysisReport): Generator<Metric> {
  const { summary } = report;
  yield gauge("npa_policies", "Network policies in force.", summary.policies);
  yield gauge(
    "npa_policies_refused",
    "Policies that the API server would refuse: not in force.",
    summary.refusedPolicies,
  );
  yield {
    name: "npa_policy_rules",
    help: "Rules of the policies in force.",
    samples: [
      { labels: { direction: "ingress" }, value: summary.ingressRules },
      { labels: { direction: "egress" }, value: summary.egressRules },
    ],
  };
  yield gauge("npa_namespaces", "Namespaces.", summary.namespaces);
  yield gauge("npa_workloads", "Workloads.", summary.workloads);
  yield gauge("npa_pods", "Pods.", summary.pods);
  yield* reachMetrics(report);
  yield* findingMetrics(report);
  yield* scoreMetrics(report);
  yield* namespaceMetrics(report);
  yield {
    name: "npa_objects_not_evaluated",
    help: "Objects that may change what the network allows but are not evaluated.",
    samples: totals(report.notEvaluated.map(({ kind, count }) => [kind, count] as const))
      .slice(0, mostKinds)
      .map(([kind, value]) => ({ labels: { kind }, value })),
  };
  yield {
    name: "npa_input_problems",
    help: "Problems with the input.",
    samples: (["error", "warning"] as const).map((severity) => ({
      labels: { severity },
      value: report.inputs.problems.filter((problem) => problem.severity === severity).length,
    })),
  };
  const seconds = Date.parse(report.timestamp ?? "") / 1000;
  yield {
    name: "npa_analysis_timestamp_seconds",
    help: "When the analysis was made, in Unix time.",
    samples: Number.isNaN(seconds) ? [] : [{ value: seconds }],
  };
}

function* reachMetrics({ summary }: AnalysisReport): Generator<Metric> {
  const isolated = { ingress: summary.isolatedIngress, egress: summary.isolatedEgress };
  const perDirection = (value: (direction: "ingress" | "egress") => number): readonly Sample[] =>
    (["ingress", "egress"] as const).map((direction) => ({ labels: { direction }, value: value(direction) }));
  yield {
    name: "npa_isolated_workloads",
    help: "Workloads all of whose pods some policy isolates in a direction.",
    samples: perDirection((direction) => isolated[direction]),
  };
  yield {
    name: "npa_isolated_workloads_ratio",
    help: "Their share of all workloads.",
    samples: summary.workloads === 0 ? [] : perDirection((direction) => isolated[direction] / summary.workloads),
  };
  const onInternet = { ingress: summary.internetIngress, egress: summary.internetEgress };
  yield {
    name: "npa_internet_workloads",
    help: "Workloads that some public address may connect to (ingress), or that may connect to some (egress).",
    samples: perDirection((direction) => onInternet[direction]),
  };
  yield gauge("npa_allowed_pod_pairs", "Ordered pairs of different pods that may talk on some port.", summary.podPairs);
  yield gauge(
    "npa_uncertain_pod_pairs",
    "Pairs that may talk if unknown facts turn out so.",
    summary.uncertainPodPairs,
  );
  yield {
    name: "npa_allowed_pod_pairs_ratio",
    help: "The share of all ordered pairs of different pods that may talk.",
    samples: summary.possiblePodPairs === 0 ? [] : [{ value: summary.podPairs / summary.possiblePodPairs }],
  };
}

function* findingMetrics({
  findings,
  suppressed,
  rulesNotEvaluated,
  configuration,
}: AnalysisReport): Generator<Metric> {
  yield {
    name: "npa_findings",
    help: "Findings that are reported, by severity.",
    samples: severities.map((severity) => ({
      labels: { severity },
      value: findings.filter((finding) => finding.severity === severity).length,
    })),
  };
  yield {
    name: "npa_rule_findings",
    help: "Findings that are reported, by rule.",
    samples: totals(findings.map(({ ruleId }) => [ruleId, 1] as const)).map(([rule, value]) => ({
      labels: { rule },
      value,
    })),
  };
  yield {
    name: "npa_rule_affected_workloads",
    help: "Workloads that the findings of a rule name, counted once per finding.",
    samples: totals(findings.map(({ ruleId, affectedCount }) => [ruleId, affectedCount] as const)).map(
      ([rule, value]) => ({ labels: { rule }, value }),
    ),
  };
  yield gauge("npa_findings_suppressed", "Findings that somebody suppressed.", suppressed.length);
  yield {
    name: "npa_rule_findings_suppressed",
    help: "Findings that somebody suppressed, by rule and by what: a comment, an annotation or the configuration.",
    samples: totals(suppressed.map(({ by, finding }) => [`${by} ${finding.ruleId}`, 1] as const)).map(
      ([key, value]) => {
        const [by = "", rule = ""] = key.split(" ");
        return { labels: { by, rule }, value };
      },
    ),
  };
  yield {
    name: "npa_configuration_info",
    help: "The configuration that the report was made with, and the rules that it turns off. Always 1.",
    samples:
      configuration === undefined
        ? []
        : [{ labels: { file: configuration.file, rules_off: configuration.rulesOff.join(",") }, value: 1 }],
  };
  yield gauge(
    "npa_rules_not_evaluated",
    "Rules that could not be evaluated.",
    new Set(rulesNotEvaluated.map(({ ruleId }) => ruleId)).size,
  );
}

function* scoreMetrics(report: AnalysisReport): Generator<Metric> {
  const scores = {
    performance: report.performanceMetrics.performanceScore,
    security: report.securityScore,
    overall: report.overallScore,
  };
  yield {
    name: "npa_score_ratio",
    help: "The scores, from 0 to 1: higher is better.",
    samples: Object.entries(scores).flatMap(([score, value]) =>
      value === null ? [] : [{ labels: { score }, value: value / 100 }],
    ),
  };
}

function* namespaceMetrics({ namespaces, securityScoreDetail }: AnalysisReport): Generator<Metric> {
  const shown = Object.entries(namespaces)
    .toSorted(by(([name]) => name))
    .toSorted(([, a], [, b]) => b.complexityScore - a.complexityScore)
    .slice(0, mostNamespaces)
    .toSorted(by(([name]) => name));
  const samples = (value: (name: string, figures: (typeof shown)[number][1]) => number | null): readonly Sample[] =>
    shown.flatMap(([namespace, figures]) => {
      const figure = value(namespace, figures);
      return figure === null ? [] : [{ labels: { namespace }, value: figure }];
    });
  yield {
    name: "npa_namespace_policies",
    help: `Policies by namespace; of the ${mostNamespaces} most complex namespaces.`,
    samples: samples((_, { policyCount }) => policyCount),
  };
  yield {
    name: "npa_namespace_complexity",
    help: "The complexity score of a namespace's policies, summed.",
    samples: samples((_, { complexityScore }) => complexityScore),
  };
  const scored = new Map(Object.entries(securityScoreDetail.byNamespace));
  yield {
    name: "npa_namespace_security_score_ratio",
    help: "The security score of a namespace, from 0 to 1.",
    samples: samples((name) => {
      const value = scored.get(name)?.value ?? null;
      return value === null ? null : value / 100;
    }),
  };
}

function gauge(name: string, help: string, value: number): Metric {
  return { name, help, samples: [{ value }] };
}

/** Sums by name, sorted by name. */
function totals(entries: readonly (readonly [string, number])[]): readonly (readonly [string, number])[] {
  const sums = new Map<string, number>();
  for (const [name, value] of entries) sums.set(name, (sums.get(name) ?? 0) + value);
  return [...sums].toSorted(by(([name]) => name));
}

function metricText({ name, help, samples }: Metric): string {
  const lines = samples.map(({ labels = {}, value }) => `${name}${labelText(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${lines.join("")}`;
}

/** "label_value can be any sequence of UTF-8 characters, but the backslash, double-quote, and line feed have to be escaped." */
function labelText(labels: LabelValues): string {
  const pairs = Object.entries(labels).map(([key, value]) => {
    const escaped = value
      .replace(/\p{Cs}/gu, "\ufffd")
      .replaceAll("\\", "\\\\")
      .replaceAll('"', String.raw`\"`)
      .replaceAll("\n", "\\n");
    return `${key}="${escaped}"`;
  });
  return pairs.length === 0 ? "" : `{${pairs.join(",")}}`;
}
