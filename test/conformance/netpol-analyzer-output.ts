import { parseAddressRange } from "./address-range.ts";
import {
  type Connections,
  type PortRanges,
  connectionsOf,
  everything,
  formatConnections,
  parseRange,
  union,
} from "./connections.ts";
import { type End, Relation, change } from "./relation.ts";

interface JsonLine {
  readonly src: string;
  readonly dst: string;
  readonly conn: string;
}

/** Reads the connections of a list, with or without the exposure part, as text or JSON. */
export function parseList(text: string, format: "txt" | "json"): Relation {
  const relation = new Relation();
  const lines = format === "json" ? jsonLines(text) : textLines(text);
  for (const { src, dst, conn } of lines) relation.add(endOf(src), endOf(dst), parseConnections(conn));
  return relation;
}

function jsonLines(text: string): readonly JsonLine[] {
  // Their two documented forms: a list, or an object with exposure results beside it.
  const parsed = JSON.parse(text) as readonly JsonLine[] | { readonly connlist_results: readonly JsonLine[] };
  return "connlist_results" in parsed ? parsed.connlist_results : parsed;
}

function textLines(text: string): readonly JsonLine[] {
  const list = text.split("Exposure Analysis Result:")[0] ?? "";
  return list.split("\n").flatMap((line) => {
    if (line.trim() === "") return [];
    const match = /^(.+?)\s+=>\s+(.+?) : (.+)$/.exec(line);
    if (match === null) throw new Error(`not a connection: ${line}`);
    return [{ src: match[1] ?? "", dst: match[2] ?? "", conn: match[3] ?? "" }];
  });
}

/** `a.b.c.d-e.f.g.h[External]`, or a workload. */
function endOf(text: string): End {
  const external = /^(.+)\[External\]$/.exec(text)?.[1];
  if (external === undefined) return text.trim();
  const range = parseAddressRange(external);
  if (range === undefined) throw new Error(`not an external range: ${text}`);
  return [range];
}

/** `All Connections`, `No Connections` or `SCTP 1-9002,9004-65535,TCP 80`. */
export function parseConnections(text: string): string {
  if (text === "All Connections") return formatConnections(everything);
  if (text === "No Connections") return formatConnections([]);
  const ranges: Record<string, [number, number][]> = {};
  let current: [number, number][] = [];
  for (const item of text.split(",")) {
    const match = /^\s*(?:([A-Z]+) )?([\d-]+)\s*$/.exec(item);
    if (match === null) throw new Error(`not connections: ${text}`);
    if (match[1] !== undefined) current = ranges[match[1]] ??= [];
    current.push(parseRange(match[2] ?? ""));
  }
  return formatConnections(connectionsOf(ranges));
}

/** Reads what an explanation says is allowed: per pair, and the pairs that no policy concerns. */
export function parseExplanation(text: string): Relation {
  const relation = new Relation();
  const [specific = "", byDefault = ""] = text.split(/^# All Connections due to the system default.*$/m);
  for (const section of specific.split(/^-{20,}$/m)) {
    const match = /^Connections between (.+) => (.+):$/m.exec(section);
    if (match === null) continue;
    const allowed = [...section.matchAll(/^\tAllowed (.+?) due to /gm)].map(([, ports = ""]) => explainedPorts(ports));
    const connections = union(allowed.flatMap(connectionsOf));
    if (connections.length > 0)
      relation.add(endOf(match[1] ?? ""), endOf(match[2] ?? ""), formatConnections(connections));
  }
  const defaults = byDefault.split("Exposure Analysis Result:")[0] ?? "";
  for (const [, source = "", target = ""] of defaults.matchAll(/^(\S+) => (\S+)$/gm))
    relation.add(endOf(source), endOf(target), formatConnections(everything));
  return relation;
}

/** What they say of one pair of workloads. */
export interface ExplainedPair {
  readonly source: string;
  readonly target: string;
  readonly allowed: Connections;
  readonly denied: Connections;
  readonly ways: readonly ExplainedWay[];
}

/** What one end says of some of the connections, and the policies that say it. */
export interface ExplainedWay {
  readonly direction: "ingress" | "egress";
  readonly isAllowed: boolean;
  readonly policies: readonly string[];
}

/** Reads an explanation pair by pair, without addresses outside and whatever an Ingress or Route sends. */
export function parseExplainedPairs(text: string): readonly ExplainedPair[] {
  const [specific = ""] = text.split(/^# All Connections due to the system default.*$/m);
  return specific.split(/^-{20,}$/m).flatMap((section): readonly ExplainedPair[] => {
    const [, source = "", target = ""] = /^Connections between (\S+\]) => (\S+\]):$/m.exec(section) ?? [];
    if (source === "" || [source, target].some((end) => end.endsWith("[External]") || !end.includes("/"))) return [];
    const portsOf = (word: string): Connections =>
      [...section.matchAll(new RegExp(`^\t${word} (.+?) due to `, "gm"))].flatMap(([, ports = ""]) =>
        connectionsOf(explainedPorts(ports)),
      );
    const ways = section
      .split(/^(?=\t\t(?:Egress|Ingress) \((?:Allowed|Denied)\))/m)
      .slice(1)
      .flatMap((part): readonly ExplainedWay[] => {
        const [, direction, answer] = /^\t\t(Egress|Ingress) \((Allowed|Denied)\)/.exec(part) ?? [];
        const policies = [...part.matchAll(/^\t{3}\w*NetworkPolicy '([^']+)'/gm)].map(([, name = ""]) => name);
        return [
          { direction: direction === "Egress" ? "egress" : "ingress", isAllowed: answer === "Allowed", policies },
        ];
      });
    const byDefault = /^\tAllowed .+ due to the system default/m.test(section)
      ? (["egress", "ingress"] as const).map((direction) => ({ direction, isAllowed: true, policies: [] }))
      : [];
    return [{ source, target, allowed: portsOf("Allowed"), denied: portsOf("Denied"), ways: [...ways, ...byDefault] }];
  });
}

/** `TCP:[1-79,81-65535], UDP, SCTP`. */
function explainedPorts(text: string): PortRanges {
  return Object.fromEntries(
    [...text.matchAll(/([A-Z]+)(?::\[([\d,-]+)\])?/g)].map(([, protocol = "", ports = "1-65535"]) => [
      protocol,
      ports.split(",").map(parseRange),
    ]),
  );
}

/** Reads a diff as a relation of changes. */
export function parseDiff(text: string): Relation {
  const relation = new Relation();
  const line =
    /^diff-type: \w+, source: (\S+), destination: (\S+), \w+: (.+?), (?:ref2|dir2): (.+?)(?:, workloads-diff-info: .*)?$/gm;
  for (const [, source = "", target = "", before = "", after = ""] of text.matchAll(line))
    relation.add(endOf(source), endOf(target), change(parseConnections(before), parseConnections(after)));
  return relation;
}
