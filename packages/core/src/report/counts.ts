import { checkAnswer } from "../lib/check-argument.ts";
import type { ConnectivityCounts } from "../answers/connectivity.ts";
import { csvRecord, markdownHead, markdownRow } from "./escape.ts";
import { grouped, percent } from "./words.ts";

/** The figures in the order they are printed in, with what each one counts. */
const figures = [
  ["workloads", "workloads"],
  ["pods", "pods"],
  ["policies", "policies in force"],
  ["podPairs", "ordered pairs of pods that may talk"],
  ["possiblePodPairs", "ordered pairs of pods there are"],
  ["uncertainPodPairs", "pairs that depend on facts the input does not give"],
  ["connections", "connections that `npa list` prints"],
  ["podClasses", "classes of pods that policies treat alike"],
  ["addressClasses", "classes of addresses that policies treat alike"],
  ["rules", "different rules"],
  ["ingressSignatures", "different sets of ingress rules"],
  ["egressSignatures", "different sets of egress rules"],
] as const satisfies readonly (readonly [keyof ConnectivityCounts, string])[];

/** The figures of `npa list --count`, aligned. */
export function countsText(counts: ConnectivityCounts): string {
  checkAnswer("countsText", counts, "ConnectivityCounts");
  const rows = figures.map(([key, meaning]) => ({ figure: grouped(counts[key]), meaning }));
  const width = Math.max(...rows.map(({ figure }) => figure.length));
  return figures
    .map(([key], i) => {
      const { figure, meaning } = rows[i] ?? { figure: "", meaning: "" };
      const share = key === "podPairs" ? ` (${percent(counts.podPairs, counts.possiblePodPairs)})` : "";
      return `${figure.padStart(width)}  ${meaning}${share}\n`;
    })
    .join("");
}

/** One record per figure. */
export function countsCsv(counts: ConnectivityCounts): string {
  checkAnswer("countsCsv", counts, "ConnectivityCounts");
  return csvRecord(["figure", "count"]) + figures.map(([key]) => csvRecord([key, String(counts[key])])).join("");
}

/** A table of the figures. */
export function countsMarkdown(counts: ConnectivityCounts): string {
  checkAnswer("countsMarkdown", counts, "ConnectivityCounts");
  return (
    markdownHead(["Figure", "Count"]) +
    figures.map(([key, meaning]) => markdownRow([meaning, grouped(counts[key])])).join("")
  );
}
