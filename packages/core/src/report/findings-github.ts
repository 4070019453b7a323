import type { Finding, Severity } from "../result.ts";
import { githubMessage, githubProperty } from "./escape.ts";
import { objectText } from "./words.ts";

const level: Readonly<Record<Severity, string>> = {
  critical: "error",
  high: "error",
  medium: "warning",
  low: "notice",
  info: "notice",
};

/** One GitHub workflow command per finding: an annotation on the line of the pull request. */
export function findingsGithub({ findings }: { readonly findings: readonly Finding[] }): string {
  return findings.map(annotation).join("");
}

function annotation({ ruleId, severity, message, location, object, fix }: Finding): string {
  const title = `title=${githubProperty(`${severity}: ${ruleId}`)}`;
  const place =
    location === undefined
      ? []
      : [
          `file=${githubProperty(location.file)}`,
          `line=${location.line}`,
          `endLine=${location.endLine}`,
          `col=${location.column}`,
          `endColumn=${location.endColumn}`,
        ];
  const where = location === undefined ? `${objectText(object)}: ` : "";
  const advice = fix === undefined ? "" : `%0AFix: ${githubMessage(fix.description)}`;
  return `::${level[severity]} ${[...place, title].join(",")}::${githubMessage(where)}${githubMessage(message)}${advice}\n`;
}
