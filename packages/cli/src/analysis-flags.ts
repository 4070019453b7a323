import {
  type AssessSettings,
  type Severity,
  UsageError,
  defaultAssessSettings,
  printable,
  severities,
} from "@npa/core";
import type { Command } from "commander";
import type { InputFlags } from "./input-flags.ts";

/** The options of `npa analyze`. */
export interface AnalysisFlags extends InputFlags {
  readonly output: readonly string[];
  readonly failOn: string;
  readonly redundancyThreshold: string;
  readonly complexityThreshold: string;
  readonly overlapDetection: boolean;
  readonly performanceWeight: string;
  readonly securityWeight: string;
}

/** Adds the gate, the thresholds and the weights. */
export function addAnalysisFlags(command: Command): Command {
  return command
    .option("--fail-on <severity>", `exit 1 from this severity on: ${[...severities, "never"].join(", ")}`, "high")
    .option(
      "--redundancy-threshold <n>",
      "a rule repeated more often than this in a namespace is reported",
      `${defaultAssessSettings.redundancyThreshold}`,
    )
    .option(
      "--complexity-threshold <n>",
      "a policy with more selectors than this gets advice",
      `${defaultAssessSettings.complexityThreshold}`,
    )
    .option("--no-overlap-detection", "do not look for policies that select the same pods")
    .option(
      "--performance-weight <w>",
      "weight of the performance score in the overall score, 0 to 1",
      `${defaultAssessSettings.performanceWeight}`,
    )
    .option(
      "--security-weight <w>",
      "weight of the security score in the overall score, 0 to 1",
      `${defaultAssessSettings.securityWeight}`,
    );
}

/** Reads the thresholds and weights. Throws a UsageError for what is no such number. */
export function parseSettings(flags: AnalysisFlags): AssessSettings {
  return {
    redundancyThreshold: wholeNumber("--redundancy-threshold", flags.redundancyThreshold),
    complexityThreshold: wholeNumber("--complexity-threshold", flags.complexityThreshold),
    overlapDetection: flags.overlapDetection,
    performanceWeight: weight("--performance-weight", flags.performanceWeight),
    securityWeight: weight("--security-weight", flags.securityWeight),
  };
}

function wholeNumber(flag: string, text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new UsageError(`${flag} ${printable(text)}: write a whole number, 0 or more`);
  return Number(text);
}

function weight(flag: string, text: string): number {
  const value = /^(?:\d+\.?\d*|\.\d+)$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= 0 && value <= 1)) throw new UsageError(`${flag} ${printable(text)}: write a number from 0 to 1`);
  return value;
}

/** Reads `--fail-on`. Throws a UsageError for what is no severity. */
export function parseFailOn(text: string): Severity | "never" {
  const known = severities.find((severity) => severity === text);
  if (known !== undefined) return known;
  if (text === "never") return text;
  throw new UsageError(`--fail-on ${printable(text)}: it is one of ${[...severities, "never"].join(", ")}`);
}
