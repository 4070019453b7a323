import { type Config, type Severity, UsageError, defaultAssessSettings, severities } from "@npa/core";
import { printable } from "@npa/core/internal";
import type { Command } from "commander";
import type { ConfigFlags } from "./config-flags.ts";
import type { InputFlags } from "./input-flags.ts";

/** The options of `npa analyze`. */
export interface AnalysisFlags extends InputFlags, ConfigFlags {
  readonly output: readonly string[];
  readonly failOn?: string;
  readonly maxFindings?: string;
  readonly baseline?: string;
  readonly redundancyThreshold?: string;
  readonly complexityThreshold?: string;
  readonly overlapDetection: boolean;
  readonly performanceWeight?: string;
  readonly securityWeight?: string;
}

/** Adds the gate, the thresholds and the weights. What is not given is left to the configuration, then to the default. */
export function addAnalysisFlags(command: Command): Command {
  const { redundancyThreshold, complexityThreshold, performanceWeight, securityWeight } = defaultAssessSettings;
  return command
    .option(
      "--fail-on <severity>",
      `exit 1 from this severity on: ${[...severities, "never"].join(", ")} (default: high)`,
    )
    .option("--max-findings <n>", "exit 1 when there are more findings than this, of any severity")
    .option("--baseline <file>", "tell only of findings that this file of npa baseline does not have")
    .option(
      "--redundancy-threshold <n>",
      `a rule repeated more often than this in a namespace is reported (default: ${redundancyThreshold})`,
    )
    .option(
      "--complexity-threshold <n>",
      `a policy with more selectors than this gets advice (default: ${complexityThreshold})`,
    )
    .option("--no-overlap-detection", "do not look for policies that select the same pods")
    .option(
      "--performance-weight <w>",
      `weight of the performance score in the overall score, 0 to 1 (default: ${performanceWeight})`,
    )
    .option(
      "--security-weight <w>",
      `weight of the security score in the overall score, 0 to 1 (default: ${securityWeight})`,
    );
}

/** What the flags of an analysis set. Throws a UsageError for a value that makes no sense. */
export function analysisSettings(flags: AnalysisFlags): Config {
  const { failOn, maxFindings, redundancyThreshold, complexityThreshold, performanceWeight, securityWeight } = flags;
  return {
    ...(failOn === undefined ? {} : { failOn: parseFailOn(failOn) }),
    ...(maxFindings === undefined ? {} : { maxFindings: wholeNumber("--max-findings", maxFindings) }),
    ...(redundancyThreshold === undefined
      ? {}
      : { redundancyThreshold: wholeNumber("--redundancy-threshold", redundancyThreshold) }),
    ...(complexityThreshold === undefined
      ? {}
      : { complexityThreshold: wholeNumber("--complexity-threshold", complexityThreshold) }),
    ...(flags.overlapDetection ? {} : { overlapDetection: false }),
    ...(performanceWeight === undefined
      ? {}
      : { performanceWeight: weight("--performance-weight", performanceWeight) }),
    ...(securityWeight === undefined ? {} : { securityWeight: weight("--security-weight", securityWeight) }),
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

function parseFailOn(text: string): Severity | "never" {
  const known = severities.find((severity) => severity === text);
  if (known !== undefined) return known;
  if (text === "never") return text;
  throw new UsageError(`--fail-on ${printable(text)}: it is one of ${[...severities, "never"].join(", ")}`);
}
