import {
  type AnalysisReport,
  type SarifFingerprint,
  type SarifOptions,
  type Severity,
  UsageError,
  ruleCatalog,
} from "@npa/core";
import { printable } from "@npa/core/internal";
import type { Command } from "commander";
import type { Io } from "./io.ts";
import type { Target } from "./output-targets.ts";
import { repositoryPaths } from "./repository-path.ts";
import { version } from "./version.ts";

/** What the formats of a report need beside the report. */
export interface ReportContext extends SarifOptions {
  readonly failOn: Severity | "never";
}

/** The options of `-o sarif`. */
export interface SarifFlags {
  readonly sarifRoot?: string;
  readonly sarifFingerprint: string;
  readonly sarifIncludeSuppressed: boolean;
}

const defaultFlags: SarifFlags = { sarifFingerprint: "semantic", sarifIncludeSuppressed: false };
const fingerprints: readonly SarifFingerprint[] = ["semantic", "github", "none"];

/** Adds `--sarif-*`. */
export function addSarifFlags(command: Command): Command {
  return command
    .option("--sarif-root <dir>", "paths in sarif and github output start here (default: the git repository's root)")
    .option(
      "--sarif-fingerprint <kind>",
      "primaryLocationLineHash: semantic (npa's own), github (by the line, where that is enough), none",
      defaultFlags.sarifFingerprint,
    )
    .option(
      "--sarif-include-suppressed",
      "give suppressed findings too, marked as such; GitHub shows them as open",
      false,
    );
}

/** The context of a report on these inputs. Throws a UsageError for flags that make no sense. */
export async function reportContext(
  io: Io,
  targets: readonly Target[],
  inputs: readonly string[],
  failOn: Severity | "never",
  flags: SarifFlags = defaultFlags,
): Promise<ReportContext> {
  const fingerprint = fingerprints.find((kind) => kind === flags.sarifFingerprint);
  if (fingerprint === undefined) {
    throw new UsageError(
      `--sarif-fingerprint ${printable(flags.sarifFingerprint)}: it is one of ${fingerprints.join(", ")}`,
    );
  }
  return {
    rules: ruleCatalog().rules,
    pages: await pagesFor(targets),
    version: version(),
    inputs,
    pathOf: repositoryPaths(io.cwd, inputs, flags.sarifRoot),
    fingerprint,
    failOn,
  };
}

/** The pages are many: they are loaded only for what shows them. */
async function pagesFor(targets: readonly Target[]): Promise<Readonly<Record<string, string>>> {
  if (!targets.some(({ format }) => format === "sarif")) return {};
  return (await import("@npa/core/rule-pages")).rulePages;
}

/** The findings that were suppressed, when the flags ask for them. */
export function suppressedOf(report: AnalysisReport, flags: SarifFlags): Pick<SarifOptions, "suppressed"> {
  return flags.sarifIncludeSuppressed ? { suppressed: report.suppressed } : {};
}
