import { type AnalysisReport, type Config, type Severity, severities } from "@npa/core";
import { exitCodes } from "./exit-codes.ts";

/** What makes a run fail. */
export interface Gate {
  /** Findings from this severity on. */
  readonly failOn: Severity | "never";
  /** More findings than this, of any severity. */
  readonly maxFindings: number;
}

/** The gate that the settings describe. */
export function gateOf({ failOn = "high", maxFindings = Infinity }: Config): Gate {
  return { failOn, maxFindings };
}

/** The exit code of a report. */
export function gateCode({ findings }: Pick<AnalysisReport, "findings">, { failOn, maxFindings }: Gate): number {
  const isTooMany = findings.length > maxFindings;
  const limit = failOn === "never" ? -1 : severities.indexOf(failOn);
  const isTooBad = findings.some(({ severity }) => severities.indexOf(severity) <= limit);
  return isTooMany || isTooBad ? exitCodes.found : exitCodes.ok;
}
