import { type AssessSettings, defaultAssessSettings } from "../assess/settings.ts";
import { assess } from "../assess/assess.ts";
import { optimizationGain } from "../assess/optimization-measures.ts";
import { securityGaps } from "../assess/security-gaps.ts";
import { basisOf } from "../proof/basis-of.ts";
import { type ConnectivityOptions, buildReachability, completeAssumptions } from "./connectivity.ts";
import type { Finding } from "../answers/finding.ts";
import type { FindingOptions } from "./changed-findings.ts";
import { followedAdvice } from "./followed-advice.ts";
import { type Trial, triedAdvice } from "../fix/tried-advice.ts";
import { foldConsequences } from "../findings/fold-consequences.ts";
import type { Baseline } from "../findings/baseline.ts";
import type { IgnoreEntry } from "../findings/ignore-entry.ts";
import { type SelectOptions, type SelectedFindings, selectFindings } from "../findings/select-findings.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import type { PassResult } from "../optimize/step.ts";
import { inScope, scopeOf } from "./scope.ts";
import type { Platform } from "../model/facts.ts";
import type { SourceText } from "../parse/document.ts";
import { type ReadOptions, readManifests } from "../read/read-manifests.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import { apiVersion } from "../answers/api-version.ts";
import { type RuleConfigs, configuredOptions, configuredRules } from "../config/configured-rules.ts";
import type { RuleDefinition } from "../rules/define-rule.ts";
import { findingOrder } from "../rules/finding-order.ts";
import { allRules } from "../rules/registry.ts";
import { type RuleResults, type RuleRun, askRules, findingsOf, plannedOf, runRules } from "../rules/run-rules.ts";
import {
  type ClusterCidrs,
  type DnsSettings,
  type PodTier,
  type RuleSettings,
  dnsSettings,
} from "../rules/settings.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { clusterSpace } from "../symbolic/cluster-space.ts";
import type { PolicySpace } from "../symbolic/policy-space.ts";
import { timed } from "../lib/stopwatch.ts";
import { stoppable } from "../lib/stoppable.ts";
import { UsageError } from "../lib/usage-error.ts";
import { checkAnalyzeOptions, checkConnectivityOptions } from "./check-options.ts";
import { checkCluster } from "../lib/check-argument.ts";
import { type CustomRule, asRuleDefinitions } from "./custom-rule.ts";
import { reportedFacts } from "./reported-facts.ts";
import { summarize } from "./summary.ts";

/** What an analysis can be given. Thresholds and weights not given take the defaults of the source documents. */
export interface AnalyzeOptions extends ConnectivityOptions, Partial<AssessSettings> {
  /** The time to print in the report, ISO 8601. The library reads no clock: without it `timestamp` is null. */
  readonly timestamp?: string;
  /** The day on which suppressions expire or not, as `2027-01-31`. Default: that of `timestamp`; without it none expires. */
  readonly today?: string;
  /** Severities and options of rules, by their ids; or a list of ids: only these rules are run. */
  readonly rules?: RuleConfigs | readonly string[];
  /** Rules of your own, run beside those of the catalogue: see `defineRule`. */
  readonly customRules?: readonly CustomRule[];
  /** Where the DNS servers of the cluster are. Absent: as `kube-dns` has them. */
  readonly dns?: DnsSettings;
  /** Those of the pods are taken for `podCidrs` too. Default: what objects of the input tell. */
  readonly clusterCidrs?: ClusterCidrs;
  /** The cloud that the cluster runs on. Default: what objects of the input tell. */
  readonly platform?: Platform;
  /** The tiers of the application, from the outside in. */
  readonly tiers?: readonly PodTier[];
  /** Findings not to tell of, beside those that comments and annotations name. */
  readonly ignore?: readonly IgnoreEntry[];
  /** How `ignore` names a file of the input. Default: as it is named there. */
  readonly ignorePathOf?: (file: string) => string;
  /** Whether comments and annotations of the analysed files may suppress findings. Default: true. */
  readonly suppressions?: boolean;
  /** Findings that are known: only others are told of. */
  readonly baseline?: Baseline;
}

/** Reads manifests and analyses them. Nothing is thrown for bad input: `inputs.problems` tells what was wrong. */
export function analyze(
  sources: Iterable<SourceText>,
  options: AnalyzeOptions & Partial<ReadOptions> = {},
): AnalysisReport {
  return analyzeCluster(readManifests(sources, options), options);
}

/** The whole report: reachability, then the rules on it, what of their findings is told, and the assessment of the policies. */
export function analyzeCluster(given: Cluster, options: AnalyzeOptions = {}): AnalysisReport {
  checkCluster("analyzeCluster", given);
  checkConnectivityOptions(options);
  checkAnalyzeOptions(options);
  return stoppable(options.signal, () => reportOn(given, options));
}

/** What an analysis finds, and what it found it with. */
interface Findings {
  readonly reachability: Reachability;
  readonly space: PolicySpace;
  readonly rules: readonly RuleDefinition[];
  readonly run: RuleRun;
  readonly results: RuleResults;
  readonly selected: SelectedFindings;
}

/** The findings of a report, without the rest of it. */
export function findingsOfCluster(cluster: Cluster, options: AnalyzeOptions): readonly Finding[] {
  checkAnalyzeOptions(options);
  return findingsOn(cluster, options).selected.findings;
}

/** How an analysis makes findings of a cluster that is too big for advice to be tried. */
export function findingOptions(options: AnalyzeOptions): FindingOptions {
  checkAnalyzeOptions(options);
  const rules = rulesToRun(options);
  return {
    rules,
    settings: ruleSettingsOf(options),
    stopwatch: options.stopwatch,
    select: (cluster, findings) =>
      selectFindings(
        options.suppressions === false ? { ...cluster, suppressions: [] } : cluster,
        findings,
        selectOptionsOf(options, rules, { notEvaluated: [] }),
      ).findings,
  };
}

function findingsOn(given: Cluster, options: AnalyzeOptions): Findings {
  const reachability = buildReachability(given, withPodCidrs(options));
  const { cluster } = reachability;
  const rules = rulesToRun(options);
  const space = clusterSpace(cluster, reachability.options.assumptions);
  const { stopwatch } = options;
  const run = timed(stopwatch, "rules", () =>
    askRules(reachability, { rules, settings: ruleSettingsOf(options), space, stopwatch }),
  );
  const found = timed(stopwatch, "findings", () => findingsOf(run, rules));
  const trial = trialOf(given, found.findings, rules, options);
  const tried = timed(stopwatch, "advice", () => triedAdvice(found.findings, trial));
  const results = { ...found, findings: tried };
  const selected = timed(stopwatch, "findings", () =>
    selectFindings(
      options.suppressions === false ? { ...cluster, suppressions: [] } : cluster,
      results.findings,
      selectOptionsOf(options, rules, results),
    ),
  );
  return { reachability, space, rules, run, results, selected };
}

function reportOn(given: Cluster, options: AnalyzeOptions): AnalysisReport {
  const { reachability, space, rules, run, results, selected } = findingsOn(given, options);
  const { cluster } = reachability;
  const { stopwatch } = options;
  const { scoreNote, ...assessment } = timed(stopwatch, "assess", () =>
    assess(reachability, selected.present, {
      settings: settingsOf(options),
      space,
      ...(options.platform === undefined ? {} : { platform: options.platform }),
      ...(isLimited(options.namespaces) ? { namespaces: options.namespaces } : {}),
      stopwatch,
    }),
  );
  const { findings, suppressed, baseline } = selected;
  return {
    apiVersion,
    kind: "AnalysisReport",
    timestamp: options.timestamp ?? null,
    summary: summarize(reachability, findings, scoreNote, options.namespaces),
    ...assessment,
    ...gainOf(cluster.policies, plannedOf(run, rules), options),
    securityGaps: securityGaps(findings),
    facts: reportedFacts(cluster, ruleSettingsOf(options)),
    findings,
    suppressed,
    ...(baseline === undefined ? {} : { baseline }),
    rulesNotEvaluated: results.notEvaluated,
    ...basisOf(
      { ...cluster, policies: given.policies, problems: [...cluster.problems, ...selected.problems] },
      completeAssumptions(options, cluster),
    ),
  };
}

/** What could be simpler in the namespaces that are looked at. */
function gainOf(
  policies: readonly Policy[],
  planned: PassResult | undefined,
  { namespaces }: AnalyzeOptions,
): Pick<AnalysisReport, "optimization"> {
  const scope = scopeOf(namespaces);
  const steps = planned?.steps.filter((step) => inScope(step.policies, scope).length > 0) ?? [];
  if (planned === undefined || steps.length === 0) return {};
  return { optimization: optimizationGain(inScope(policies, scope), inScope(planned.policies, scope), steps.length) };
}

/**
 * Advice is followed in the objects as they are written, whatever their data plane makes of them. Rules on tidiness alone
 * find nothing that advice must not bring about, and cost the most.
 */
function trialOf(
  cluster: Cluster,
  findings: readonly Finding[],
  rules: readonly RuleDefinition[],
  options: AnalyzeOptions,
): Trial {
  const settings = ruleSettingsOf(options);
  const asked = rules.filter(({ category }) => category !== "optimization");
  const eachOnce = (all: readonly Finding[]): readonly Finding[] => foldConsequences(all, all, []).told;
  return {
    cluster,
    before: () => eachOnce(findings),
    followed: (fixes) => followedAdvice(cluster, fixes),
    findings: (state) =>
      eachOnce(runRules(buildReachability(state, withPodCidrs(options)), { rules: asked, settings }).findings),
  };
}

/** The rules of the catalogue that are wanted, then the caller's own. Throws a UsageError for the id of none. */
export function rulesToRun({ rules: wanted = {}, customRules = [] }: AnalyzeOptions): readonly RuleDefinition[] {
  const known = [...allRules, ...asRuleDefinitions(customRules)];
  const named = isList(wanted) ? wanted : Object.keys(wanted);
  const missing = named.find((id) => !known.some((rule) => rule.id === id));
  if (missing !== undefined) throw new UsageError(`there is no rule ${JSON.stringify(missing)}`);
  return isList(wanted) ? known.filter(({ id }) => wanted.includes(id)) : configuredRules(known, wanted);
}

function configsOf({ rules = {} }: AnalyzeOptions): RuleConfigs {
  return isList(rules) ? {} : rules;
}

function isList(rules: RuleConfigs | readonly string[]): rules is readonly string[] {
  return Array.isArray(rules);
}

/** The CIDRs of the pods are what addresses of pods are taken from, unless the caller says otherwise. */
export function withPodCidrs({ clusterCidrs, ...options }: AnalyzeOptions): ConnectivityOptions {
  return { ...(clusterCidrs?.pods === undefined ? {} : { podCidrs: clusterCidrs.pods }), ...options };
}

export function ruleSettingsOf(options: AnalyzeOptions): RuleSettings {
  const { dns, clusterCidrs, platform, tiers } = options;
  return {
    ...dnsSettings(dns ?? {}),
    ...(clusterCidrs === undefined ? {} : { clusterCidrs }),
    ...(platform === undefined ? {} : { platform }),
    ...(tiers === undefined ? {} : { tiers }),
    options: configuredOptions(configsOf(options)),
  };
}

function selectOptionsOf(
  options: AnalyzeOptions,
  rules: readonly RuleDefinition[],
  { notEvaluated }: Pick<RuleResults, "notEvaluated">,
): SelectOptions {
  const { namespaces, baseline, ignore = [], ignorePathOf } = options;
  const today = options.today ?? options.timestamp?.slice(0, "2027-01-31".length);
  const silent = new Set(notEvaluated.map(({ ruleId }) => ruleId));
  const run = new Set(rules.map(({ id }) => id).filter((id) => !silent.has(id)));
  return {
    ignore,
    order: findingOrder(rules),
    ruleIds: [...allRules, ...(options.customRules ?? [])].map(({ id }) => id),
    wasRun: (ruleId) => run.has(ruleId),
    ...(today === undefined ? {} : { today }),
    ...(ignorePathOf === undefined ? {} : { pathOf: ignorePathOf }),
    ...(namespaces === undefined ? {} : { namespaces }),
    ...(baseline === undefined ? {} : { baseline }),
  };
}

function settingsOf(options: AnalyzeOptions): AssessSettings {
  const { redundancyThreshold, complexityThreshold, overlapDetection, performanceWeight, securityWeight } = {
    ...defaultAssessSettings,
    ...options,
  };
  return { redundancyThreshold, complexityThreshold, overlapDetection, performanceWeight, securityWeight };
}

function isLimited(namespaces: readonly string[] | undefined): namespaces is readonly string[] {
  return namespaces !== undefined && namespaces.length > 0;
}
