import type { LimitedPorts, Truncation, UncertainConnection } from "../answers/connectivity.ts";
import type { Ports } from "../answers/ports.ts";
import { truncatedText } from "./connectivity-listing.ts";
import { printable } from "./escape.ts";
import { type Palette, type TextOptions, paletteOf } from "./palette.ts";
import { counted, familyPortsText, limitedTexts, missingFactText, shortened } from "./words.ts";
import { brokenPieces } from "./wrap.ts";

/** Sources in namespaces that are like one whose sources are told. */
interface PrintedAlike {
  readonly namespaces: readonly string[];
  readonly of: string;
  readonly names: readonly string[];
}

/** A list by target, as `groupConnections` gives it. */
export interface PrintedGroups {
  /** By target, in the order in which they are printed. */
  readonly groups: readonly {
    readonly target: string;
    readonly rows: readonly {
      readonly ports: Ports & { readonly family?: string; readonly limited?: readonly LimitedPorts[] };
      readonly sources: readonly string[];
      readonly alike?: readonly PrintedAlike[];
    }[];
    readonly alike?: readonly string[];
  }[];
  /** How many connections the groups hold. */
  readonly connections: number;
  /** How many workloads there are. */
  readonly workloads: number;
  /** What exists only if missing facts turn out so. */
  readonly uncertain: Iterable<UncertainConnection & { readonly connections?: number }>;
  /** How many there are of what is not shown. Absent: all is shown. */
  readonly truncated?: Truncation;
}

const maxPorts = 40;

/** Who may reach each target, and on which ports; then what depends on facts that the input does not give; then the sum. */
export function* connectivityText(grouped: PrintedGroups, options: TextOptions = {}): Generator<string> {
  yield* brokenPieces(connectivityPieces(grouped, options), options);
}

function* connectivityPieces(grouped: PrintedGroups, options: TextOptions): Generator<string> {
  const palette = paletteOf(options);
  const width = portsWidth(grouped);
  const told = new Set(
    grouped.groups.flatMap(({ target, alike }) => (alike === undefined ? [] : [target.split("/")[0] ?? ""])),
  );
  if (grouped.groups.length > 0) yield palette.dim(`TARGET\n  ${"PORTS".padEnd(width)}  FROM\n`);
  for (const { target, rows, alike } of grouped.groups) {
    yield `${palette.bold(printable(target))}\n`;
    for (const { ports, sources, alike: others = [] } of rows) {
      yield* rowLines(
        familyPortsText(ports),
        [...sources.map(printable), ...others.map((other) => alikeText(other, told))],
        width,
      );
      for (const text of limitedTexts(ports.limited)) yield `${palette.yellow(`    ${text}`)}\n`;
    }
    if (alike !== undefined)
      yield `${palette.dim(`... and ${counted(alike.length, "namespace")} alike: ${shortened(alike, alike.length, 3)}`)}\n`;
  }
  const uncertain = yield* uncertainLines(grouped.uncertain, palette);
  yield grouped.groups.length > 0 || uncertain > 0 ? "\n" : "";
  yield `${truncatedText(grouped.truncated) ?? summary(grouped, uncertain)}\n`;
}

/** `... and the same of 29 namespaces like team-0`; with their names where these are not told behind targets of theirs. */
function alikeText({ namespaces, of, names }: PrintedAlike, told: ReadonlySet<string>): string {
  const what = names.length === 0 ? "... and the same" : shortened(names, names.length, 3);
  const which = told.has(of) ? "" : `: ${shortened(namespaces, namespaces.length, 3)}`;
  return printable(`${what} of ${counted(namespaces.length, "namespace")} like ${of}${which}`);
}

function portsWidth({ groups }: PrintedGroups): number {
  const lengths = groups.flatMap(({ rows }) => rows.map(({ ports }) => familyPortsText(ports).length));
  return lengths.reduce(
    (longest, length) => (length <= maxPorts ? Math.max(longest, length) : longest),
    "PORTS".length,
  );
}

function* rowLines(ports: string, sources: readonly string[], width: number): Generator<string> {
  const [first = "", ...rest] = sources;
  if (ports.length > width) {
    yield `  ${ports}\n`;
    for (const source of sources) yield `  ${" ".repeat(width)}  ${source}\n`;
    return;
  }
  yield `  ${ports.padEnd(width)}  ${first}\n`;
  for (const source of rest) yield `  ${" ".repeat(width)}  ${source}\n`;
}

function* uncertainLines(groups: PrintedGroups["uncertain"], { yellow, dim }: Palette): Generator<string, number> {
  let count = 0;
  for (const { because, source, target, connections = 1, ...ports } of groups) {
    if (count === 0) yield `\n${yellow("Uncertain: these depend on facts that the input does not give")}\n`;
    const line = `  ${printable(source)} to ${printable(target)}: ${familyPortsText(ports)}`;
    count += connections;
    yield `${line}\n`;
    for (const text of limitedTexts(ports.limited)) yield `${yellow(`    ${text}`)}\n`;
    yield `${dim(`    depends on ${because.map(missingFactText).join(", ")}`)}\n`;
  }
  return count;
}

function summary({ connections, workloads }: PrintedGroups, uncertain: number): string {
  if (workloads === 0)
    return "no connections: the input has no workloads. npa can 'app=web in NAMESPACE' ... asks about pods by their labels";
  const more = uncertain === 0 ? "" : `; ${counted(uncertain, "more is", "more are")} uncertain`;
  return `${counted(connections, "connection")} among ${counted(workloads, "workload")} and the addresses outside${more}`;
}
