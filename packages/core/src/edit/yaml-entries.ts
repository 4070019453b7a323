import { type CST, isCollection, isPair, isScalar, type Node, type YAMLMap, YAMLSeq } from "yaml";
import { CannotEdit } from "./change.ts";

/** An entry of a mapping or an item of a sequence, as it is written. */
export interface Entry {
  /** Where it starts: its key, its dash, or what stands before these (an anchor, a tag). */
  readonly start: number;
  readonly end: number;
  /** The end of its `:` or `-`; absent in a flow sequence and for a key alone. */
  readonly indicatorEnd: number | undefined;
  /** The text of the key; absent in a sequence. */
  readonly key: string | undefined;
  readonly value: Node | undefined;
}

/** Whether a collection is written with brackets. A pair in a flow sequence, `[a: b]`, has none of its own. */
export function isFlow(node: YAMLMap | YAMLSeq): boolean {
  return node.flow === true;
}

/** The entries of a collection in order. Throws a CannotEdit where what is written is too odd to tell. */
export function entriesOf(node: YAMLMap | YAMLSeq): readonly Entry[] {
  if (node.srcToken === undefined) throw new CannotEdit("a mapping without brackets in a list");
  const written = itemsOf(node).filter(isWritten);
  if (written.length !== node.items.length) throw new CannotEdit("the text is too unusual to find its parts");
  return node.items.map((item, i) => entryOf(item, written[i], node instanceof YAMLSeq));
}

function itemsOf({ srcToken }: YAMLMap | YAMLSeq): readonly CST.CollectionItem[] {
  return srcToken !== undefined && "items" in srcToken ? srcToken.items : [];
}

/** Whether an item is more than the comments and blanks at the end of a collection. */
function isWritten({ start, key, sep, value }: CST.CollectionItem): boolean {
  const before = start.some(({ type }) => !trivia.has(type));
  return before || Boolean(key) || sep !== undefined || value !== undefined;
}

const trivia: ReadonlySet<string> = new Set(["space", "newline", "comment", "comma"]);

function entryOf(item: unknown, written: CST.CollectionItem | undefined, inSequence: boolean): Entry {
  const first =
    written?.start.find(({ type }) => !trivia.has(type)) ?? written?.key ?? written?.sep?.[0] ?? written?.value;
  if (first === undefined || first === null || written === undefined) {
    throw new CannotEdit("the text is too unusual to find its parts");
  }
  const start = first.offset;
  const indicator = [...written.start, ...(written.sep ?? [])].find(
    ({ type }) => type === (inSequence ? "seq-item-ind" : "map-value-ind"),
  );
  const indicatorEnd = indicator === undefined ? undefined : indicator.offset + 1;
  const least = Math.max(start, indicatorEnd ?? start);
  if (!isPair(item)) {
    const value = asNode(item);
    return { start, end: Math.max(least, endOf(value)), indicatorEnd, key: undefined, value };
  }
  const key = asNode(item.key);
  const value = asNode(item.value);
  const end = Math.max(least, endOf(key), endOf(value));
  return { start, end, indicatorEnd, key: keyText(key), value };
}

function keyText(key: Node | undefined): string | undefined {
  return isScalar(key) ? (key.source ?? String(key.value)) : undefined;
}

/** The parser gives nodes only; its types allow any value. */
function asNode(value: unknown): Node | undefined {
  return typeof value === "object" && value !== null ? (value as Node) : undefined;
}

/** Where the text of a node ends, without what blanks and comments follow. */
function endOf(node: Node | undefined): number {
  if (node === undefined) return 0;
  if (isCollection(node) && node.flow !== true && node.srcToken !== undefined) {
    const collection: YAMLMap | YAMLSeq = node;
    const last = collection.items.at(-1);
    if (isPair(last)) return Math.max(endOf(asNode(last.key)), endOf(asNode(last.value)), lastIndicator(collection));
    return Math.max(endOf(asNode(last)), lastIndicator(collection));
  }
  const range = node.range ?? [0, 0, 0];
  return isScalar(node) && isBlockScalar(node.type) ? blockScalarEnd(node.srcToken) : range[1];
}

function lastIndicator(node: YAMLMap | YAMLSeq): number {
  const item = itemsOf(node).findLast(isWritten);
  const tokens = [...(item?.start ?? []), ...(item?.sep ?? [])];
  const indicator = tokens.findLast(({ type }) => type === "seq-item-ind" || type === "map-value-ind");
  return indicator === undefined ? 0 : indicator.offset + 1;
}

function isBlockScalar(type: string | undefined): boolean {
  return type === "BLOCK_LITERAL" || type === "BLOCK_FOLDED";
}

/** The end of the last line with text in it, else of the line with the `|` or `>`. */
function blockScalarEnd(token: CST.Token | undefined): number {
  if (token?.type !== "block-scalar") throw new CannotEdit("a block of text without a source");
  const text = token.source.trimEnd();
  const head = token.props.filter(({ type }) => text !== "" || type !== "newline");
  const headEnd = head.reduce((end, prop) => ("source" in prop ? prop.offset + prop.source.length : end), 0);
  return headEnd + text.length;
}
