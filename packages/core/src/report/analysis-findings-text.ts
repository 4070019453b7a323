import type { AnalysisReport } from "../answers/analysis-report.ts";
import { type Finding, type Fix, type Severity, severities } from "../answers/finding.ts";
import { type LinesOf, type TextOf, codeFrame, linesOf } from "./code-frame.ts";
import { printable } from "./escape.ts";
import { type FindingEntry, entriesOf } from "./finding-entries.ts";
import { type Palette, type TextOptions, severityPaint } from "./palette.ts";
import { counted, grouped, objectText, placeText, sameAgain, shortened } from "./words.ts";
import { wrapped } from "./wrap.ts";

/** How a report is written as text. */
export interface AnalysisTextOptions extends TextOptions {
  /** Every finding, and none collapsed into others. Default false. */
  readonly all?: boolean;
  /** From this severity on every finding is shown. Default `high`. */
  readonly failOn?: Severity | "never";
  /** How many findings a filter has left out of the report. Default 0. */
  readonly leftOut?: number;
  /** The texts of the input, for the lines about each place. Default: no lines are shown. */
  readonly textOf?: TextOf;
  /** Fixes of these kinds the command line can write into the files of the input: it is told by which flag. Default: none. */
  readonly writableFixes?: readonly Fix["kind"][];
}

/** The options, with the lines of the files at hand. */
type Printing = AnalysisTextOptions & { readonly lines?: LinesOf };

/** How many findings of one rule are shown of those that fail no gate: the worse, the more. */
const shownOfRule: Readonly<Record<Severity, number>> = { critical: 3, high: 3, medium: 2, low: 1, info: 0 };
const maxOthers = 9;
const maxAffected = 3;
const maxRepeats = 5;
/** So many repeats are told of with their places. */
const maxPlaces = 12;
const maxRelated = 3;

interface Group {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly entries: FindingEntry[];
}

/** The findings in the report's order, those of one rule together: each with its place, whom it affects, and what to do. */
export function findingLines(report: AnalysisReport, palette: Palette, options: AnalysisTextOptions): string[] {
  const { findings } = report;
  if (findings.length === 0) return [noFindings(palette, options)];
  const groups = groupsOf(entriesOf(findings, options));
  const failing = groups.filter((group) => isWhole(group, options));
  const others = groups.filter((group) => !failing.includes(group) && shownOfRule[group.severity] > 0);
  const shown = [...failing, ...others.slice(0, maxOthers)];
  const printing = options.textOf === undefined ? options : { ...options, lines: linesOf(options.textOf) };
  return [
    headline(report, palette),
    ...shown.flatMap((group) => groupLines(group, palette, printing)),
    ...hiddenLine(shown, findings, options),
  ];
}

function noFindings({ green }: Palette, { leftOut = 0 }: AnalysisTextOptions): string {
  return leftOut === 0 ? green("No findings") : `No findings of those asked for; ${counted(leftOut, "other")} left out`;
}

function headline({ summary }: AnalysisReport, palette: Palette): string {
  const parts = severities
    .filter((severity) => summary.findingsBySeverity[severity] > 0)
    .map((severity) =>
      severityPaint(palette, severity)(`${grouped(summary.findingsBySeverity[severity])} ${severity}`),
    );
  return `${palette.bold("Findings")}   ${parts.join(", ")}`;
}

function groupsOf(entries: readonly FindingEntry[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const entry of entries) {
    const { ruleId, severity } = entry.finding;
    const key = `${severity} ${ruleId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ruleId, severity, entries: [entry] });
    else group.entries.push(entry);
  }
  return [...groups.values()];
}

/** Whether nothing of a group may be left out: it makes the run fail, or all was asked for. */
function isWhole({ severity }: Group, { all = false, failOn = "high" }: AnalysisTextOptions): boolean {
  return all || (failOn !== "never" && severities.indexOf(severity) <= severities.indexOf(failOn));
}

function shownEntries(group: Group, options: AnalysisTextOptions): readonly FindingEntry[] {
  return isWhole(group, options) ? group.entries : group.entries.slice(0, shownOfRule[group.severity]);
}

function groupLines(group: Group, palette: Palette, options: Printing): string[] {
  const { ruleId, severity, entries } = group;
  const shown = shownEntries(group, options);
  const count = entries.length > shown.length ? palette.dim(` (${shown.length} of ${grouped(entries.length)})`) : "";
  const fixes = shown.map(({ finding }) => fixText(finding, options));
  return [
    `${severityPaint(palette, severity)(severity.padEnd(8))} ${palette.bold(printable(ruleId))}${count}`,
    ...shown.flatMap((entry, i) => [
      ...entryLines(entry, palette, options),
      // Advice that the next finding repeats is given once, below the last.
      ...(fixes[i] === "" || fixes[i] === fixes[i + 1] ? [] : fixLines(fixes[i] ?? "", palette, options)),
    ]),
  ];
}

/** The flag that writes a fix. */
const fixFlags: Readonly<Partial<Record<Fix["kind"], string>>> = { safe: "--fix", suggested: "--fix-suggested" };

/** `fix (--fix): Write policyTypes.`: what to do, and whether npa can. Empty where nothing is advised. */
function fixText({ fix }: Finding, { writableFixes = [] }: Printing): string {
  if (fix === undefined) return "";
  const flag = writableFixes.includes(fix.kind) ? fixFlags[fix.kind] : undefined;
  return `fix${flag === undefined ? "" : ` (${flag})`}: ${printable(fix.description)}`;
}

function fixLines(text: string, { green }: Palette, { width }: AnalysisTextOptions): readonly string[] {
  return wrapped(`  ${text}`, width, 4).map((line) => line.replace(/^ {2}fix/, `  ${green("fix")}`));
}

function entryLines({ finding, repeats }: FindingEntry, palette: Palette, options: Printing): string[] {
  const { location, object, message } = finding;
  const place = location === undefined ? objectText(object) : placeText(location);
  const dimmed = (text: string): readonly string[] => wrapped(`    ${text}`, options.width, 6).map(palette.dim);
  return [
    ...wrapped(`  ${place}: ${printable(message)}`, options.width, 4),
    ...frameLines(finding, palette, options),
    ...affectedTexts(finding, repeats).flatMap(dimmed),
    ...repeatTexts(finding, repeats).flatMap(dimmed),
    ...relatedOf(finding, options).flatMap(({ message: other, location: at }) =>
      dimmed(`see ${printable(other)}${at === undefined ? "" : ` (${placeText(at)})`}`),
    ),
  ];
}

/** What else it speaks of: of the place itself enough is said, unless all is asked for. */
function relatedOf({ related, location }: Finding, { all = false }: Printing): Finding["related"] {
  if (all) return related;
  const isHere = (at: Finding["location"]): boolean => at?.file === location?.file && at?.path === location?.path;
  return related.filter((each) => each.location === undefined || !isHere(each.location)).slice(0, maxRelated);
}

function frameLines({ location }: Finding, { dim }: Palette, { lines, width = Infinity }: Printing): readonly string[] {
  if (location === undefined || lines === undefined) return [];
  return codeFrame(location, lines, width - 4).map((line) => `    ${line.startsWith(">") ? line : dim(line)}`);
}

function affectedTexts(finding: Finding, repeats: readonly Finding[]): readonly string[] {
  const { affected, affectedCount, message } = finding;
  // One workload is mostly named by the message itself.
  const isNamed = affectedCount === 1 && affected.some((id) => message.includes(nameOf(id)));
  if (affectedCount === 0 || (isNamed && repeats.length === 0)) return [];
  return [`affects ${shortened(affected, affectedCount, maxAffected)}`];
}

function repeatTexts({ object: { kind } }: Finding, repeats: readonly Finding[]): readonly string[] {
  if (repeats.length === 0) return [];
  // The first has named the kind.
  const nameOfRepeat = ({ object }: Finding): string =>
    object.kind === kind ? objectText(object).slice(kind.length + 1) : objectText(object);
  const times = `and ${sameAgain(repeats.length)}`;
  if (repeats.length > maxPlaces) {
    const first = repeats.slice(0, maxRepeats).map(nameOfRepeat);
    return [`${times}: ${shortened(first, repeats.length, maxRepeats)}; --all shows each`];
  }
  const named = repeats.map((each) => `${nameOfRepeat(each)}${each.location ? ` (${placeText(each.location)})` : ""}`);
  return [`${times}: ${shortened(named, named.length, maxPlaces)}`];
}

/** `web` of `shop/web[Deployment]`. */
function nameOf(id: string): string {
  return id.slice(id.indexOf("/") + 1).replace(/[[{].*$/s, "");
}

function hiddenLine(
  shown: readonly Group[],
  findings: readonly Finding[],
  options: AnalysisTextOptions,
): readonly string[] {
  const told = new Set(
    shown.flatMap((group) => shownEntries(group, options)).flatMap(({ finding, repeats }) => [finding, ...repeats]),
  );
  const hidden = findings.filter((finding) => !told.has(finding));
  if (hidden.length === 0) return [];
  const rules = [...new Set(hidden.map(({ ruleId }) => ruleId))];
  const what = counted(hidden.length, "more finding");
  return wrapped(`and ${what}: ${shortened(rules, rules.length, 4)}; --all shows every one`, options.width, 2);
}
