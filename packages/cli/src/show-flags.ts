import {
  type AnalysisReport,
  type FindingFilter,
  type Severity,
  type TextOf,
  UsageError,
  filterFindings,
  ruleCatalog,
  severities,
} from "@npa/core";
import { nearest, printable } from "@npa/core/internal";
import type { Command } from "commander";
import { type Gate, gateCode } from "./gate.ts";
import type { ToneFlags } from "./input-flags.ts";
import type { Io } from "./io.ts";
import { repeated } from "./repeated.ts";
import type { Input } from "./input.ts";

/** The options that say what of a report is shown. They do not change the gate. */
export interface ShowFlags {
  readonly all: boolean;
  readonly severity?: string;
  readonly rule: readonly string[];
  readonly frames: string;
}

const frameModes = ["auto", "always", "never"];

/** Adds `--all`, `--severity`, `--rule` and `--frames`. */
export function addShowFlags(command: Command): Command {
  return command
    .option("--all", "show every finding, and each that repeats another on its own", false)
    .option("--severity <severity>", "show findings of this severity and worse; the gate stays as it is")
    .option("--rule <id>", "show findings of this rule only, with !ID all but its; repeatable", repeated, [])
    .option("--frames <when>", "show the lines about each place: auto (on a terminal), always, never", "auto");
}

/** What the flags ask to see. Throws a UsageError for a severity or rule that does not exist. */
export function findingFilter({ severity, rule, frames }: ShowFlags): FindingFilter {
  if (!frameModes.includes(frames))
    throw new UsageError(`--frames ${printable(frames)}: it is one of ${frameModes.join(", ")}`);
  const ids = ruleCatalog().rules.map(({ id }) => id);
  for (const each of rule) {
    const id = each.replace(/^!/, "");
    if (!ids.includes(id)) throw unknownRule(id, ids);
  }
  return { rules: rule, ...(severity === undefined ? {} : { severity: parseSeverity(severity) }) };
}

function parseSeverity(text: string): Severity {
  const known = severities.find((severity) => severity === text);
  if (known !== undefined) return known;
  throw new UsageError(`--severity ${printable(text)}: it is one of ${severities.join(", ")}`);
}

function unknownRule(id: string, ids: readonly string[]): UsageError {
  const [hint] = nearest(id, ids, 1);
  const advice = hint === undefined ? "npa rules lists them" : `did you mean ${hint}?`;
  return new UsageError(`--rule ${printable(id)}: there is no such rule; ${advice}`);
}

/** The report as it is to be shown; says on stderr what was left out, and when that is what fails the gate. */
export async function shownReport(
  io: Io,
  report: AnalysisReport,
  filter: FindingFilter,
  gate: Gate,
  flags: ToneFlags,
): Promise<AnalysisReport> {
  const shown = filterFindings(report, filter);
  const left = report.findings.length - shown.findings.length;
  if (left > 0 && !flags.quiet) {
    const fails = gateCode(report, gate) !== gateCode(shown, gate) ? ", and some of them fail the gate" : "";
    const what = left === 1 ? "1 finding is" : `${left} findings are`;
    await io.stderr.write(`note: ${what} left out by --severity or --rule${fails}\n`);
  }
  return shown;
}

/** The texts for code frames, when they are wanted. */
export function framesOf(
  io: Io,
  input: Input | undefined,
  { frames }: ShowFlags,
  isFile: boolean,
): { readonly textOf?: TextOf } {
  const isWanted = frames === "always" || (frames === "auto" && !isFile && io.stdout.isTTY);
  if (!isWanted || input?.texts === undefined) return {};
  const texts = new Map(input.texts.sources.map(({ name, text }) => [name, text]));
  return { textOf: (file) => texts.get(file) };
}
