import type { Timing } from "../answers/timing.ts";

const listedRules = 10;

/** Where the time of a run went, for people: a line for each stage, and the rules that took most. */
export function timingText({ totalMs, stages, rules }: Timing): string {
  const line = (name: string, ms: number): string =>
    `  ${name.padEnd(nameWidth)} ${ms.toFixed(1).padStart(10)} ms ${`${Math.round((100 * ms) / (totalMs || 1))}`.padStart(4)} %`;
  const shown = rules.slice(0, listedRules);
  const nameWidth = Math.max(10, ...shown.map(({ ruleId }) => ruleId.length));
  const rest = rules.length - shown.length;
  return [
    `time of this run: ${totalMs.toFixed(1)} ms`,
    ...stages.map(({ stage, ms }) => line(stage, ms)),
    ...(shown.length === 0 ? [] : [`of that by rule, proofs included${rest > 0 ? `; ${rest} more took less` : ""}:`]),
    ...shown.map(({ ruleId, ms }) => line(ruleId, ms)),
    "",
  ].join("\n");
}
