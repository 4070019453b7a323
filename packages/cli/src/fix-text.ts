import type { Ports } from "@npa/core";
import { printable } from "@npa/core/internal";
import type { ConnectionChange, FixResult, MadeFix } from "@npa/core/edit";
import { unifiedDiff } from "./unified-diff.ts";

const listed = 100;
/** Beyond this nobody reads on, and `npa diff` tells. */
const listedConnections = 2_000;

/** The fixes, one line each, and what to know about them. */
export function fixLines({ made, leftAlone, files }: FixResult, dryRun: boolean): readonly string[] {
  const verb = dryRun ? "would fix" : "fixed";
  const fixes = made.map((fix) => `${verb} ${printable(fix.file)}: ${fixText(fix)}`);
  const others = leftAlone.map((fix) => `left alone ${printable(fix.file)}: ${fixText(fix)}: ${printable(fix.reason)}`);
  return [...first(fixes, "fixes"), ...first(others, "left alone"), ...summaryLines(made, files.length, dryRun)];
}

function fixText({ ruleId, object, description }: Omit<MadeFix, "kind" | "file">): string {
  const name = object.namespace === undefined ? object.name : `${object.namespace}/${object.name}`;
  return `${printable(`${object.kind} ${name}`)}: ${printable(description)} (${ruleId})`;
}

function summaryLines(made: readonly MadeFix[], files: number, dryRun: boolean): readonly string[] {
  if (made.length === 0) return ["nothing to fix"];
  const safe = made.filter(({ kind }) => kind === "safe").length;
  const suggested = made.length - safe;
  const where = `in ${counted(files, "file")}${dryRun ? "; nothing was written" : ""}`;
  const parts = [
    ...(safe > 0 ? [`${counted(safe, "fix", "fixes")}, proved to change no connection`] : []),
    ...(suggested > 0 ? [counted(suggested, "suggestion")] : []),
  ];
  const isDeleting = made.some(({ description }) => /^(?:delete the policy|move the rules|make )/.test(description));
  const note =
    "note: a policy that is taken out of a file stays in a cluster until it is deleted there, and does no harm";
  return [`${parts.join(", and ")} ${where}`, ...(isDeleting ? [note] : [])];
}

/** What suggestions change: how many connections, and which, those that are cut first. */
export function connectionLines(changes: readonly ConnectionChange[] | undefined): readonly string[] {
  if (changes === undefined)
    return ["the suggestions change too many connections to list: compare npa list before and after"];
  const count = (type: ConnectionChange["type"]): string => {
    const number = changes.filter((change) => change.type === type).length;
    return `${number} ${type}`;
  };
  const head = `the suggestions change ${counted(changes.length, "connection")}`;
  if (changes.length === 0) return [head];
  const rest = changes.length - listedConnections;
  return [
    `${head}: ${count("added")}, ${count("removed")}, ${count("changed")}`,
    ...harmfulFirst(changes).slice(0, listedConnections).map(connectionLine),
    ...(rest > 0 ? [`  and ${rest} more`] : []),
  ];
}

/** What is removed before what is changed and added; and what pods say to each other before what goes in and out. */
function harmfulFirst(changes: readonly ConnectionChange[]): readonly ConnectionChange[] {
  const order = ["removed", "changed", "added"];
  const isOutside = ({ source, target }: ConnectionChange): boolean =>
    [source, target].some((end) => !end.includes("/"));
  return changes.toSorted(
    (a, b) => order.indexOf(a.type) - order.indexOf(b.type) || Number(isOutside(a)) - Number(isOutside(b)),
  );
}

const signs = { added: "+", removed: "-", changed: "~" } as const;

function connectionLine({ type, source, target, before, after }: ConnectionChange): string {
  const ports = [before, after].filter((each) => each !== undefined).map(portsText);
  return `  ${signs[type]} ${printable(source)} -> ${printable(target)}: ${ports.join(" becomes ")}`;
}

function portsText({ all, ports }: Ports): string {
  if (all) return "everything";
  return Object.entries(ports)
    .map(([protocol, ranges]) => `${protocol} ${ranges.join(",")}`)
    .join("; ");
}

/** The difference that fixes make, as `git apply` and `patch -p1` read it. */
export function fixDiff({ files }: FixResult): string {
  return files.map(({ name, before, after }) => unifiedDiff(name, before, after)).join("");
}

function first(lines: readonly string[], what: string): readonly string[] {
  const rest = lines.length - listed;
  return rest > 0 ? [...lines.slice(0, listed), `and ${rest} more: ${what}`] : lines;
}

function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}
