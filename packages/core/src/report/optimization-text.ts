import { checkAnswer } from "../lib/check-argument.ts";
import type {
  OptimizationMeasures,
  OptimizationPlan,
  OptimizationStep,
  WithheldOptimization,
} from "../answers/optimization.ts";
import { groupBy } from "../lib/group-by.ts";
import { printable } from "./escape.ts";
import { type Palette, type TextOptions, paletteOf } from "./palette.ts";
import { counted, grouped, rounded } from "./words.ts";
import { brokenText } from "./wrap.ts";

const shownSteps = 200;
const shownWithheld = 20;

/** The answer of `npa optimize` for a person. */
export function optimizationText(plan: OptimizationPlan, options: TextOptions = {}): string {
  checkAnswer("optimizationText", plan, "OptimizationPlan");
  const palette = paletteOf(options);
  const { steps, before, after, withheld } = plan;
  const lines = [
    headLine(plan, palette),
    ...(steps.length === 0 ? [] : ["", ...measureLines(before, after)]),
    ...(steps.length === 0 ? [] : ["", palette.bold("Steps"), ...stepLines(steps, palette)]),
    ...(withheld.length === 0 ? [] : ["", palette.bold("Left alone"), ...withheldLines(withheld, palette)]),
    ...noteLines(plan, palette),
  ];
  return brokenText(`${lines.join("\n")}\n`, options);
}

function headLine({ steps, before, after, proof }: OptimizationPlan, { bold, green, yellow, red }: Palette): string {
  if (proof.verdict === "not-equivalent" || proof.differences > 0)
    return `${bold(red("bug"))}  a plan of npa failed its own check and is withheld: please report it`;
  if (steps.length === 0)
    return `${bold(green("nothing to simplify"))}  of ${counted(before.policies, "policy", "policies")}`;
  const policies = `${counted(before.policies, "policy", "policies")} can be ${grouped(after.policies)}`;
  return `${bold(yellow(counted(steps.length, "step")))}  ${policies}, proved to isolate and allow the same for every pod that could exist`;
}

const rows: readonly (readonly [keyof OptimizationMeasures, string])[] = [
  ["policies", "policies"],
  ["rules", "rules"],
  ["peers", "peers"],
  ["ports", "ports"],
  ["selectors", "selectors"],
  ["exceptEntries", "except entries"],
  ["writtenEntries", "written entries in all"],
  ["expandedEntries", "expanded entries"],
  ["complexity", "complexity score, summed"],
  ["performanceScore", "performance score"],
];

function measureLines(before: OptimizationMeasures, after: OptimizationMeasures): readonly string[] {
  const shown = rows.flatMap(([key, label]) => {
    const [was, is] = [before[key], after[key]];
    return was === is && key !== "policies" ? [] : [[label, figure(was), figure(is)] as const];
  });
  const table = [["", "before", "after"] as const, ...shown];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => (row[column] ?? "").length)));
  return table.map(([label, was, is]) =>
    `${label.padEnd(widths[0] ?? 0)}  ${was.padStart(widths[1] ?? 0)}  ${is.padStart(widths[2] ?? 0)}`.trimEnd(),
  );
}

function figure(value: number | null): string {
  if (value === null) return "none";
  return Number.isInteger(value) ? grouped(value) : rounded(value);
}

function stepLines(steps: readonly OptimizationStep[], palette: Palette): readonly string[] {
  return [
    ...steps
      .slice(0, shownSteps)
      .flatMap((step) => [
        `  ${printable(briefly(step))}`,
        palette.dim(`    ${printable(step.reason)}; ${printable(step.proof)}`),
      ]),
    ...more(steps.length - shownSteps, palette),
  ];
}

/** What is left alone for one reason is told together. */
function withheldLines(withheld: readonly WithheldOptimization[], palette: Palette): readonly string[] {
  const byReason = [...groupBy(withheld, ({ reason }) => reason)];
  return [
    ...byReason
      .slice(0, shownWithheld)
      .flatMap(([reason, all]) => [
        `  ${printable(all[0] === undefined ? "" : briefly(all[0]))}${all.length > 1 ? ` and ${grouped(all.length - 1)} more` : ""}`,
        palette.dim(`    ${printable(reason)}`),
      ]),
    ...more(byReason.length - shownWithheld, palette),
  ];
}

const shownNames = 8;

/** What is done, with the first of the policies that it is done to. */
function briefly({ description, objects }: OptimizationStep | WithheldOptimization): string {
  const rest = objects.length - shownNames;
  const names = description.split(", ");
  // All but the last two stand before a comma.
  if (rest < 2 || names.length !== objects.length - 1) return description;
  return `${names.slice(0, shownNames).join(", ")} and ${grouped(rest)} more`;
}

function more(rest: number, { dim }: Palette): readonly string[] {
  return rest > 0 ? [dim(`  and ${grouped(rest)} more; -o json has all`)] : [];
}

const shownReasons = 3;

function undecidedNotes({ undecidedParts, undecided }: OptimizationPlan): readonly string[] {
  if (undecidedParts === 0) return [];
  const more = undecided.length - shownReasons;
  const reasons = undecided
    .slice(0, shownReasons)
    .map(({ reason, count }) => `${printable(reason)} (${grouped(count)})`);
  const told = [...reasons, ...(more > 0 ? [`and ${counted(more, "more reason")}; -o json has all`] : [])].join("; ");
  return [`of ${counted(undecidedParts, "part")} it was not decided whether they add something: ${told}`];
}

function noteLines(plan: OptimizationPlan, { dim }: Palette): readonly string[] {
  const isMerging = plan.steps.some(({ type }) => type.endsWith("-policy") || type === "merge-policies");
  const notes = [
    ...plan.emptiedFiles.map((file) => `${printable(file)} is left without a document`),
    ...plan.untouched.map(({ kind, count, reason }) => `${printable(kind)} (${grouped(count)}): ${printable(reason)}`),
    ...undecidedNotes(plan),
    ...(plan.after.complexity > plan.before.complexity
      ? [
          "the complexity score of the source documents rewards many small policies: it may rise where policies become one",
        ]
      : []),
    ...(isMerging
      ? ["a policy that is taken out of a file stays in a cluster until it is deleted there, and does no harm"]
      : []),
  ];
  return notes.length === 0 ? [] : ["", ...notes.map((note) => dim(`note: ${note}`))];
}
