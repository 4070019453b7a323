import { type Fix, UsageError } from "@npa/core";
import type { Command } from "commander";
import type { ClusterFlags } from "./cluster-flags.ts";
import { type RenderFlags, wantsRender } from "./render-flags.ts";

/** The options about fixes. */
export interface FixFlags {
  readonly fix: boolean;
  readonly fixSuggested: boolean;
  readonly dryRun: boolean;
}

/** Adds `--fix`, `--fix-suggested` and `--dry-run`. */
export function addFixFlags(command: Command): Command {
  return command
    .option("--fix", "write the fixes that are proved to change no connection into the files", false)
    .option("--fix-suggested", "also those that change connections; says which", false)
    .option("--dry-run", "with --fix: write nothing, print the difference", false);
}

type FixedInput = FixFlags & Partial<ClusterFlags> & { readonly filename: readonly string[] };

/** Whether files are to be fixed. Throws a UsageError when there are no files that could be. */
export function wantsFix(flags: FixedInput, paths: readonly string[]): boolean {
  const wanted = flags.fix || flags.fixSuggested;
  if (flags.dryRun && !wanted) throw new UsageError("--dry-run goes with --fix or --fix-suggested: add one of them");
  if (!wanted) return false;
  const flag = flags.fixSuggested ? "--fix-suggested" : "--fix";
  if (flags.cluster === true)
    throw new UsageError(`${flag} writes files, and --cluster reads a live cluster: name files`);
  if (hasStdin(flags, paths)) {
    throw new UsageError(`${flag} writes files, and - is stdin: name files or directories`);
  }
  return true;
}

/** The fixes that another run could write into the files of this input: none where it is no files, nor those that were written. */
export function writableFixes(
  paths: readonly string[],
  flags: FixedInput & Partial<RenderFlags>,
  isFixed: boolean,
): readonly Fix["kind"][] {
  if (flags.cluster === true || wantsRender(flags) || hasStdin(flags, paths)) return [];
  if (!isFixed) return ["safe", "suggested"];
  return flags.fixSuggested ? [] : ["suggested"];
}

function hasStdin({ filename }: FixedInput, paths: readonly string[]): boolean {
  return [...paths, ...filename].includes("-");
}
