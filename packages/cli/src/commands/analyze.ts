import { type AnalysisReport, type Severity, analyzeCluster, severities } from "@npa/core";
import { addAnalysisFlags, type AnalysisFlags, parseFailOn, parseSettings } from "../analysis-flags.ts";
import { analysisFormatNames, analysisFormats } from "../analysis-formats.ts";
import { parseAssumptions } from "../assume.ts";
import type { CommandModule } from "../command-module.ts";
import { exitCodes } from "../exit-codes.ts";
import { addInputFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { exitCodeFor, printNotices } from "../notices.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { namespacesOf, readInput } from "../read-input.ts";
import { reportTime } from "../report-time.ts";

/** `npa analyze`, and `npa PATH`. */
export const analyzeCommand: CommandModule = {
  define(command, run) {
    command.argument("[paths...]", "files and directories; - is stdin");
    addAnalysisFlags(addOutputFlag(command, analysisFormatNames));
    addInputFlags(command, "report only this namespace; everything is still read; repeatable")
      .addHelpText("after", help)
      .action((paths: string[], flags: AnalysisFlags) => run((io) => analyzePaths(io, paths, flags)));
  },
};

const help = `
Examples:
  npa ./policies
  npa analyze ./policies --fail-on medium -o text -o json=report.json
  helm template . | npa analyze -
  npa analyze ./policies -o github        annotations in a GitHub workflow`;

async function analyzePaths(io: Io, paths: readonly string[], flags: AnalysisFlags): Promise<number> {
  const targets = parseTargets(flags.output, analysisFormatNames);
  const failOn = parseFailOn(flags.failOn);
  const settings = parseSettings(flags);
  const assumptions = parseAssumptions(flags.assume);
  const timestamp = reportTime(io);
  const input = await readInput(io, paths, flags);
  const namespaces = namespacesOf(input.cluster, flags);
  const report = analyzeCluster(input.cluster, { ...settings, assumptions, namespaces, timestamp });
  await printNotices(io, input, report.notEvaluated, flags);
  await emit(io, targets, analysisFormats(report), flags);
  return exitCodeFor(gate(report, failOn), input.cluster, flags);
}

function gate({ findings }: AnalysisReport, failOn: Severity | "never"): number {
  if (failOn === "never") return exitCodes.ok;
  const limit = severities.indexOf(failOn);
  return findings.some(({ severity }) => severities.indexOf(severity) <= limit) ? exitCodes.found : exitCodes.ok;
}
