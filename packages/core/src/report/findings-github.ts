import { checkFindings } from "../lib/check-argument.ts";
import { type Finding, type Severity, severities } from "../answers/finding.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import type { Location } from "../source/position.ts";
import { type PathOf, artifactPath } from "./artifact-path.ts";
import { githubMessage, githubProperty } from "./escape.ts";
import { type FindingEntry, entriesOf } from "./finding-entries.ts";
import { counted, grouped, makingTexts, objectText, shortened } from "./words.ts";

type Level = "error" | "warning" | "notice";

const level: Readonly<Record<Severity, Level>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
  info: "notice",
};

/** GitHub shows ten errors, ten warnings and ten notices of a step; one notice is the summary. */
const most: Readonly<Record<Level, number>> = { error: 10, warning: 10, notice: 9 };

/** How annotations are placed. */
export interface GithubOptions {
  /** Where a file is in the repository. Without it, file names are taken to be relative to the root. */
  readonly pathOf?: PathOf;
  /** An annotation for each finding, also where they repeat each other. Default false. */
  readonly all?: boolean;
}

/**
 * GitHub workflow commands: annotations on the lines of the pull request, the gravest first, as many as GitHub shows, and
 * a line about the rest.
 */
export function findingsGithub(
  report: Pick<AnalysisReport, "configuration"> &
    Partial<Pick<AnalysisReport, "suppressed">> & {
      readonly findings: readonly Finding[];
    },
  options: GithubOptions = {},
): string {
  checkFindings("findingsGithub", report);
  const { findings } = report;
  const rank = ({ finding }: FindingEntry): number => severities.indexOf(finding.severity);
  const entries = entriesOf(findings, options).toSorted((a, b) => rank(a) - rank(b));
  const making = makingTexts(report).map((text) => `::notice::npa: ${githubMessage(text)}\n`);
  const left = { ...most, notice: most.notice - making.length };
  const shown = entries.filter(({ finding }) => left[level[finding.severity]]-- > 0);
  const told = new Set(shown.flatMap(({ finding, repeats }) => [finding, ...repeats]));
  const rest = findings.filter((finding) => !told.has(finding));
  return [...shown.map((entry) => annotation(entry, options.pathOf)), ...summaryLine(rest), ...making].join("");
}

function annotation({ finding, repeats }: FindingEntry, pathOf?: PathOf): string {
  const { ruleId, severity, message, location, object, fix } = finding;
  const title = `title=${githubProperty(`${severity}: ${ruleId}`)}`;
  const place = location === undefined ? [] : placeProperties(location, pathOf);
  const where = location === undefined ? `${objectText(object)}: ` : "";
  const names = repeats.map((other) => objectText(other.object));
  const times = `The same ${counted(names.length, "time")} more: ${shortened(names, names.length, 3)}`;
  const more = repeats.length === 0 ? "" : `%0A${githubMessage(times)}`;
  const advice = fix === undefined ? "" : `%0AFix: ${githubMessage(fix.description)}`;
  return `::${level[severity]} ${[...place, title].join(",")}::${githubMessage(where)}${githubMessage(message)}${more}${advice}\n`;
}

function summaryLine(rest: readonly Finding[]): readonly string[] {
  if (rest.length === 0) return [];
  const counts = severities.flatMap((severity) => {
    const count = rest.filter((finding) => finding.severity === severity).length;
    return count === 0 ? [] : [`${grouped(count)} ${severity}`];
  });
  return [
    `::notice title=npa::and ${counted(rest.length, "more finding")} (${counts.join(", ")}): the text of npa analyze has all\n`,
  ];
}

/** An annotation shows only where all its lines were changed, and takes columns only on one line. */
function placeProperties({ file, line, column, endLine, endColumn }: Location, pathOf?: PathOf): readonly string[] {
  const place = [`file=${githubProperty(artifactPath(file, pathOf))}`, `line=${line}`];
  return endLine === line ? [...place, `endLine=${line}`, `col=${column}`, `endColumn=${endColumn}`] : place;
}
