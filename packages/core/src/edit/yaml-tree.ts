import {
  type Document,
  isAlias,
  isMap,
  isSeq,
  type Node,
  parseDocument,
  visit,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";
import { formatPath, type NodePath, type PathStep } from "../source/position.ts";
import { Aliases } from "./aliases.ts";
import { CannotEdit } from "./change.ts";
import { type Entry, entriesOf } from "./yaml-entries.ts";

/** A node and the entry that holds it; the root has none. */
export interface Found {
  readonly node: Node | undefined;
  readonly holder:
    | { readonly collection: YAMLMap | YAMLSeq; readonly index: number; readonly entry: Entry }
    | undefined;
}

/** The most characters of one document that are edited: the parser for edits is slow. */
const longestDocument = 5_000_000;

/** One document as text and tree. Offsets are those of `text`. */
export class YamlTree {
  readonly text: string;
  /** How long the last lines of lists in brackets have become by what is added to them. */
  readonly widths: Map<YAMLSeq, number> = new Map();
  readonly #document: Document.Parsed;
  readonly #aliases: Aliases;
  readonly #entries = new Map<YAMLMap | YAMLSeq, readonly Entry[]>();

  /** Throws a CannotEdit for a text that cannot be edited. */
  constructor(text: string) {
    if (text.length > longestDocument) throw new CannotEdit("the document is too large to be edited");
    this.text = text;
    this.#document = parseDocument(text, { keepSourceTokens: true, prettyErrors: false, logLevel: "silent" });
    const [error] = this.#document.errors;
    if (error !== undefined) throw new CannotEdit(`the YAML is too unusual to be edited (${error.message})`);
    this.#aliases = new Aliases(this.#document);
  }

  get root(): Node | undefined {
    return this.#document.contents ?? undefined;
  }

  entries(collection: YAMLMap | YAMLSeq): readonly Entry[] {
    let entries = this.#entries.get(collection);
    if (entries === undefined) {
      entries = entriesOf(collection);
      this.#entries.set(collection, entries);
    }
    return entries;
  }

  /** The node of a path. Throws a CannotEdit when it is not written there, or used elsewhere, too. */
  find(path: NodePath): Found {
    const found = this.locate(path);
    this.#refuseShared(found.node, path);
    return found;
  }

  /** The same for a node that goes as a whole: it may be an alias. */
  locate(path: NodePath): Found {
    let node = this.root;
    let holder: Found["holder"];
    for (const [depth, step] of path.entries()) {
      this.#refuseShared(node, path.slice(0, depth));
      const collection = node;
      if (!isMap(collection) && !isSeq(collection)) throw notWritten(path.slice(0, depth + 1));
      const index = this.#indexOf(collection, step);
      const entry = this.entries(collection)[index];
      if (entry === undefined) throw notWritten(path.slice(0, depth + 1));
      holder = { collection, index, entry };
      node = entry.value;
    }
    return { node, holder };
  }

  /** Tells of a node that goes in the same edit: what only it uses is not used elsewhere. */
  letGo(path: NodePath): void {
    if (!this.#aliases.areThere) return;
    let node = this.root;
    for (const step of path) {
      if (!isMap(node) && !isSeq(node)) return;
      node = this.entries(node)[this.#indexOf(node, step)]?.value;
    }
    if (node !== undefined) this.#aliases.letGo(node);
  }

  #indexOf(collection: YAMLMap | YAMLSeq, step: PathStep): number {
    if (isSeq(collection)) return Number(step);
    return this.entries(collection).findLastIndex(({ key }) => key === String(step));
  }

  /** Throws a CannotEdit when something below a node is used elsewhere. */
  refuseSharedBelow(node: Node | undefined, path: NodePath): void {
    if (!this.#aliases.areThere || node === undefined) return;
    visit(node, {
      Node: (_, below) => {
        this.#refuseShared(below, path, false);
      },
    });
  }

  #refuseShared(node: Node | undefined, path: NodePath, refuseAliases = true): void {
    const where = formatPath(path) || "the document";
    if (isAlias(node)) {
      if (refuseAliases) throw new CannotEdit(`${where} is an alias: what is changed there changes elsewhere`);
    } else if (node?.anchor !== undefined && this.#aliases.isUsed(node)) {
      throw new CannotEdit(`${where} has the anchor &${node.anchor}, which is used elsewhere`);
    }
  }
}

function notWritten(path: NodePath): CannotEdit {
  return new CannotEdit(`${formatPath(path)} is not written there`);
}
