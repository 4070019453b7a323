import type { AnalysisReport } from "../answers/analysis-report.ts";
import { type Finding, type Severity, severities } from "../answers/finding.ts";
import { printable } from "./escape.ts";
import { type Palette, severityPaint } from "./palette.ts";
import { counted, grouped, objectText, placeText, shortened } from "./words.ts";

/** How many findings of one rule are shown: the worse, the more. Those of no consequence are only counted. */
const shownOfRule: Readonly<Record<Severity, number>> = { critical: 3, high: 3, medium: 2, low: 1, info: 0 };
const maxGroups = 9;
/** From this group on one finding must do. */
const fullGroups = 2;
const maxAffected = 3;

interface Group {
  readonly ruleId: string;
  readonly severity: Severity;
  readonly findings: Finding[];
}

/** The findings by severity and rule: the worst first, each with its place, whom it affects, and what to do. */
export function findingLines(report: AnalysisReport, palette: Palette): string[] {
  const { findings } = report;
  if (findings.length === 0) return [palette.green("No findings")];
  const groups = groupsOf(findings);
  const shown = groups.filter(({ severity }) => shownOfRule[severity] > 0).slice(0, maxGroups);
  const hidden = groups.filter((group) => !shown.includes(group));
  return [
    headline(report, palette),
    ...shown.flatMap((group, i) => groupLines(group, i < fullGroups, palette)),
    ...hiddenLine(hidden),
  ];
}

function headline({ summary }: AnalysisReport, palette: Palette): string {
  const parts = severities
    .filter((severity) => summary.findingsBySeverity[severity] > 0)
    .map((severity) => severityPaint(palette, severity)(`${summary.findingsBySeverity[severity]} ${severity}`));
  return `${palette.bold("Findings")}   ${parts.join(", ")}`;
}

function groupsOf(findings: readonly Finding[]): readonly Group[] {
  const groups = new Map<string, Group>();
  for (const finding of findings) {
    const key = `${finding.severity} ${finding.ruleId}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { ...finding, findings: [finding] });
    else group.findings.push(finding);
  }
  const rank = (group: Group): number => severities.indexOf(group.severity);
  return [...groups.values()].toSorted((a, b) => rank(a) - rank(b));
}

function groupLines({ ruleId, severity, findings }: Group, full: boolean, palette: Palette): string[] {
  const shown = findings.slice(0, full ? shownOfRule[severity] : 1);
  const fix = shown[0]?.fix;
  const count = findings.length > shown.length ? palette.dim(` (${shown.length} of ${grouped(findings.length)})`) : "";
  return [
    `${severityPaint(palette, severity)(severity.padEnd(8))} ${palette.bold(printable(ruleId))}${count}`,
    ...shown.flatMap((finding) => lines(finding, palette)),
    ...(fix === undefined ? [] : [`  ${palette.green("fix:")} ${printable(fix.description)}`]),
  ];
}

function lines(finding: Finding, { dim }: Palette): string[] {
  const place = finding.location === undefined ? objectText(finding.object) : placeText(finding.location);
  const { affected, affectedCount } = finding;
  // One workload is mostly named by the message itself.
  const isNamed = affectedCount === 1 && affected.some((id) => finding.message.includes(nameOf(id)));
  return [
    `  ${place}: ${printable(finding.message)}`,
    ...(affectedCount === 0 || isNamed ? [] : [dim(`    affects ${shortened(affected, affectedCount, maxAffected)}`)]),
  ];
}

/** `web` of `shop/web[Deployment]`. */
function nameOf(id: string): string {
  return id.slice(id.indexOf("/") + 1).replace(/[[{].*$/s, "");
}

function hiddenLine(groups: readonly Group[]): string[] {
  if (groups.length === 0) return [];
  const count = groups.reduce((sum, { findings }) => sum + findings.length, 0);
  const rules = groups.map(({ ruleId }) => ruleId);
  const what = counted(count, "finding of lower rank", "findings of lower rank");
  return [`and ${what}: ${shortened([...new Set(rules)], new Set(rules).size, 4)}; -o json has all`];
}
