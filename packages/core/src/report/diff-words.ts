import type { ChangedObject, ConnectionChange, ConnectivityDiff, EndpointReach } from "../answers/diff.ts";
import { type Finding, type Severity, severities } from "../answers/finding.ts";
import { counted, grouped, objectText, portsText } from "./words.ts";

/** Whether neither side has a workload, so that no connection can change. */
export function hasNoWorkloads({ before, after }: Pick<ConnectivityDiff, "before" | "after">): boolean {
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
    : "Changed policies by which no connection of these workloads changes";
}

/** `This change opens 3 connections and closes 12; 1 new high finding.` */
export function diffSentence(diff: ConnectivityDiff, findings: readonly Finding[]): string {
  const { verdict, uncertain, changedPolicies, staged } = diff;
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
    ...(findings.length === 0 ? [] : [newFindings(findings)]),
    ...(fixedFindings === null || fixedFindings === 0 ? [] : [`${counted(fixedFindings, "finding")} fixed`]),
  ];
  return `${parts.join("; ")}.`;
}

function connectionCount(count: number): string {
  return count === 0 ? "no connection" : counted(count, "connection");
}

/** `1 new high finding`, `2 new high and 1 new low findings`. */
function newFindings(findings: readonly Finding[]): string {
  const counts = severities
    .map((severity): readonly [Severity, number] => [
      severity,
      findings.filter((each) => each.severity === severity).length,
    ])
    .filter(([, count]) => count > 0);
  const text = counts.map(([severity, count]) => `${count} new ${severity}`).join(" and ");
  return `${text} ${findings.length === 1 ? "finding" : "findings"}`;
}

/** `changed NetworkPolicy shop/web`. */
export function causeText({ change, object }: ChangedObject): string {
  return `${change} ${objectText(object)}`;
}

/** What of a connection is different: `TCP 80`, or `TCP 80 -> TCP 80,443`. */
export function changedPorts({ type, before, after, requests }: ConnectionChange): string {
  const text = (ports: ConnectionChange["before"]): string => (ports === undefined ? "none" : portsText(ports));
  if (requests !== undefined) return `${text(after)}, ${requests} requests`;
  if (type === "changed") return `${text(before)} -> ${text(after)}`;
  return type === "added" ? text(after) : text(before);
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
