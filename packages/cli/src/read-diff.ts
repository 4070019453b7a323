import path from "node:path";
import { type Config, UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import { overlayCluster } from "@npa/core/diff";
import { type CheckedOut, checkOut, loadGit } from "@npa/core/node";
import { withoutCluster } from "./cluster-flags.ts";
import { isConfig } from "./config-file.ts";
import { type Comparison, type DiffSide, diffSides } from "./diff-sides.ts";
import { type Input, inputOf, readOptions } from "./input.ts";
import type { InputFlags } from "./input-flags.ts";
import { type Io, asStage } from "./io.ts";
import { readInput } from "./read-input.ts";
import { renderedPaths, wantsRender, withoutRoots } from "./render-flags.ts";

/** Reads the two states that the words and flags of a comparison name. Throws a UsageError when they are not two. */
export async function readDiff(
  io: Io,
  command: Comparison,
  words: readonly string[],
  flags: InputFlags,
  config: Config,
): Promise<{ readonly before: Input; readonly after: Input }> {
  const fileFlags: InputFlags = withoutCluster(flags);
  if (flags.cluster === true) {
    if (words.length + renderedPaths(flags).length === 0)
      throw new UsageError("--cluster compares the live cluster with files: name them");
    const before = await readInput(io, [], withoutRoots(flags), config);
    const files = await readInput(io, words, fileFlags, config);
    return { before, after: { ...files, cluster: overlayCluster(before.cluster, files.cluster) } };
  }
  const [old, now] = await diffSides(command, words, io.cwd, flags);
  if ([old, now].every(({ paths }) => paths.includes("-"))) throw new UsageError("stdin can be OLD or NEW, not both");
  return { before: await readSide(io, old, fileFlags, config), after: await readSide(io, now, fileFlags, config) };
}

async function readSide(io: Io, { paths, roots, commit }: DiffSide, flags: InputFlags, config: Config): Promise<Input> {
  const own: InputFlags = { ...withoutRoots(flags), ...roots };
  if (commit === undefined) return await readInput(io, paths, own, config);
  if (wantsRender(own)) {
    const tree = await checkOut(commit, { cwd: io.cwd });
    try {
      const there = paths.map((each) => pathIn(tree, each));
      return await readInput({ ...io, cwd: tree.cwd }, there, inTree(own, tree, io.cwd), config);
    } finally {
      await tree.remove();
    }
  }
  const { sources: texts, problems } = await asStage(io, "read", () => loadGit(commit, paths, { cwd: io.cwd }));
  const sources = texts.filter((source) => !isConfig(source));
  return inputOf(sources, { ...readOptions(io, flags, config), problems });
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
