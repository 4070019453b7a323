import { isMap, isScalar, isSeq, type Node, type YAMLMap, type YAMLSeq } from "yaml";
import type { RawValue } from "../parse/document.ts";
import { CannotEdit, type Change, type Replacement } from "./change.ts";
import { lineBreakOf, lineEnd, lineStart, nextLine } from "./lines.ts";
import type { Layout } from "./layout.ts";
import { entryLines, flowText, itemLines, longestLine, scalarText, singleQuoted } from "./render-value.ts";
import { type Entry, isFlow } from "./yaml-entries.ts";
import type { Found, YamlTree } from "./yaml-tree.ts";

/** The replacement that adds an entry to a mapping. */
export function insertion(
  tree: YamlTree,
  layout: Layout,
  { node }: Found,
  { key, value, after = [] }: Extract<Change, { readonly type: "put" }>,
): Replacement {
  if (!isMap(node)) throw new CannotEdit(`there is no mapping to write ${key} in`);
  const entries = tree.entries(node);
  const index = entries.findLastIndex((entry) => entry.key === key);
  const present = entries[index];
  if (present !== undefined) {
    return setting(tree, layout, { node: present.value, holder: { collection: node, index, entry: present } }, value);
  }
  const anchor = after.map((name) => entries.find((entry) => entry.key === name)).find((entry) => entry !== undefined);
  const before = anchor ?? entries.at(-1);
  const inline = `${scalarText(key, layout)}: ${flowText(value, layout, key)}`;
  if (before === undefined) return between(node, flowText({ [key]: value }, layout));
  if (isFlow(node)) return behind(tree.text, before, inline);
  return newLines(tree.text, before, entryLines(key, value, layout), columnOf(tree.text, entries));
}

/** The replacement that adds an item to a list. */
export function addition(tree: YamlTree, layout: Layout, { node, holder }: Found, value: RawValue): Replacement {
  if (!isSeq(node)) throw new CannotEdit("there is no list to add to");
  const entries = tree.entries(node);
  const before = entries.at(-1);
  if (before === undefined) return firstItem(tree.text, layout, node, holder, value);
  const key = holder?.entry.key;
  if (isFlow(node)) return behindItem(tree, layout, node, before, flowText(value, layout, key));
  return newLines(tree.text, before, itemLines(value, layout, key), columnOf(tree.text, entries));
}

/** The replacement that gives a node another value: a text keeps its quotes. */
export function setting(tree: YamlTree, layout: Layout, { node, holder }: Found, value: RawValue): Replacement {
  const text = valueText(node, value, layout, holder?.entry.key);
  const [start = 0, end = 0] = node?.range ?? [];
  if (node !== undefined && end > start) {
    const isBlock = (isMap(node) || isSeq(node)) && !isFlow(node);
    if (isBlock || tree.text.slice(start, end).includes("#")) throw new CannotEdit("it spans several lines");
    return { start, end, newText: text };
  }
  const at = holder?.entry.indicatorEnd;
  if (at === undefined) throw new CannotEdit("nothing is written there");
  return { start: at, end: at, newText: ` ${text}` };
}

function valueText(node: Node | undefined, value: RawValue, layout: Layout, key: string | undefined): string {
  if (typeof value !== "string" || !isScalar(node)) return flowText(value, layout, key);
  if (node.type === "QUOTE_DOUBLE") return JSON.stringify(value);
  if (node.type === "QUOTE_SINGLE") return singleQuoted(value);
  if (node.type === "BLOCK_LITERAL" || node.type === "BLOCK_FOLDED") throw new CannotEdit("it spans several lines");
  return scalarText(value, layout, key);
}

/** The first item of an empty list: on lines of its own where that is how the file is written. */
function firstItem(text: string, layout: Layout, node: YAMLSeq, holder: Found["holder"], value: RawValue): Replacement {
  const [start = 0, end = 0] = node.range ?? [];
  const isLast = text.slice(end, lineEnd(text, end)).trim() === "";
  const at = holder?.entry.indicatorEnd;
  if (holder === undefined || at === undefined || isFlow(holder.collection) || !isMap(holder.collection) || !isLast) {
    return { start, end, newText: `[${flowText(value, layout, holder?.entry.key)}]` };
  }
  const indent = " ".repeat(holder.entry.start - lineStart(text, holder.entry.start) + layout.dash);
  const lines = itemLines(value, layout, holder.entry.key).map((line) => lineBreakOf(text) + indent + line);
  return { start: at, end, newText: lines.join("") };
}

function between(node: YAMLMap, newText: string): Replacement {
  const [start = 0, end = 0] = node.range ?? [];
  return { start, end, newText };
}

/** In brackets: behind another entry, on a line of its own if that one is, or at `indent` if given. */
function behind(text: string, before: Entry, newText: string, indent?: string): Replacement {
  const above = text.slice(lineStart(text, before.start), before.start);
  const ownLine = above.trim() === "" && !/#/.test(text.slice(before.end, lineEnd(text, before.end)));
  const newLine = ownLine ? above : indent;
  const space = newLine === undefined ? " " : lineBreakOf(text) + newLine;
  return { start: before.end, end: before.end, newText: `,${space}${newText}` };
}

/** The same of an item of a list: below the first one where the line would become long. */
function behindItem(tree: YamlTree, layout: Layout, list: YAMLSeq, last: Entry, newText: string): Replacement {
  const { text } = tree;
  const first = tree.entries(list)[0] ?? last;
  const column = first.start - lineStart(text, first.start);
  const width = tree.widths.get(list) ?? last.end - lineStart(text, last.end);
  const isLong = !layout.json && width + newText.length + 2 > longestLine;
  tree.widths.set(list, (isLong ? column : width + 2) + newText.length);
  return behind(text, last, newText, isLong ? " ".repeat(column) : undefined);
}

/** The columns that the entries of a block collection start at: spaces. */
function columnOf(text: string, entries: readonly Entry[]): string {
  const start = entries[0]?.start ?? 0;
  return " ".repeat(start - lineStart(text, start));
}

function newLines(text: string, before: Entry, lines: readonly string[], indent: string): Replacement {
  const at = nextLine(text, before.end);
  const lineBreak = lineBreakOf(text);
  const isUnended = at === lineEnd(text, before.end);
  const block = lines.map((line) => indent + line).join(lineBreak);
  return { start: at, end: at, newText: isUnended ? lineBreak + block : block + lineBreak };
}
