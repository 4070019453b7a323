import type { Endpoint } from "../answers/endpoint.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { TargetGroup } from "./group-connections.ts";

/** Fewer alike namespaces than this are told one by one. */
const fewNamespaces = 3;
/** Longer lists are not looked at. */
const mostLines = 500_000;
/** So often blocks are cut finer; what is not settled then stays as it is. */
const mostRounds = 20;

/** A source of a target, by the namespaces of both. */
interface Line {
  readonly target: string;
  readonly targetNamespace: string | undefined;
  readonly ports: string;
  readonly source: string;
  readonly sourceNamespace: string | undefined;
}

/**
 * Leaves one of several namespaces that are alike: workloads of the same names reach, and are reached by, the same, themselves
 * taken for each other. Everything that is left out can be told from what stays.
 */
export function foldAlikeNamespaces(
  groups: readonly TargetGroup[],
  endpoints: readonly Endpoint[],
): readonly TargetGroup[] {
  const own = groupBy(
    endpoints.filter(({ type }) => type === "workload"),
    (endpoint) => (endpoint.type === "workload" ? endpoint.namespace : ""),
  );
  if (own.size < fewNamespaces) return groups;
  const namespaceOf = (text: string): string | undefined => {
    const namespace = text.slice(0, Math.max(0, text.indexOf("/")));
    return own.has(namespace) ? namespace : undefined;
  };
  const lines = linesOf(groups, namespaceOf);
  if (lines === undefined) return groups;
  const names = new Map(
    [...own].map(([namespace, ends]) => [
      namespace,
      ends
        .map(({ id }) => inside(id))
        .toSorted()
        .join(" "),
    ]),
  );
  const blocks = [...blocksOf(lines, names).values()].filter(({ length }) => length >= fewNamespaces);
  return blocks.length === 0 ? groups : folded(groups, blocks, namespaceOf);
}

/** A name without its namespace. */
function inside(text: string): string {
  return text.slice(text.indexOf("/") + 1);
}

function linesOf(
  groups: readonly TargetGroup[],
  namespaceOf: (text: string) => string | undefined,
): readonly Line[] | undefined {
  const lines: Line[] = [];
  for (const { target, rows } of groups) {
    const targetNamespace = namespaceOf(target);
    for (const row of rows) {
      const ports = JSON.stringify(row.ports);
      for (const source of row.sources)
        lines.push({ target, targetNamespace, ports, source, sourceNamespace: namespaceOf(source) });
      if (lines.length > mostLines) return undefined;
    }
  }
  return lines;
}

/**
 * Namespaces that are alike, sorted: blocks are cut finer until all of one have the same lines, each taken for itself. Those of
 * a block that send each other something have to do so each to each; where not, they are told one by one.
 */
function blocksOf(lines: readonly Line[], names: ReadonlyMap<string, string>): ReadonlyMap<string, readonly string[]> {
  const all = [...names.keys()].toSorted(compareStrings);
  let blockOf: ReadonlyMap<string, string> = names;
  for (let round = 0; round < mostRounds; round++) {
    const blocks = groupBy(all, (namespace) => blockOf.get(namespace) ?? "");
    const { profiles, partial } = profilesOf(lines, blockOf, blocks);
    const next = numbered(all, (namespace) => `${blockOf.get(namespace)}\u0001${profiles.get(namespace) ?? ""}`);
    const isStable = new Set(next.values()).size === blocks.size;
    if (isStable && partial.size === 0) return blocks;
    blockOf = isStable
      ? numbered(all, (namespace) =>
          partial.has(blockOf.get(namespace) ?? "") ? namespace : `${blockOf.get(namespace)}\u0001`,
        )
      : next;
  }
  return new Map();
}

function numbered(namespaces: readonly string[], key: (namespace: string) => string): ReadonlyMap<string, string> {
  const numbers = new Map<string, string>();
  return new Map(
    namespaces.map((namespace) => {
      const its = key(namespace);
      const number = numbers.get(its) ?? `${numbers.size}`;
      numbers.set(its, number);
      return [namespace, number];
    }),
  );
}

/** All lines of each namespace, with itself and those of its block unnamed; and the blocks in which some send what others do not. */
function profilesOf(
  lines: readonly Line[],
  blockOf: ReadonlyMap<string, string>,
  blocks: ReadonlyMap<string, readonly string[]>,
): { readonly profiles: ReadonlyMap<string, string>; readonly partial: ReadonlySet<string> } {
  const profiles = new Map<string, string[]>();
  /** Lines between two namespaces of a block, by all but the second: none or all of the others have to be there. */
  const mates = new Map<string, Map<string, number>>();
  const partial = new Set<string>();
  const add = (namespace: string, line: string): void => {
    const known = profiles.get(namespace);
    if (known === undefined) profiles.set(namespace, [line]);
    else known.push(line);
  };
  const addMate = (namespace: string, line: string): void => {
    const known = mates.get(namespace) ?? new Map<string, number>();
    known.set(line, (known.get(line) ?? 0) + 1);
    mates.set(namespace, known);
  };
  for (const { target, targetNamespace: to, ports, source, sourceNamespace: from } of lines) {
    if (from !== undefined && from === to) add(from, `own ${inside(target)} ${ports} ${inside(source)}`);
    else if (from !== undefined && to !== undefined && blockOf.get(from) === blockOf.get(to)) {
      addMate(to, `in ${inside(target)} ${ports} ${inside(source)}`);
      addMate(from, `out ${inside(target)} ${ports} ${inside(source)}`);
    } else {
      if (to !== undefined) add(to, `in ${inside(target)} ${ports} ${source}`);
      if (from !== undefined) add(from, `out ${target} ${ports} ${inside(source)}`);
    }
  }
  for (const [namespace, counts] of mates) {
    const block = blockOf.get(namespace) ?? "";
    const others = (blocks.get(block) ?? []).length - 1;
    for (const [line, count] of counts) {
      add(namespace, `mates ${line} ${count}`);
      if (count !== others) partial.add(block);
    }
  }
  const texts = [...profiles].map(
    ([namespace, own]) => [namespace, own.toSorted(compareStrings).join("\u0000")] as const,
  );
  return { profiles: new Map(texts), partial };
}

function folded(
  groups: readonly TargetGroup[],
  blocks: readonly (readonly string[])[],
  namespaceOf: (text: string) => string | undefined,
): readonly TargetGroup[] {
  const blockOf = new Map(blocks.flatMap((block) => block.map((namespace) => [namespace, block] as const)));
  const kept = groups.flatMap((group): TargetGroup[] => {
    const namespace = namespaceOf(group.target) ?? "";
    const block = blockOf.get(namespace);
    if (block !== undefined && block[0] !== namespace) return [];
    return [{ ...group, rows: group.rows.map((row) => foldedRow(row, namespace, blockOf, namespaceOf)) }];
  });
  return kept.map((group, i): TargetGroup => {
    const namespace = namespaceOf(group.target);
    const block = blockOf.get(namespace ?? "");
    const next = kept[i + 1];
    const isLast = next === undefined || namespaceOf(next.target) !== namespace;
    return block === undefined || !isLast ? group : { ...group, alike: block.slice(1) };
  });
}

type Row = TargetGroup["rows"][number];

function foldedRow(
  row: Row,
  namespace: string,
  blockOf: ReadonlyMap<string, readonly string[]>,
  namespaceOf: (text: string) => string | undefined,
): Row {
  const sources: string[] = [];
  const left = new Map<readonly string[], Set<string>>();
  for (const source of row.sources) {
    const from = namespaceOf(source) ?? "";
    const block = blockOf.get(from);
    if (block === undefined || block[0] === from) sources.push(source);
    else left.set(block, (left.get(block) ?? new Set()).add(inside(source)));
  }
  if (left.size === 0) return row;
  const alike = [...left].map(([block, names]) => {
    const [first = "", ...namespaces] = block;
    const ofFirst = new Set(sources.filter((source) => namespaceOf(source) === first).map(inside));
    const isSame = ofFirst.size === names.size && [...names].every((name) => ofFirst.has(name));
    return isSame
      ? { namespaces, of: first, names: [] }
      : { namespaces, of: first, names: [...names].toSorted(compareStrings) };
  });
  // Of the target's own namespace nothing but those alike may be there.
  return {
    ...row,
    sources,
    alike: alike.toSorted(
      (a, b) => Number(b.of === namespace) - Number(a.of === namespace) || compareStrings(a.of, b.of),
    ),
  };
}
