import type {
  ChangedObject,
  ConnectionChange,
  ConnectivityDiff,
  EndpointReach,
  EnvironmentDiff,
  EnvironmentsDiff,
} from "../answers/diff.ts";
import { type Finding, type Severity, severities } from "../answers/finding.ts";
import { groupBy } from "../lib/group-by.ts";
import { counted, grouped, objectText, portsText, shortened } from "./words.ts";

/** What the verdict of a comparison is told from. */
type Told = Pick<
  ConnectivityDiff,
  "verdict" | "uncertain" | "changedPolicies" | "changedUnknowns" | "staged" | "truncated"
> &
  Sides;

interface Sides {
  readonly before: Pick<ConnectivityDiff["before"], "workloads">;
  readonly after: Pick<ConnectivityDiff["before"], "workloads">;
}

/** Whether neither side has a workload, so that no connection can change. */
function hasNoWorkloads({ before, after }: Sides): boolean {
  return before.workloads + after.workloads === 0;
}

/** The changed policies by which no connection changes; what to say of those depends on whether there are any workloads. */
export function effectless(diff: ConnectivityDiff): readonly ChangedObject[] {
  const told = new Set(diff.groups.flatMap(({ causes }) => causes.map(causeText)));
  return diff.changedPolicies.filter((each) => !told.has(causeText(each)));
}

/** What is said above them. */
export function effectlessTitle(diff: ConnectivityDiff): string {
  return hasNoWorkloads(diff)
    ? "Changed policies; without workloads in the input no connection can be compared, but npa prove OLD NEW compares what they say"
    : `Changed policies by which no connection of these workloads changes${diff.uncertain.length === 0 ? "" : " for certain"}`;
}

/** What is said above objects that change and are not evaluated. */
export const unknownsTitle = "Changed and not evaluated: these may open or close more";

/** What opens, and what may, though the configuration does not allow it: what is said above each. */
export function unallowedParts(
  unallowed: readonly ConnectionChange[],
): readonly (readonly [title: string, changes: readonly ConnectionChange[]])[] {
  const [certain, uncertain] = [false, true].map((isOpen) =>
    unallowed.filter((change) => (change.uncertain === true) === isOpen),
  );
  return [
    ["Opened, though the configuration does not allow it", certain ?? []] as const,
    ["May open, though the configuration does not allow it", uncertain ?? []] as const,
  ].filter(([, { length }]) => length > 0);
}

/** `This change opens 3 connections and closes 12; 1 new high finding.` */
export function diffSentence(diff: Told, findings: readonly Finding[]): string {
  const { verdict, uncertain, changedPolicies, changedUnknowns, staged } = diff;
  const { opened, closed, fixedFindings } = verdict;
  const what =
    staged === undefined ? "This change" : `To enforce ${counted(staged.length, "staged policy", "staged policies")}`;
  const connections = hasNoWorkloads(diff)
    ? `There is no workload on either side, so no connection to compare; ${changedPolicies.length === 0 ? "no policy changes" : counted(changedPolicies.length, "policy changes", "policies change")}`
    : opened + closed === 0
      ? `${what} opens and closes no connection`
      : `${what} opens ${connectionCount(opened)} and closes ${closed === 0 ? "none" : grouped(closed)}`;
  const first = diff.truncated === true ? "; these are not all changes, there are more (--all compares all)" : "";
  const parts = [
    `${connections}${first}`,
    ...(uncertain.length === 0 ? [] : [`${counted(uncertain.length, "connection")} may change`]),
    ...(changedUnknowns.length === 0
      ? []
      : [
          `${counted(changedUnknowns.length, "object that is", "objects that are")} not evaluated ${changedUnknowns.length === 1 ? "changes" : "change"}`,
        ]),
    ...(findings.length === 0 ? [] : [newFindings(findings)]),
    ...(fixedFindings === null || fixedFindings === 0 ? [] : [`${counted(fixedFindings, "finding")} fixed`]),
  ];
  return `${parts.join("; ")}.`;
}

/** The same of several environments together. */
export function environmentsSentence({ verdict, environments }: EnvironmentsDiff): string {
  const diffs = environments.map(({ diff }) => diff);
  const workloads = (side: "before" | "after"): Sides["before"] => ({
    workloads: diffs.reduce((sum, { [side]: basis }) => sum + basis.workloads, 0),
  });
  const all: Told = {
    verdict,
    uncertain: diffs.flatMap(({ uncertain }) => uncertain),
    changedPolicies: diffs.flatMap(({ changedPolicies }) => changedPolicies),
    changedUnknowns: diffs.flatMap(({ changedUnknowns }) => changedUnknowns),
    before: workloads("before"),
    after: workloads("after"),
    ...(diffs.some(({ truncated = false }) => truncated) ? { truncated: true } : {}),
  };
  const findings = diffs.flatMap(({ newFindings: ofIt }) => ofIt);
  return `In ${counted(environments.length, "environment")} together: ${uncapitalized(diffSentence(all, findings))}`;
}

function uncapitalized(sentence: string): string {
  return sentence.slice(0, 1).toLowerCase() + sentence.slice(1);
}

/** Whether nothing that a comparison looks at is different. */
export function isUnchanged({ diff }: EnvironmentDiff): boolean {
  const { changeCount, uncertain, changedPolicies, changedUnknowns, addedEndpoints, removedEndpoints } = diff;
  const others = [
    uncertain,
    changedPolicies,
    changedUnknowns,
    addedEndpoints,
    removedEndpoints,
    diff.newFindings,
    diff.fixedFindings,
  ];
  return changeCount === 0 && diff.truncated !== true && others.every(({ length }) => length === 0);
}

/** `prod (new)`. */
export function environmentText({ name, before, after }: EnvironmentDiff): string {
  return `${name}${before === undefined ? " (new)" : after === undefined ? " (gone)" : ""}`;
}

/** Environments in which something changes, those together of which the same is to be said; in their order. */
export function alikeEnvironments<T>(
  environments: readonly EnvironmentDiff[],
  told: (diff: ConnectivityDiff) => T,
  textOf: (told: T) => string,
): readonly { readonly environments: readonly EnvironmentDiff[]; readonly told: T }[] {
  const bodies = environments.filter((each) => !isUnchanged(each)).map((each) => ({ each, told: told(each.diff) }));
  return [...groupBy(bodies, (body) => textOf(body.told)).values()].flatMap((group) => {
    const [first] = group;
    return first === undefined ? [] : [{ environments: group.map(({ each }) => each), told: first.told }];
  });
}

function connectionCount(count: number): string {
  return count === 0 ? "no connection" : counted(count, "connection");
}

/** `1 new high finding`, `2 new high, 3 new medium and 1 new low findings`. */
function newFindings(findings: readonly Finding[]): string {
  const counts = severities
    .map((severity): readonly [Severity, number] => [
      severity,
      findings.filter((each) => each.severity === severity).length,
    ])
    .filter(([, count]) => count > 0);
  const texts = counts.map(([severity, count]) => `${grouped(count)} new ${severity}`);
  return `${shortened(texts, texts.length, texts.length)} ${findings.length === 1 ? "finding" : "findings"}`;
}

/** `changed NetworkPolicy shop/web`. */
export function causeText({ change, object }: ChangedObject): string {
  return `${change} ${objectText(object)}`;
}

/** What of a connection is different: `TCP 80`, `TCP 80 -> TCP 80,443`, or `TCP 80 becomes certain`. */
export function changedPorts({
  type,
  before,
  after,
  requests,
  nowCertain,
  noLongerCertain,
}: Omit<ConnectionChange, "source" | "target">): string {
  const text = (ports: ConnectionChange["before"]): string => (ports === undefined ? "none" : portsText(ports));
  if (requests !== undefined) return `${text(after)}, ${requests} requests`;
  if (type !== "changed") return type === "added" ? text(after) : text(before);
  const [was, is] = [text(before), text(after)];
  const parts = [
    ...(was === is ? [] : [`${was} -> ${is}`]),
    ...(nowCertain === undefined ? [] : [`${text(nowCertain)} becomes certain`]),
    ...(noLongerCertain === undefined ? [] : [`${text(noLongerCertain)} is no longer certain`]),
  ];
  return parts.join("; ");
}

/** `20 sources`, or the one there is. */
export function reachText({ count, ids }: EndpointReach, what: string): string {
  return count === 1 ? (ids[0] ?? "") : `${grouped(count)} ${what}`;
}

/** `+`, `-` or `~`. */
export const changeSigns: Readonly<Record<ConnectionChange["type"], string>> = {
  added: "+",
  removed: "-",
  changed: "~",
};
