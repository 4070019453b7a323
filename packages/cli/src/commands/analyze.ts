import { type AnalysisReport, type Cluster, UsageError, analyzeCluster, filterFindings } from "@npa/core";
import { addAnalysisFlags, type AnalysisFlags, analysisSettings } from "../analysis-flags.ts";
import { analysisFormatNames, analysisFormats } from "../analysis-formats.ts";
import { readBaseline } from "../baseline-file.ts";
import type { CommandModule } from "../command-module.ts";
import { addConfigFlags } from "../config-flags.ts";
import { type FixFlags, addFixFlags, wantsFix, writableFixes } from "../fix-flags.ts";
import { gateCode, gateOf } from "../gate.ts";
import { htmlReport } from "../html-report.ts";
import { addInputFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { printLeftOut } from "../left-out.ts";
import { printNotices, printUncertain, worstExit } from "../notices.ts";
import { type Target, addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { analyzeInputs, namespacesIn, noticedInput } from "../analyze-inputs.ts";
import { helpText } from "../help-text.ts";
import type { Input } from "../input.ts";
import { readInputs } from "../read-input.ts";
import { renderedPaths, wantsRender } from "../render-flags.ts";
import { type SarifFlags, addSarifFlags, reportContext, suppressedOf } from "../report-context.ts";
import { type ShowFlags, addShowFlags, findingFilter, framesOf, shownReport } from "../show-flags.ts";
import { reportTime } from "../report-time.ts";
import { type WhatIfFlags, addWhatIfFlag, printWhatIf } from "../what-if.ts";
import { type Settings, analysisOptions, connectivityOptions, printConfig, readSettings } from "../settings.ts";

/** `npa analyze`, and `npa PATH`. */
export const analyzeCommand: CommandModule = {
  define(command, run) {
    command.argument("[paths...]", "files and directories; - is stdin");
    addSarifFlags(
      addShowFlags(addFixFlags(addWhatIfFlag(addAnalysisFlags(addOutputFlag(command, analysisFormatNames))))),
    );
    addConfigFlags(addInputFlags(command, "report only this namespace; everything is still read; repeatable"))
      .addHelpText("after", helpText(help))
      .action((paths: string[], flags: AnalyzeFlags) => run((io) => analyzePaths(io, paths, flags)));
  },
};

const help = `
Examples:
  npa analyze ./policies --fail-on medium -o text -o json=report.json
  helm template . | npa analyze -
  npa analyze -k overlays/production      builds it with kustomize or kubectl
  npa analyze ./repo --render             every chart and overlay by itself
  npa analyze ./policies -o text -o sarif=npa.sarif    for code scanning
  npa analyze ./policies -o html=report.html   one file to look at and send
  npa analyze ./policies --what-if staged     what staged policies would change
  npa analyze ./policies --fix --dry-run  what --fix would write`;

type AnalyzeFlags = AnalysisFlags & SarifFlags & FixFlags & ShowFlags & WhatIfFlags;

async function analyzePaths(io: Io, paths: readonly string[], flags: AnalyzeFlags): Promise<number> {
  const targets = parseTargets(flags.output, analysisFormatNames);
  if (flags.dryRun && flags.output.length > 0 && targets.some(({ file }) => file === undefined)) {
    throw new UsageError("--dry-run prints the difference on stdout: write the report to a file, as -o FORMAT=FILE");
  }
  const settings = readAnalysisSettings(io, paths, flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const gate = gateOf(settings.config);
  const filter = findingFilter(flags);
  const known = flags.baseline === undefined ? {} : { baseline: readBaseline(io, flags.baseline) };
  const timestamp = reportTime(io);
  const context = await reportContext(
    io,
    targets,
    [...paths, ...flags.filename, ...renderedPaths(flags)],
    gate.failOn,
    flags,
  );
  const isFixed = wantsFix(flags, paths);
  if (isFixed && wantsRender(flags))
    throw new UsageError("--fix changes files, and what is rendered is in none: name the files");
  const read = await readInputs(io, paths, flags, settings.config);
  const namespaces = namespacesIn(read, flags);
  const options = { ...analysisOptions(io, settings), ...known, namespaces, timestamp };
  if (flags.whatIf !== undefined) {
    if (isFixed || flags.baseline !== undefined)
      throw new UsageError("--what-if compares with now: leave --fix and --baseline out");
    return await printWhatIf(io, read, targets, flags, { options, config: settings.config });
  }
  const inputs = isFixed ? await fixed(io, read, flags, settings, (cluster) => analyzeCluster(cluster, options)) : read;
  const report = withConfiguration(analyzeInputs(inputs, options), settings);
  const told = toldIn(filterFindings(report, filter), targets);
  await printNotices(io, noticedInput(inputs, report), report.notEvaluated, flags, told);
  await printLeftOut(io, report, gate, flags);
  const { uncertainPodPairs } = report.summary;
  const what = uncertainPodPairs === 1 ? "1 pod pair depends" : `${uncertainPodPairs} pod pairs depend`;
  if (uncertainPodPairs > 0) await printUncertain(io, what, [], flags);
  const shown = await shownReport(io, report, filter, gate, flags);
  const printed = await withEdits(shown, inputs, targets);
  const wanted = targets.filter(({ file }) => file !== undefined || !flags.dryRun);
  const isFile = wanted.every(({ file }) => file !== undefined);
  const leftOut = report.findings.length - shown.findings.length;
  const frames = framesOf(io, inputs[0], flags, isFile);
  const shownAs = { all: flags.all, leftOut, ...frames, writableFixes: writableFixes(paths, flags, isFixed) };
  const html = await htmlReport(shown, inputs, wanted, { ...connectivityOptions(settings), namespaces }, context);
  const asked = { ...context, ...shownAs, ...html, ...suppressedOf(report, flags) };
  const timing = io.stopwatch === undefined ? {} : { timing: io.stopwatch.timing() };
  await emit(io, wanted, analysisFormats({ ...printed, ...timing }, asked), flags);
  return worstExit(gateCode(report, gate), inputs, flags);
}

/** The findings that a reader of the report is told of or has silenced. Metrics only count them. */
function toldIn({ findings, suppressed }: AnalysisReport, targets: readonly Target[]): AnalysisReport["findings"] {
  if (targets.every(({ format }) => format === "prometheus")) return [];
  return [...findings, ...suppressed.map(({ finding }) => finding)];
}

/** Whoever reads the report is told which configuration it was made with: it may come with what is analysed. */
function withConfiguration(report: AnalysisReport, { file }: Settings): AnalysisReport {
  if (file === undefined) return report;
  const { rules = {}, ignore = [] } = file.config;
  const changed = Object.entries(rules).flatMap(([id, { severity }]) =>
    severity === undefined ? [] : [{ id, severity }],
  );
  const rulesOff = changed.filter(({ severity }) => severity === "off").map(({ id }) => id);
  const severities = changed.filter(({ severity }) => severity !== "off").map(({ id }) => id);
  return { ...report, configuration: { file: file.name, rulesOff, severities, ignores: ignore.length } };
}

/** Fixes the files first: what is reported is what is left. The package for edits is loaded only now. */
async function fixed(
  io: Io,
  inputs: readonly Input[],
  flags: AnalyzeFlags,
  settings: Settings,
  analyze: (cluster: Cluster) => AnalysisReport,
): Promise<readonly Input[]> {
  const { fixInput } = await import("../fix-input.ts");
  const findings = (cluster: Cluster): AnalysisReport["findings"] => analyze(cluster).findings;
  const options = { findings, connectivity: connectivityOptions(settings) };
  return await Promise.all(inputs.map((input) => fixInput(io, input, flags, options)));
}

/** SARIF carries the exact edits of safe fixes. */
async function withEdits(
  report: AnalysisReport,
  [input]: readonly Input[],
  targets: readonly Target[],
): Promise<AnalysisReport> {
  if (input?.texts === undefined || !targets.some(({ format }) => format === "sarif")) return report;
  const { withFixEdits } = await import("@npa/core/edit");
  return { ...report, findings: withFixEdits(report.findings, input.cluster, input.texts.sources) };
}

function readAnalysisSettings(io: Io, paths: readonly string[], flags: AnalysisFlags): Settings {
  const settings = readSettings(io, paths, flags);
  return { ...settings, config: { ...settings.config, ...analysisSettings(flags) } };
}
