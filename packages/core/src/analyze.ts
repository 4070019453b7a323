import { type AssessSettings, defaultAssessSettings } from "./assess/settings.ts";
import { assess } from "./assess/assess.ts";
import { basisOf } from "./basis.ts";
import { type ConnectivityOptions, buildReachability, completeAssumptions } from "./connectivity.ts";
import type { Cluster } from "./model/cluster.ts";
import type { SourceText } from "./parse/document.ts";
import { type ReadOptions, readCluster } from "./read-cluster.ts";
import { type AnalysisReport, type Finding, apiVersion } from "./result.ts";
import { runRules } from "./rules/run-rules.ts";
import { summarize } from "./summary.ts";

/** What an analysis can be given. Thresholds and weights not given take the defaults of the source documents. */
export interface AnalyzeOptions extends ConnectivityOptions, Partial<AssessSettings> {
  /** The time to print in the report, ISO 8601. The library reads no clock: without it `timestamp` is null. */
  readonly timestamp?: string;
}

/** Reads manifests and analyses them. Nothing is thrown for bad input: `inputs.problems` tells what was wrong. */
export function analyze(sources: Iterable<SourceText>, options: AnalyzeOptions & Partial<ReadOptions> = {}): AnalysisReport {
  return analyzeCluster(readCluster(sources, options), options);
}

/** The whole report: reachability, then the rules on it, then the assessment of the policies. */
export function analyzeCluster(cluster: Cluster, options: AnalyzeOptions = {}): AnalysisReport {
  const reachability = buildReachability(cluster, options);
  const { findings: all, notEvaluated: rulesNotEvaluated } = runRules(reachability);
  const findings = inScope(all, options.namespaces);
  const { scoreNote, ...assessment } = assess(reachability, findings, {
    settings: settingsOf(options),
    ...(isLimited(options.namespaces) ? { namespaces: options.namespaces } : {}),
  });
  return {
    apiVersion,
    kind: "AnalysisReport",
    timestamp: options.timestamp ?? null,
    summary: summarize(reachability, findings, scoreNote),
    ...assessment,
    findings,
    rulesNotEvaluated,
    ...basisOf(cluster, completeAssumptions(options)),
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

/** The findings about the namespaces that were asked for. */
function inScope(findings: readonly Finding[], namespaces: readonly string[] | undefined): readonly Finding[] {
  if (!isLimited(namespaces)) return findings;
  const wanted = new Set(namespaces);
  return findings.filter(({ object }) => wanted.has(object.kind === "Namespace" ? object.name : (object.namespace ?? "")));
}
