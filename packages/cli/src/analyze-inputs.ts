import { type AnalysisReport, type AnalyzeOptions, analyzeCluster, analyzeEnvironments } from "@npa/core";
import type { InputFlags } from "./input-flags.ts";
import type { Input } from "./input.ts";
import { namespacesOf } from "./read-input.ts";

/** The report on an input, or on several environments. */
export function analyzeInputs(inputs: readonly Input[], options: AnalyzeOptions): AnalysisReport {
  const environments = inputs.flatMap(({ cluster, environment }) =>
    environment === undefined ? [] : [{ ...environment, cluster }],
  );
  if (environments.length > 0) return analyzeEnvironments(environments, options);
  return analyzeCluster(oneOf(inputs).cluster, options);
}

/** What to say beside a report: problems and numbers of all its inputs. */
export function noticedInput(inputs: readonly Input[], report: AnalysisReport): Input {
  const first = oneOf(inputs);
  const { problems, ...counts } = report.inputs;
  const refusedPolicies = inputs.flatMap(({ cluster }) => cluster.refusedPolicies);
  const workloads = inputs.flatMap(({ cluster }) => cluster.workloads);
  return { ...first, cluster: { ...first.cluster, workloads, refusedPolicies, problems, inputs: counts } };
}

/** The namespaces that `-n` names, each in at least one of the inputs. */
export function namespacesIn(inputs: readonly Input[], flags: InputFlags): readonly string[] {
  const first = oneOf(inputs).cluster;
  const namespaces = new Map(inputs.flatMap(({ cluster }) => [...cluster.namespaces]));
  return namespacesOf({ ...first, namespaces }, flags);
}

function oneOf([first]: readonly Input[]): Input {
  if (first === undefined) throw new Error("no input");
  return first;
}
