import { type Finding, severities } from "../../answers/finding.ts";
import { type LinesOf, type TextOf, codeFrame, linesOf } from "../code-frame.ts";
import { printable } from "../escape.ts";
import { type FindingEntry, entriesOf } from "../finding-entries.ts";
import { objectText, placeText } from "../words.ts";
import type { PageFinding } from "./page-data.ts";

const shownNames = 20;

/** The findings, repeats collapsed as in the text, with the lines about their places. */
export function pageFindings(findings: readonly Finding[], textOf: TextOf | undefined): readonly PageFinding[] {
  const lines = textOf === undefined ? undefined : linesOf(textOf);
  return entriesOf(findings).map((entry) => pageFinding(entry, lines));
}

function pageFinding({ finding, repeats }: FindingEntry, lines: LinesOf | undefined): PageFinding {
  const { location, object, affected, affectedCount, related, environments } = finding;
  const frame = location === undefined || lines === undefined ? [] : codeFrame(location, lines);
  return {
    rule: finding.ruleId,
    severity: severities.indexOf(finding.severity),
    category: finding.category,
    message: printable(finding.message),
    place: location === undefined ? objectText(object) : placeText(location),
    object: objectText(object),
    namespaces: [...new Set([finding, ...repeats].map(namespaceOf))],
    ...(frame.length === 0 ? {} : { frame }),
    ...(affectedCount === 0 ? {} : { affected: affected.slice(0, shownNames).map(printable), affectedCount }),
    ...(related.length === 0 ? {} : { related: related.slice(0, shownNames).map(relatedText) }),
    ...fixOf(finding),
    ...(repeats.length === 0
      ? {}
      : { repeats: repeats.length, repeated: repeats.slice(0, shownNames).map((each) => objectText(each.object)) }),
    ...(environments === undefined ? {} : { environments: environments.map(printable) }),
  };
}

function relatedText({ message, location }: Finding["related"][number]): string {
  return `${printable(message)}${location === undefined ? "" : ` (${placeText(location)})`}`;
}

/** A Namespace is its own. */
function namespaceOf({ object }: Finding): string {
  return printable(object.namespace ?? (object.kind === "Namespace" ? object.name : ""));
}

function fixOf({ fix }: Finding): Pick<PageFinding, "fix" | "fixKind" | "manifest"> {
  if (fix === undefined) return {};
  const manifest = fix.manifest === undefined ? {} : { manifest: fix.manifest.split("\n").map(printable).join("\n") };
  return { fix: printable(fix.description), fixKind: fix.kind, ...manifest };
}
