import { isCollection, isMap, isNode, isScalar, isSeq, type Pair, type YAMLMap, type YAMLSeq, visit } from "yaml";
import { groupBy } from "../lib/group-by.ts";
import type { YamlTree } from "./yaml-tree.ts";

/** How a document is laid out, as far as it can be seen from what is there. */
export interface Layout {
  /** Spaces that a nested mapping is moved in by. */
  readonly step: number;
  /** Spaces that the dashes of a list are moved in from their key. */
  readonly dash: number;
  /** Characters from a dash to what it lists. */
  readonly gap: number;
  /** Whether lists are written with dashes at all. */
  readonly dashes: boolean;
  /** Whether keys and texts are all in double quotes, as in JSON. */
  readonly json: boolean;
  /** Whether there are blanks within braces. */
  readonly padded: boolean;
  /** Keys whose lists and mappings are all in brackets. */
  readonly inBrackets: ReadonlySet<string>;
  /** Keys of lists with dashes, of which all mappings are in brackets. */
  readonly itemsInBrackets: ReadonlySet<string>;
  /** The quotes that all texts of a key have. */
  readonly quotes: ReadonlyMap<string, Quote>;
  /** The quotes of texts that need some. */
  readonly quote: Quote;
}

/** What a text may be in. */
export type Quote = "'" | '"';

/** The layout of what is written anew. */
export const plainLayout: Layout = {
  step: 2,
  dash: 2,
  gap: 2,
  dashes: true,
  json: false,
  padded: true,
  inBrackets: new Set(),
  itemsInBrackets: new Set(),
  quotes: new Map(),
  quote: '"',
};

/** The layout of a document, and where it shows none, that of the others of its file: indents from the first of each kind, brackets and quotes from all. */
export function layoutOf(tree: YamlTree, others: () => SeenStyles = () => new SeenStyles()): Layout {
  const seen = new SeenStyles();
  seen.add(tree);
  return seen.layout(/^[\s\ufeff]*\{\s*"/.test(tree.text), others());
}

type Style = "brackets" | "block";

/** Gathers how documents are written. */
export class SeenStyles {
  #text = "";
  #step: number | undefined;
  #dash: number | undefined;
  #gap: number | undefined;
  #padded: boolean | undefined;
  #hasLists = false;
  readonly #values: { readonly key: string; readonly style: Style }[] = [];
  readonly #items: { readonly key: string; readonly style: Style }[] = [];
  readonly #texts: { readonly key: string; readonly quote: Quote | "none" }[] = [];

  add({ root, text }: YamlTree): void {
    this.#text = text;
    if (root !== undefined)
      visit(root, {
        Map: (_, map) => {
          this.#map(map);
        },
        Seq: (_, list) => {
          this.#list(list);
        },
      });
  }

  #map(map: YAMLMap): void {
    if (map.flow === true && map.items.length > 0)
      this.#padded ??= /^\{\s/.test(this.#text.slice(map.range?.[0] ?? 0, map.range?.[1] ?? 0));
    for (const pair of map.items) {
      this.#pair(pair);
      const { value } = pair;
      if (map.flow === true || !isNode(value) || !isCollection(value) || value.flow === true) continue;
      const [outer, inner] = [indentOf(map), indentOf(value)];
      if (outer === undefined || inner === undefined) continue;
      if (isMap(value)) this.#step ??= inner - outer;
      if (isSeq(value)) this.#dash ??= inner - outer;
    }
  }

  #list(list: YAMLSeq): void {
    this.#hasLists ||= list.items.length > 0;
    const indent = indentOf(list);
    if (list.flow === true || indent === undefined) return;
    for (const item of list.items) {
      const inner = isMap(item) && item.flow !== true ? indentOf(item) : undefined;
      if (inner !== undefined && inner > indent) this.#gap ??= inner - indent;
    }
  }

  #pair({ key: name, value }: Pair): void {
    const key = isScalar(name) ? String(name.value) : undefined;
    if (key === undefined || !isNode(value)) return;
    if (isScalar(value)) return this.#scalar(key, value);
    if (!isCollection(value) || value.items.length === 0) return;
    this.#values.push({ key, style: value.flow === true ? "brackets" : "block" });
    if (!isSeq(value)) return;
    for (const item of value.items) {
      if (isScalar(item)) this.#scalar(key, item);
      if (isMap(item) && item.items.length > 0)
        this.#items.push({ key, style: item.flow === true ? "brackets" : "block" });
    }
  }

  #scalar(key: string, { value, type }: { readonly value: unknown; readonly type?: string }): void {
    if (typeof value !== "string") return;
    const quote = type === "QUOTE_DOUBLE" ? '"' : type === "QUOTE_SINGLE" ? "'" : "none";
    this.#texts.push({ key, quote });
  }

  /** As it is written; what is not seen here is as it is there. */
  layout(json: boolean, there: SeenStyles): Layout {
    const quote = this.#quote() ?? there.#quote();
    return {
      step: this.#step ?? there.#step ?? plainLayout.step,
      dash: this.#dash ?? there.#dash ?? plainLayout.dash,
      gap: this.#gap ?? there.#gap ?? plainLayout.gap,
      dashes: (this.#hasLists ? this.#dash : there.#dash) !== undefined,
      json,
      padded: this.#padded ?? there.#padded ?? plainLayout.padded,
      inBrackets: keysInBrackets(withUnseen(this.#values, there.#values)),
      itemsInBrackets: keysInBrackets(withUnseen(this.#items, there.#items)),
      quotes: quotesOf(withUnseen(this.#texts, there.#texts)),
      quote: quote === undefined || quote === "both" ? plainLayout.quote : quote,
    };
  }

  /** The quotes that texts have that have some. */
  #quote(): Quote | "both" | undefined {
    const quotes = new Set(this.#texts.flatMap(({ quote }) => (quote === "none" ? [] : [quote])));
    const [only, more] = quotes;
    return more === undefined ? only : "both";
  }
}

/** What is seen, and of keys that are not among it what is seen elsewhere. */
function withUnseen<T extends { readonly key: string }>(seen: readonly T[], elsewhere: readonly T[]): readonly T[] {
  const keys = new Set(seen.map(({ key }) => key));
  return [...seen, ...elsewhere.filter(({ key }) => !keys.has(key))];
}

function quotesOf(texts: readonly { readonly key: string; readonly quote: Quote | "none" }[]): Layout["quotes"] {
  return new Map(
    [...groupBy(texts, ({ key }) => key)].flatMap(([key, ofKey]) => {
      const [quote, other] = new Set(ofKey.map((each) => each.quote));
      return quote === undefined || quote === "none" || other !== undefined ? [] : [[key, quote] as const];
    }),
  );
}

function keysInBrackets(seen: readonly { readonly key: string; readonly style: Style }[]): ReadonlySet<string> {
  const inBlocks = new Set(seen.filter(({ style }) => style === "block").map(({ key }) => key));
  return new Set(seen.map(({ key }) => key).filter((key) => !inBlocks.has(key)));
}

function indentOf({ srcToken }: YAMLMap | YAMLSeq): number | undefined {
  return srcToken?.type === "block-map" || srcToken?.type === "block-seq" ? srcToken.indent : undefined;
}
