import { checkAnswer } from "../lib/check-argument.ts";
import type {
  ChangedObject,
  ChangeGroup,
  ConnectionChange,
  ConnectivityDiff,
  EnvironmentsDiff,
} from "../answers/diff.ts";
import type { Finding } from "../answers/finding.ts";
import {
  alikeEnvironments,
  causeText,
  changeSigns,
  changedPorts,
  diffSentence,
  effectless,
  effectlessTitle,
  environmentText,
  environmentsSentence,
  isUnchanged,
  reachText,
  unallowedParts,
  unknownsTitle,
} from "./diff-words.ts";
import { printable } from "./escape.ts";
import { type TextOptions, paletteOf } from "./palette.ts";
import { counted, placeText, shortened } from "./words.ts";
import { brokenPieces } from "./wrap.ts";

/** How many connections of a group are shown; the rest is counted. */
const shownOfGroup = 10;
const shownFindings = 20;

/**
 * The answer of `npa diff` for people: the verdict, then what changes, by cause, then findings. Of several environments one
 * behind the other, once where the same is to be said of them.
 */
export function* diffText(diff: ConnectivityDiff | EnvironmentsDiff, options: TextOptions = {}): Generator<string> {
  checkAnswer("diffText", diff, "ConnectivityDiff", "EnvironmentsDiff");
  const pieces = diff.kind === "ConnectivityDiff" ? oneText(diff, options) : environmentsText(diff, options);
  yield* brokenPieces(pieces, options);
}

function* environmentsText(diff: EnvironmentsDiff, options: TextOptions): Generator<string> {
  const { bold } = paletteOf(options);
  yield `${bold(environmentsSentence(diff))}\n`;
  const unchanged = diff.environments.filter(isUnchanged).map(environmentText);
  if (unchanged.length > 0) yield `nothing changes in ${endsText(unchanged)}\n`;
  const told = alikeEnvironments(
    diff.environments,
    (each) => [...oneText(each, options)].join(""),
    (text) => text,
  );
  for (const { environments, told: text } of told) {
    const names = environments.map(environmentText);
    yield `\n${bold(`== ${shortened(names, names.length, names.length)}`)}\n${text}`;
  }
}

function* oneText(diff: ConnectivityDiff, options: TextOptions): Generator<string> {
  const { bold } = paletteOf(options);
  yield `${bold(diffSentence(diff, diff.newFindings))}\n`;
  const ends = [
    ...(diff.addedEndpoints.length === 0 ? [] : [`new: ${endsText(diff.addedEndpoints)}`]),
    ...(diff.removedEndpoints.length === 0 ? [] : [`gone: ${endsText(diff.removedEndpoints)}`]),
  ];
  for (const line of ends) yield `${line}\n`;
  for (const group of diff.groups) yield* groupLines(group, diff.changes, options);
  yield* objectLines(effectlessTitle(diff), effectless(diff), options);
  yield* objectLines(unknownsTitle, diff.changedUnknowns, options);
  yield* uncertainLines(diff, options);
  yield* unallowedLines(diff, options);
  yield* findingLines("New findings", diff.newFindings, options);
  yield* findingLines("Fixed findings", diff.fixedFindings, options);
}

function endsText(ids: readonly string[]): string {
  return shortened(ids, ids.length, 5);
}

function* groupLines(
  group: ChangeGroup,
  changes: readonly ConnectionChange[],
  options: TextOptions,
): Generator<string> {
  const { bold, dim } = paletteOf(options);
  const causes =
    group.causes.length === 0 ? "workloads, namespaces or settings of the data plane changed" : shortCauses(group);
  yield `\n${bold(causes)} ${dim(figuresOf(group))}\n`;
  for (const { location } of group.causes.slice(0, 3)) yield `  ${dim(placeText(location))}\n`;
  const shown = group.changes.slice(0, shownOfGroup).map((i) => changes[i] as ConnectionChange); // positions in it
  yield* connectionLines(shown, options);
  if (group.count > shown.length) {
    const reach = `from ${printable(reachText(group.sources, "sources"))} to ${printable(reachText(group.targets, "targets"))}`;
    yield `  ... and ${counted(group.count - shown.length, "more")}; in all ${reach}\n`.replace(" mores", " more");
  }
}

function shortCauses({ causes }: ChangeGroup): string {
  return shortened(causes.map(causeText), causes.length, 3);
}

function figuresOf({ opened, closed }: ChangeGroup): string {
  const parts = [...(opened === 0 ? [] : [`opens ${opened}`]), ...(closed === 0 ? [] : [`closes ${closed}`])];
  return `(${parts.join(", ")})`;
}

function* connectionLines(changes: readonly ConnectionChange[], options: TextOptions): Generator<string> {
  const { red, green, yellow } = paletteOf(options);
  const paint = { added: red, removed: green, changed: yellow } as const;
  for (const change of changes) {
    const text = `${changeSigns[change.type]} ${printable(change.source)} => ${printable(change.target)} : ${changedPorts(change)}`;
    yield `  ${paint[change.type](text)}\n`;
  }
}

function* objectLines(title: string, objects: readonly ChangedObject[], options: TextOptions): Generator<string> {
  if (objects.length === 0) return;
  const { bold, dim } = paletteOf(options);
  yield `\n${bold(title)}\n`;
  for (const each of objects.slice(0, shownOfGroup)) yield `  ${causeText(each)}  ${dim(placeText(each.location))}\n`;
  if (objects.length > shownOfGroup) yield `  ... and ${objects.length - shownOfGroup} more\n`;
}

function* uncertainLines({ uncertain }: ConnectivityDiff, options: TextOptions): Generator<string> {
  if (uncertain.length === 0) return;
  const { yellow } = paletteOf(options);
  yield `\n${yellow("Uncertain: whether these change depends on facts that the input does not give")}\n`;
  yield* connectionLines(uncertain.slice(0, shownOfGroup), options);
  if (uncertain.length > shownOfGroup) yield `  ... and ${uncertain.length - shownOfGroup} more\n`;
}

function* unallowedLines({ unallowed, verdict }: ConnectivityDiff, options: TextOptions): Generator<string> {
  const { bold } = paletteOf(options);
  for (const [title, changes] of unallowedParts(unallowed.slice(0, shownOfGroup))) {
    yield `\n${bold(title)}\n`;
    yield* connectionLines(changes, options);
  }
  if (verdict.unallowed > shownOfGroup) yield `  ... and ${verdict.unallowed - shownOfGroup} more\n`;
}

function* findingLines(title: string, findings: readonly Finding[], options: TextOptions): Generator<string> {
  if (findings.length === 0) return;
  const { bold, dim } = paletteOf(options);
  yield `\n${bold(title)}\n`;
  for (const { severity, ruleId, message, location } of findings.slice(0, shownFindings)) {
    const place = location === undefined ? "" : `${placeText(location)}: `;
    yield `  ${severity} ${dim(ruleId)} ${place}${printable(message)}\n`;
  }
  if (findings.length > shownFindings) yield `  ... and ${findings.length - shownFindings} more\n`;
}
