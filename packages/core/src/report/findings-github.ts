import type { Finding, Severity } from "../answers/finding.ts";
import type { Location } from "../source/position.ts";
import { type PathOf, artifactPath } from "./artifact-path.ts";
import { githubMessage, githubProperty } from "./escape.ts";
import { objectText } from "./words.ts";

const level: Readonly<Record<Severity, string>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
  info: "notice",
};

/** How annotations are placed. */
export interface GithubOptions {
  /** Where a file is in the repository. Without it, file names are taken to be relative to the root. */
  readonly pathOf?: PathOf;
}

/** One GitHub workflow command per finding: an annotation on the line of the pull request. */
export function findingsGithub(
  { findings }: { readonly findings: readonly Finding[] },
  { pathOf }: GithubOptions = {},
): string {
  return findings.map((finding) => annotation(finding, pathOf)).join("");
}

function annotation({ ruleId, severity, message, location, object, fix }: Finding, pathOf?: PathOf): string {
  const title = `title=${githubProperty(`${severity}: ${ruleId}`)}`;
  const place = location === undefined ? [] : placeProperties(location, pathOf);
  const where = location === undefined ? `${objectText(object)}: ` : "";
  const advice = fix === undefined ? "" : `%0AFix: ${githubMessage(fix.description)}`;
  return `::${level[severity]} ${[...place, title].join(",")}::${githubMessage(where)}${githubMessage(message)}${advice}\n`;
}

/** An annotation shows only where all its lines were changed, and takes columns only on one line. */
function placeProperties({ file, line, column, endLine, endColumn }: Location, pathOf?: PathOf): readonly string[] {
  const place = [`file=${githubProperty(artifactPath(file, pathOf))}`, `line=${line}`];
  return endLine === line ? [...place, `endLine=${line}`, `col=${column}`, `endColumn=${endColumn}`] : place;
}
