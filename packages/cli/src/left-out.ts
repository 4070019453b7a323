import type { AnalysisReport } from "@npa/core";
import { printable } from "@npa/core/internal";
import type { Gate } from "./gate.ts";
import type { ToneFlags } from "./input-flags.ts";
import type { Io } from "./io.ts";

/** Says on stderr what the report does not tell of, and when there are more findings than allowed. */
export async function printLeftOut(
  io: Io,
  report: AnalysisReport,
  gate: Gate,
  flags: ToneFlags & { readonly baseline?: string },
): Promise<void> {
  if (flags.quiet) return;
  const count = report.findings.length;
  const lines = [
    ...suppressedLines(report),
    ...baselineLines(report, flags.baseline ?? ""),
    ...(count > gate.maxFindings
      ? [`note: ${counted(count, "finding")}, and at most ${gate.maxFindings} are allowed`]
      : []),
  ];
  if (lines.length > 0) await io.stderr.write(`${lines.join("\n")}\n`);
}

function suppressedLines({ suppressed }: AnalysisReport): string[] {
  if (suppressed.length === 0) return [];
  const ways = (["comment", "annotation", "config"] as const).flatMap((way) => {
    const count = suppressed.filter(({ by }) => by === way).length;
    return count === 0 ? [] : [`${count} by ${way}`];
  });
  const verb = suppressed.length === 1 ? "is" : "are";
  return [`note: ${counted(suppressed.length, "finding")} ${verb} suppressed (${ways.join(", ")}); -o json lists them`];
}

function baselineLines({ baseline }: AnalysisReport, file: string): string[] {
  if (baseline === undefined) return [];
  const { known, gone } = baseline;
  const verb = known === 1 ? "is" : "are";
  const rest =
    gone === 0
      ? ""
      : `; ${counted(gone, "entry", "entries")} of it ${gone === 1 ? "is" : "are"} gone, npa baseline makes a new one`;
  return [`note: ${counted(known, "finding")} ${verb} in the baseline ${printable(file)} and not shown${rest}`];
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
