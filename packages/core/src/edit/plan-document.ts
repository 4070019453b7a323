import { isMap, type YAMLMap, type YAMLSeq } from "yaml";
import { lineBreakOf, lineStart } from "./lines.ts";
import { formatPath } from "../source/position.ts";
import { CannotEdit, type Change, type Refusal, type Replacement } from "./change.ts";
import { addition, insertion, setting } from "./plan-additions.ts";
import { type Deletion, deletionReplacements } from "./plan-deletions.ts";
import { type Layout, layoutOf, type SeenStyles } from "./layout.ts";
import { YamlTree } from "./yaml-tree.ts";

/** How changes of one document are written, or which cannot be. */
export interface DocumentPlan {
  /** In ascending order, none overlapping. */
  readonly replacements: readonly Replacement[];
  readonly refusals: readonly Refusal<Change>[];
}

/** Plans changes of one document (not its deletion), written as it is, or as `others` are. All offsets are those of `text`. */
export function planDocument(text: string, changes: readonly Change[], others?: () => SeenStyles): DocumentPlan {
  const refusals: Refusal<Change>[] = [];
  const attempt = <T>(concerned: readonly Change[], make: () => T): T | undefined => {
    try {
      return make();
    } catch (error) {
      if (!(error instanceof CannotEdit)) throw error;
      refusals.push(...concerned.map((change) => ({ change, reason: error.message })));
      return undefined;
    }
  };
  const tree = attempt(changes, () => new YamlTree(text));
  if (tree === undefined) return { replacements: [], refusals };
  let known: Layout | undefined;
  const layout = (): Layout => (known ??= layoutOf(tree, others));
  for (const { type, path } of changes) {
    // What is too unusual to find is refused when it is changed.
    if (type === "delete" || type === "set") attempt([], () => tree.letGo(path));
  }
  const deletions = new DeletionGroups(tree);
  const replacements: Replacement[] = [];
  for (const change of withoutInner(changes)) {
    const made = attempt([change], () => {
      if (change.type === "delete") return deletions.add(change);
      if (change.type === "comment") return commentAbove(tree, change);
      return additionFor(tree, layout(), change);
    });
    if (made !== undefined) replacements.push(made);
  }
  for (const [deletion, concerned] of deletions.groups()) {
    const faulty = faultyDeletions(tree, deletion, concerned);
    const made = attempt(faulty, () => deletionReplacements(tree, deletion));
    replacements.push(...(made ?? []));
  }
  const sorted = replacements.toSorted((a, b) => a.start - b.start || a.end - b.end);
  if (overlap(sorted)) attempt(changes, refuseOverlap);
  return { replacements: sorted, refusals };
}

/** Those that cannot be made even alone; all, where each alone could be. */
function faultyDeletions(tree: YamlTree, deletion: Deletion, concerned: readonly Change[]): readonly Change[] {
  if (concerned.length < 2) return concerned;
  const faulty = concerned.filter((change) => {
    const alone = new DeletionGroups(tree);
    alone.add(change);
    try {
      for (const [one] of alone.groups()) deletionReplacements(tree, { ...one, holder: deletion.holder });
      return false;
    } catch (error) {
      if (error instanceof CannotEdit) return true;
      throw error;
    }
  });
  return faulty.length === 0 ? concerned : faulty;
}

/** A line above the first one of a document, where that has a place for it. */
function commentAbove(
  tree: YamlTree,
  { path, text }: Extract<Change, { readonly type: "comment" }>,
): Replacement | undefined {
  const start = tree.root?.range?.[0] ?? 0;
  const isBlock = isMap(tree.root) && tree.root.flow !== true && lineStart(tree.text, start) === start;
  if (path.length > 0 || !isBlock) return undefined;
  const lineBreak = lineBreakOf(tree.text);
  return { start, end: start, newText: commentLines(text).reduce((all, line) => `${all}# ${line}${lineBreak}`, "") };
}

const longestComment = 100;

/** A text in lines that are not longer than people write them, broken between words. */
function commentLines(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1);
    if (line === undefined || line.length + word.length + 3 > longestComment) lines.push(word);
    else lines[lines.length - 1] = `${line} ${word}`;
  }
  return lines;
}

function additionFor(
  tree: YamlTree,
  layout: Layout,
  change: Exclude<Change, { readonly type: "delete" | "comment" }>,
): Replacement {
  const found = tree.find(change.path);
  switch (change.type) {
    case "set":
      tree.refuseSharedBelow(found.node, change.path);
      return setting(tree, layout, found, change.value);
    case "put":
      return insertion(tree, layout, found, change);
    case "append":
      return addition(tree, layout, found, change.value);
  }
}

/** What is inside of something that goes needs no change of its own; nor does what goes twice. */
function withoutInner(changes: readonly Change[]): readonly Change[] {
  const gone = new Map<string, Change>();
  for (const change of changes) if (change.type === "delete") gone.set(JSON.stringify(change.path), change);
  return changes.filter((change) => {
    if (change.type === "delete" && gone.get(JSON.stringify(change.path)) !== change) return false;
    const least = change.type === "delete" ? change.path.length - 1 : change.path.length;
    for (let depth = least; depth > 0; depth--) {
      if (gone.has(JSON.stringify(change.path.slice(0, depth)))) return false;
    }
    return true;
  });
}

/** Deletions by the collection they are in: what is left of its separators depends on all of them. */
class DeletionGroups {
  readonly #tree: YamlTree;
  readonly #groups = new Map<
    YAMLMap | YAMLSeq,
    { readonly holder: Deletion["holder"]; readonly gone: Set<number>; readonly changes: Change[] }
  >();

  constructor(tree: YamlTree) {
    this.#tree = tree;
  }

  add(change: Change): undefined {
    const { node, holder } = this.#tree.locate(change.path);
    if (holder === undefined) throw new CannotEdit(`${formatPath(change.path)} is not written there`);
    this.#tree.refuseSharedBelow(node, change.path);
    const { collection, index } = holder;
    let group = this.#groups.get(collection);
    if (group === undefined) {
      group = { holder: this.#tree.find(change.path.slice(0, -1)).holder, gone: new Set(), changes: [] };
      this.#groups.set(collection, group);
    }
    group.gone.add(index);
    group.changes.push(change);
  }

  *groups(): Generator<readonly [Deletion, readonly Change[]]> {
    for (const [collection, { holder, gone, changes }] of this.#groups) yield [{ collection, holder, gone }, changes];
  }
}

function overlap(sorted: readonly Replacement[]): boolean {
  return sorted.some((replacement, i) => i > 0 && replacement.start < (sorted[i - 1]?.end ?? 0));
}

function refuseOverlap(): never {
  throw new CannotEdit("the changes touch the same text");
}
