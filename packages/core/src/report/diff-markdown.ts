import { checkAnswer } from "../lib/check-argument.ts";
import type {
  ChangeGroup,
  ChangedObject,
  ConnectionChange,
  ConnectivityDiff,
  EnvironmentsDiff,
} from "../answers/diff.ts";
import type { Finding } from "../answers/finding.ts";
import {
  alikeEnvironments,
  causeText,
  changedPorts,
  diffSentence,
  effectless,
  effectlessTitle,
  environmentText,
  environmentsSentence,
  reachText,
  unallowedParts,
  unknownsTitle,
} from "./diff-words.ts";
import { markdownCode, markdownHead, markdownRow, markdownText } from "./escape.ts";
import { counted, objectText, placeText, shortened } from "./words.ts";

/** What a comment may say of itself. */
export interface DiffMarkdownOptions {
  /** Tells comments of several runs on one pull request apart. Default: none. */
  readonly name?: string;
}

/** GitHub takes 65,536 characters in a comment. */
const longest = 60_000;
const shownOfGroup = 20;
const shownFindings = 20;
const shownEnvironments = 30;

/** The line that a bot finds its own comment by, to replace it. */
export function diffMarker({ name }: DiffMarkdownOptions = {}): string {
  const plain = (name ?? "").replaceAll(/[^\w./-]/g, "");
  return `<!-- npa-diff${plain === "" ? "" : `:${plain}`} -->`;
}

/** The answer of `npa diff` as a comment on a pull request. Its first line is the marker; it fits into one comment. */
export function diffMarkdown(diff: ConnectivityDiff | EnvironmentsDiff, options: DiffMarkdownOptions = {}): string {
  checkAnswer("diffMarkdown", diff, "ConnectivityDiff", "EnvironmentsDiff");
  return fitting(`${diffMarker(options)}\n${headOf(diff)}`, allSections(diff));
}

/** A part of the comment, and the environments that it is about. */
interface Section {
  readonly heading: string;
  readonly text: string;
}

/** What has room is told, the rest counted: a short section behind a long one is not lost with it. */
function fitting(head: string, sections: readonly Section[]): string {
  let text = head;
  let under = "";
  let left = 0;
  for (const section of sections) {
    const more = `${section.heading === under ? "" : `\n${section.heading}`}\n${section.text}`;
    if (text.length + more.length > longest) left += 1;
    else {
      text += more;
      under = section.heading;
    }
  }
  if (left === 0) return text;
  return `${text}\n${counted(left, "more section")}: \`npa diff\` shows ${left === 1 ? "it" : "them all"}.\n`;
}

function headOf(diff: ConnectivityDiff | EnvironmentsDiff): string {
  if (diff.kind === "EnvironmentsDiff")
    return `## Network policy changes\n\n${markdownText(environmentsSentence(diff))}\n\n${environmentTable(diff)}`;
  const title = diff.staged === undefined ? "Network policy changes" : "What the staged policies would change";
  return `## ${title}\n\n${markdownText(diffSentence(diff, diff.newFindings))}\n`;
}

/** What changes in each environment, in figures. */
function environmentTable({ environments }: EnvironmentsDiff): string {
  const rows = environments.slice(0, shownEnvironments).map((each) => {
    const { opened, closed, newFindings, fixedFindings } = each.diff.verdict;
    const figures = [opened, closed, each.diff.uncertain.length, newFindings ?? "", fixedFindings ?? ""].map(String);
    return markdownRow([markdownText(environmentText(each)), ...figures]);
  });
  const rest = environments.length - rows.length;
  const titles = ["Environment", "Opens", "Closes", "May change", "New findings", "Fixed findings"];
  return `${markdownHead(titles)}${rows.join("")}${rest > 0 ? `\n... and ${rest} more\n` : ""}`;
}

function allSections(diff: ConnectivityDiff | EnvironmentsDiff): readonly Section[] {
  if (diff.kind === "ConnectivityDiff") return [...sectionsOf(diff)].map((text) => ({ heading: "", text }));
  const told = alikeEnvironments(
    diff.environments,
    (each) => [...sectionsOf(each)],
    (sections) => sections.join("\n"),
  );
  return told.flatMap(({ environments, told: sections }) => {
    const names = environments.map(environmentText);
    const heading = `## In ${markdownText(shortened(names, names.length, shownEnvironments))}\n`;
    return sections.map((text) => ({ heading, text }));
  });
}

function* sectionsOf(diff: ConnectivityDiff): Generator<string> {
  for (const [title, ids] of [
    ["New", diff.addedEndpoints],
    ["Gone", diff.removedEndpoints],
  ] as const) {
    if (ids.length === 0) continue;
    const shown = ids.slice(0, 10).map(markdownCode).join(", ");
    yield `${title}: ${shown}${ids.length > 10 ? ` and ${ids.length - 10} more` : ""}\n`;
  }
  for (const group of diff.groups) yield groupSection(group, diff.changes);
  yield* objectSection(effectlessTitle(diff), effectless(diff));
  yield* objectSection(unknownsTitle, diff.changedUnknowns);
  for (const [title, changes] of unallowedParts(diff.unallowed.slice(0, shownOfGroup)))
    yield `### ${title}\n\n${table(changes)}`;
  if (diff.uncertain.length > 0)
    yield `### Uncertain\n\nWhether these change depends on facts that the input does not give.\n\n${table(diff.uncertain.slice(0, shownOfGroup))}`;
  yield* findingSection("New findings", diff.newFindings);
  yield* findingSection("Fixed findings", diff.fixedFindings);
}

function* objectSection(title: string, objects: readonly ChangedObject[]): Generator<string> {
  if (objects.length === 0) return;
  const rows = objects
    .slice(0, shownOfGroup)
    .map(({ change, object, location }) =>
      markdownRow([change, markdownText(objectText(object)), markdownCode(placeText(location))]),
    );
  const rest = objects.length > shownOfGroup ? `\n... and ${objects.length - shownOfGroup} more\n` : "";
  yield `### ${title}\n\n${markdownHead(["", "Object", "Place"])}${rows.join("")}${rest}`;
}

function groupSection(group: ChangeGroup, changes: readonly ConnectionChange[]): string {
  const { causes, opened, closed, count } = group;
  const title =
    causes.length === 0
      ? "Workloads or namespaces changed"
      : causes
          .slice(0, 3)
          .map((cause) => markdownText(causeText(cause)))
          .join(", ") + (causes.length > 3 ? ` and ${causes.length - 3} more` : "");
  const shown = group.changes.slice(0, shownOfGroup).map((i) => changes[i] as ConnectionChange); // positions in it
  const rest =
    count > shown.length
      ? `\n... and ${count - shown.length} more, from ${markdownText(reachText(group.sources, "sources"))} to ${markdownText(reachText(group.targets, "targets"))}\n`
      : "";
  return `### ${title}\n\nopens ${opened}, closes ${closed}\n\n${table(shown)}${rest}`;
}

function table(changes: readonly ConnectionChange[]): string {
  const rows = changes.map((change) =>
    markdownRow([change.type, markdownCode(change.source), markdownCode(change.target), changedPorts(change)]),
  );
  return markdownHead(["", "Source", "Target", "Ports"]) + rows.join("");
}

function* findingSection(title: string, findings: readonly Finding[]): Generator<string> {
  if (findings.length === 0) return;
  const rows = findings
    .slice(0, shownFindings)
    .map(({ severity, ruleId, message, location }) =>
      markdownRow([
        severity,
        markdownCode(ruleId),
        location === undefined ? "" : markdownCode(placeText(location)),
        markdownText(message),
      ]),
    );
  const rest = findings.length > shownFindings ? `\n... and ${findings.length - shownFindings} more\n` : "";
  yield `### ${title}\n\n${markdownHead(["Severity", "Rule", "Place", "Finding"])}${rows.join("")}${rest}`;
}
