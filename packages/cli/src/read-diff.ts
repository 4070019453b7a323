import path from "node:path";
import { type Config, type SourceText, UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import { overlayCluster } from "@npa/core/diff";
import { type CheckedOut, checkOut, loadGit } from "@npa/core/node";
import { withoutCluster } from "./cluster-flags.ts";
import { isConfig } from "./config-file.ts";
import { type Comparison, type DiffSide, diffSides } from "./diff-sides.ts";
import { type Input, inputOf, readOptions } from "./input.ts";
import type { InputFlags } from "./input-flags.ts";
import { environmentNames } from "./environment-names.ts";
import { type Io, asStage } from "./io.ts";
import { readInput, readInputs } from "./read-input.ts";
import { renderedPaths, wantsRender, withoutRoots } from "./render-flags.ts";

/** What is compared with what: one input of each side, or the environments of both, which have names that hold on both. */
export interface ReadSides {
  readonly before: readonly Input[];
  readonly after: readonly Input[];
}

/** Reads the two states that the words and flags of a comparison name. Throws a UsageError when they are not two. */
export async function readDiff(
  given: Io,
  command: Comparison,
  words: readonly string[],
  flags: InputFlags,
  config: Config,
): Promise<ReadSides> {
  const io: Io = { ...given, known: new Map() };
  const fileFlags: InputFlags = withoutCluster(flags);
  if (flags.cluster === true) {
    if (words.length + renderedPaths(flags).length === 0)
      throw new UsageError("--cluster compares the live cluster with files: name them");
    const before = await readInput(io, [], withoutRoots(flags), config);
    const files = await readInput(io, words, fileFlags, config);
    return { before: [before], after: [{ ...files, cluster: overlayCluster(before.cluster, files.cluster) }] };
  }
  const [old, now] = await diffSides(command, words, io.cwd, flags);
  if ([old, now].every(({ paths }) => paths.includes("-"))) throw new UsageError("stdin can be OLD or NEW, not both");
  const before = await readSide(io, old, fileFlags, config);
  const after = (await readSide(io, now, fileFlags, config)).map((input) => sameOf(before, input));
  return before.length + after.length === 2 ? { before, after } : matched({ before, after }, old, now);
}

/**
 * The environments under names that both sides have for the same one: what is below the path of a side, as far as it must be
 * told. One that a side could not render is left out of the other: nothing can be said of it, and the problems name it.
 */
function matched({ before, after }: ReadSides, old: DiffSide, now: DiffSide): ReadSides {
  const [unrenderedBefore, unrenderedAfter] = [notRendered(before, old), notRendered(after, now)];
  const [keysBefore, keysAfter] = [keysOf(before, old), keysOf(after, now)];
  const keys = [...new Set([...keysBefore, ...keysAfter])];
  const names = environmentNames(keys);
  const named = (inputs: readonly Input[], own: readonly string[], left: ReadonlySet<string>): readonly Input[] =>
    inputs.flatMap((input, i) => {
      const key = own[i] ?? ".";
      const name = key === "." ? "files" : (names[keys.indexOf(key)] ?? key);
      return left.has(key) ? [] : [{ ...input, environment: { name, root: input.environment?.root ?? "." } }];
    });
  return { before: named(before, keysBefore, unrenderedAfter), after: named(after, keysAfter, unrenderedBefore) };
}

/** An input with the cluster of the one that was made from the same texts, where there is one: nothing of that can have changed. */
function sameOf(others: readonly Input[], input: Input): Input {
  const same = others.find(
    ({ from, cluster }) =>
      from !== undefined &&
      input.from !== undefined &&
      areSameTexts(from, input.from) &&
      JSON.stringify(cluster.problems) === JSON.stringify(input.cluster.problems),
  );
  return same === undefined ? input : { ...input, cluster: same.cluster };
}

function areSameTexts(some: readonly SourceText[], others: readonly SourceText[]): boolean {
  return (
    some.length === others.length &&
    some.every(({ name, text }, i) => name === others[i]?.name && text === others[i]?.text)
  );
}

/** Where each environment is in its side; a directory that makes two of them is numbered. */
function keysOf(inputs: readonly Input[], side: DiffSide): readonly string[] {
  const count = new Map<string, number>();
  return inputs.map(({ environment }) => {
    const place = belowPath(environment?.root ?? ".", side);
    const nth = (count.get(place) ?? 0) + 1;
    count.set(place, nth);
    return nth === 1 ? place : `${place} (${nth})`;
  });
}

function notRendered([input]: readonly Input[], side: DiffSide): ReadonlySet<string> {
  return new Set((input?.notRendered ?? []).map((root) => belowPath(root, side)));
}

function belowPath(root: string, { paths }: DiffSide): string {
  const [only, ...others] = paths;
  if (only === undefined || others.length > 0) return root;
  const below = path.posix.relative(path.posix.normalize(only), root);
  return below === "" ? "." : below.startsWith("..") ? root : below;
}

async function readSide(
  io: Io,
  { paths, roots, commit }: DiffSide,
  flags: InputFlags,
  config: Config,
): Promise<readonly Input[]> {
  const own: InputFlags = { ...withoutRoots(flags), ...roots };
  if (commit === undefined) return await readInputs(io, paths, own, config);
  if (wantsRender(own)) {
    const tree = await checkOut(commit, { cwd: io.cwd });
    try {
      const there = paths.map((each) => pathIn(tree, each));
      return await readInputs({ ...io, cwd: tree.cwd }, there, inTree(own, tree, io.cwd), config);
    } finally {
      await tree.remove();
    }
  }
  const { sources: texts, problems } = await asStage(io, "read", () => loadGit(commit, paths, { cwd: io.cwd }));
  const sources = texts.filter((source) => !isConfig(source));
  return [inputOf(sources, { ...readOptions(io, flags, config), problems })];
}

/** The flags with the paths that they name as they are in a commit; values outside of the repository are the same for all. */
function inTree(flags: InputFlags, tree: CheckedOut, cwd: string): InputFlags {
  const { kustomize, helm, values } = flags;
  return {
    ...flags,
    ...(kustomize === undefined ? {} : { kustomize: kustomize.map((root) => pathIn(tree, root)) }),
    ...(helm === undefined ? {} : { helm: helm.map((root) => pathIn(tree, root)) }),
    ...(values === undefined ? {} : { values: values.map((file) => tree.pathOf(file) ?? path.resolve(cwd, file)) }),
  };
}

function pathIn({ pathOf }: CheckedOut, name: string): string {
  const found = pathOf(name);
  if (found === undefined)
    throw new UsageError(`${printable(JSON.stringify(name))} is outside of this git repository: no commit holds it`);
  return found;
}
