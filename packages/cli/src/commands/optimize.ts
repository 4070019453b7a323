import { rmSync } from "node:fs";
import path from "node:path";
import { UsageError, jsonText, readManifests } from "@npa/core";
import {
  type FixedFile,
  type OptimizationPlan,
  type OptimizeOptions,
  type OptimizedSources,
  optimizationText,
  optimizeCluster,
  optimizeSources,
  renderedManifests,
} from "@npa/core/optimize";
import { printable, timed } from "@npa/core/internal";
import type { CommandModule } from "../command-module.ts";
import { type ConfigFlags, addConfigFlags } from "../config-flags.ts";
import { exitCodes } from "../exit-codes.ts";
import { helpText } from "../help-text.ts";
import type { Input } from "../input.ts";
import { type InputFlags, addInputFlags } from "../input-flags.ts";
import type { Io } from "../io.ts";
import { printNotices, worstExit } from "../notices.ts";
import { addOutputFlag, emit, parseTargets } from "../output-targets.ts";
import { namespacesOf, readInput } from "../read-input.ts";
import { wantsRender } from "../render-flags.ts";
import { analysisOptions, connectivityOptions, printConfig, readSettings } from "../settings.ts";
import { unifiedDiff } from "../unified-diff.ts";
import { whyNotWritable, writeFiles } from "../write-files.ts";

interface OptimizeFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
  readonly write: boolean;
  readonly dryRun: boolean;
  readonly check: boolean;
  readonly mergeOwned: boolean;
  readonly deleteEmpty: boolean;
}

const formatNames = ["text", "yaml", "json"] as const;

/** `npa optimize`. */
export const optimizeCommand: CommandModule = {
  define(command, run) {
    command
      .argument("[paths...]", "files and directories; - is stdin")
      .option("--write", "write the policies into the files; comments and order stay", false)
      .option("--dry-run", "write nothing, print the difference that --write would make", false)
      .option("--check", "exit 1 when something can be simplified", false)
      .option(
        "--merge-owned",
        "also merge what has different owners or purposes by its labels, annotations or directory",
        false,
      )
      .option("--delete-empty", "with --write: delete the files that are left without a document", false);
    addOutputFlag(command, formatNames);
    addConfigFlags(addInputFlags(command, "only policies of this namespace; repeatable"))
      .addHelpText("after", helpText(help))
      .action((paths: string[], flags: OptimizeFlags) => run((io) => optimize(io, paths, flags)));
  },
};

const help = `
Takes out what adds nothing and makes one of several, where that is proved to change nothing for any pod that could exist:
docs/optimize.md says what is done, and what is left alone. -o yaml prints every policy as it is to be, changed or
not; -o json prints the plan, each step with its proof and as a patch (RFC 6902).

Exit code 0; with --check 1 when something can be simplified. 3: a plan failed its own check, which is a bug of npa.

Examples:
  npa optimize ./policies
  npa optimize ./policies --dry-run           the difference, for git apply
  npa optimize ./policies --write
  npa optimize ./policies --check             in CI
  npa optimize --cluster -n shop -o yaml > shop.yaml`;

async function optimize(io: Io, paths: readonly string[], flags: OptimizeFlags): Promise<number> {
  const targets = parseTargets(flags.output, formatNames);
  const isWriting = flags.write || flags.dryRun;
  if (isWriting) refuseWriting(paths, flags);
  if (flags.deleteEmpty && !isWriting)
    throw new UsageError("--delete-empty goes with --write or --dry-run: add one of them");
  if (flags.dryRun && targets.some(({ file }) => file === undefined) && flags.output.length > 0)
    throw new UsageError("--dry-run prints the difference on stdout: write the plan to a file, as -o FORMAT=FILE");
  const settings = readSettings(io, paths, flags);
  if (flags.printConfig) return await printConfig(io, settings);
  const input = await readInput(io, paths, flags, settings.config);
  const options: OptimizeOptions = {
    ...analysisOptions(io, settings),
    ...connectivityOptions(settings),
    namespaces: namespacesOf(input.cluster, flags),
    mergeOwned: flags.mergeOwned,
  };
  const isEdited = isWriting || targets.some(({ format }) => format === "yaml");
  const { plan, files, manifests, isNamed } = timed(io.stopwatch, "symbolic", () =>
    optimized(io, input, options, { isEdited, isWritten: flags.write && !flags.dryRun }),
  );
  const deleted = new Set(flags.deleteEmpty ? plan.emptiedFiles.filter((file) => !isNamed(file)) : []);
  await printNotices(io, input, plan.notEvaluated, flags);
  if (flags.dryRun)
    await io.stdout.write(
      files()
        .map((file) => diffOf(file, deleted))
        .join(""),
    );
  else if (flags.write) write(io, files(), deleted);
  const shown = flags.dryRun ? targets.filter(({ file }) => file !== undefined) : targets;
  await emit(
    io,
    shown,
    {
      text: (chosen) => optimizationText(plan, chosen),
      yaml: () => manifests(),
      json: () => jsonText(plan),
    },
    flags,
  );
  if (isWriting && !flags.quiet) await io.stderr.write(`${writtenText(plan, files(), { ...flags, deleted })}\n`);
  return worstExit(answerOf(plan, flags), [input], flags);
}

function answerOf({ proof, steps }: OptimizationPlan, { check }: OptimizeFlags): number {
  if (proof.verdict === "not-equivalent" || proof.differences > 0) return exitCodes.bug;
  return check && steps.length > 0 ? exitCodes.found : exitCodes.ok;
}

function refuseWriting(paths: readonly string[], flags: OptimizeFlags): void {
  const flag = flags.dryRun ? "--dry-run" : "--write";
  if (flags.cluster === true)
    throw new UsageError(`${flag} changes files, and --cluster reads a live cluster: -o yaml prints its policies`);
  if ([...paths, ...flags.filename].includes("-"))
    throw new UsageError(`${flag} changes files, and - is stdin: name files or directories`);
  if (wantsRender(flags))
    throw new UsageError(`${flag} changes files, and what is rendered is in none: name the files`);
}

type Optimized = Pick<OptimizedSources, "plan" | "files" | "manifests" | "isNamed">;

/** What was rendered, and a live cluster, has no files that could be changed. */
function optimized(
  io: Io,
  { cluster, texts, environment }: Input,
  options: OptimizeOptions,
  { isEdited, isWritten }: { readonly isEdited: boolean; readonly isWritten: boolean },
): Optimized {
  if (texts === undefined || environment !== undefined) {
    const result = optimizeCluster(cluster, options);
    return {
      plan: result.plan,
      files: () => [],
      manifests: () => renderedManifests(cluster, result.plan),
      isNamed: () => false,
    };
  }
  const known = new Map(texts.sources.map(({ name, text }) => [name, text]));
  const reasons = new Map<string, string | undefined>();
  return optimizeSources({
    ...options,
    sources: texts.sources,
    cluster,
    isEdited,
    read: (sources) => readManifests(sources, texts.options),
    cannotWrite: (name) => {
      // Asked for every policy: a file is read once.
      if (name !== "<stdin>" && !reasons.has(name))
        reasons.set(name, whyNotWritable(path.resolve(io.cwd, name), known.get(name), !isWritten));
      return reasons.get(name);
    },
  });
}

function diffOf({ name, before, after }: FixedFile, deleted: ReadonlySet<string>): string {
  return unifiedDiff(name, before, deleted.has(name) ? undefined : after);
}

function write(io: Io, files: readonly FixedFile[], deleted: ReadonlySet<string>): void {
  const fileOf = ({ name }: FixedFile): string => path.resolve(io.cwd, name);
  writeFiles(files.map((file) => ({ file: fileOf(file), before: file.before, after: file.after })));
  for (const file of files) if (deleted.has(file.name)) rmSync(fileOf(file));
}

function writtenText(
  { steps, emptiedFiles }: OptimizationPlan,
  files: readonly FixedFile[],
  {
    dryRun,
    deleteEmpty,
    deleted,
  }: Pick<OptimizeFlags, "dryRun" | "deleteEmpty"> & { readonly deleted: ReadonlySet<string> },
): string {
  const what = `${steps.length} ${steps.length === 1 ? "step" : "steps"} in ${files.length} ${files.length === 1 ? "file" : "files"}`;
  const lines = [dryRun ? `would make ${what}; nothing was written` : `made ${what}`];
  const verb = dryRun ? "would be" : "is";
  for (const file of emptiedFiles) {
    const named = printable(file);
    if (deleted.has(file)) lines.push(`${named} ${verb} deleted: no document is left in it`);
    else if (deleteEmpty)
      lines.push(`${named} ${verb} empty and stays: a kustomization names it, take it out there first`);
    else lines.push(`${named} ${verb} empty: delete it, or let --delete-empty do that`);
  }
  return lines.join("\n");
}
