import { existsSync } from "node:fs";
import path from "node:path";
import { type Config, type SourceText, UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import { type CheckedOut, checkOut, loadGit } from "@npa/core/node";
import { withoutCluster } from "./cluster-flags.ts";
import { isConfig } from "./config-file.ts";
import { type Comparison, type DiffSide, diffSides } from "./diff-sides.ts";
import { type Input, inputOf, readOptions } from "./input.ts";
import type { InputFlags } from "./input-flags.ts";
import { type ReadSides, matched } from "./match-environments.ts";
import { type Io, asStage, changedIo } from "./io.ts";
import { readInput, readInputs } from "./read-input.ts";
import { renderedPaths, wantsRender, withoutRoots } from "./render-flags.ts";

/** Reads the two states that the words and flags of a comparison name. Throws a UsageError when they are not two. */
export async function readDiff(
  given: Io,
  command: Comparison,
  words: readonly string[],
  flags: InputFlags,
  config: Config,
): Promise<ReadSides> {
  const io = changedIo(given, { known: new Map() });
  const fileFlags: InputFlags = withoutCluster(flags);
  if (flags.cluster === true) {
    if (words.length + renderedPaths(flags).length === 0)
      throw new UsageError("--cluster compares the live cluster with files: name them");
    return await readApplied(io, words, flags, config);
  }
  const [old, now] = await diffSides(command, words, io.cwd, flags);
  if ([old, now].every(({ paths }) => paths.includes("-"))) throw new UsageError("stdin can be OLD or NEW, not both");
  const areCommits = old.commit !== undefined || now.commit !== undefined;
  const was = await readSide(io, old, fileFlags, config, areCommits);
  const is = await readSide(io, now, fileFlags, config, areCommits);
  const nowhere = was.missing.find((name) => is.missing.includes(name));
  if (nowhere !== undefined)
    throw new UsageError(
      `there is nothing at ${printable(JSON.stringify(nowhere))} in ${commitText(old, now)}${nowhere === words[1] ? ", and it is no commit of this git repository" : ""}`,
    );
  const after = is.inputs.map((input) => sameOf(was.inputs, input));
  if (was.inputs.length <= 1 && after.length <= 1) {
    const nothing = (): readonly Input[] => [inputOf([], readOptions(io, fileFlags, config))];
    return {
      before: withMissing(was.inputs.length === 0 ? nothing() : was.inputs, was),
      after: withMissing(after.length === 0 ? nothing() : after, is),
    };
  }
  return matched({ before: withMissing(was.inputs, was), after: withMissing(after, is) }, old, now);
}

/**
 * The live cluster before and after the files are applied, and where they are several environments, after each of them is.
 * As for kubectl, what names no namespace is in that of the context.
 */
async function readApplied(io: Io, words: readonly string[], flags: InputFlags, config: Config): Promise<ReadSides> {
  const live = await readInput(io, [], withoutRoots(flags), config);
  const { stored = { sources: [] }, defaultNamespace } = live;
  const ofContext: Config = { defaultNamespace, ...config };
  const files = await readInputs(io, words, withoutCluster(flags), ofContext);
  const after = files.map((input) => ({ ...input, cluster: input.appliedTo?.(stored) ?? input.cluster }));
  if (after.length <= 1) return { before: [live], after };
  return {
    before: after.map(({ environment }) => ({ ...live, ...(environment === undefined ? {} : { environment }) })),
    after,
  };
}

function withMissing(inputs: readonly Input[], { missing }: Side): readonly Input[] {
  return inputs.map((input) => ({ ...input, missing }));
}

function commitText(...sides: readonly DiffSide[]): string {
  return sides
    .map(({ commit }) => (commit === undefined ? "the working tree" : `commit ${commit.slice(0, 12)}`))
    .join(" nor in ");
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

/** A side, and what of the paths and roots both sides have is not there. */
interface Side {
  readonly inputs: readonly Input[];
  readonly missing: readonly string[];
}

/** Reads a side as far as it is there: what a change adds, the commit before it does not have. */
async function readSide(io: Io, side: DiffSide, flags: InputFlags, config: Config, isShared: boolean): Promise<Side> {
  const { commit, paths } = side;
  const own: InputFlags = { ...withoutRoots(flags), ...side.roots };
  if (commit === undefined) {
    const isMissing = (name: string): boolean => isShared && name !== "-" && !existsSync(path.resolve(io.cwd, name));
    const { there, flagsThere, missing } = thereOf(paths, own, isMissing);
    return {
      inputs:
        there.length + renderedPaths(flagsThere).length === 0 ? [] : await readInputs(io, there, flagsThere, config),
      missing,
    };
  }
  if (wantsRender(own)) {
    const tree = await checkOut(commit, { cwd: io.cwd });
    try {
      const { there, flagsThere, missing } = thereOf(
        paths,
        own,
        (name) => pathIn(tree, name) !== undefined && !tree.has(name),
      );
      if (there.length + renderedPaths(flagsThere).length === 0) return { inputs: [], missing };
      const inside = there.map((name) => pathIn(tree, name));
      return {
        inputs: await readInputs(changedIo(io, { cwd: tree.cwd }), inside, inTree(flagsThere, tree, io.cwd), config),
        missing,
      };
    } finally {
      await tree.remove();
    }
  }
  const { sources, problems, missing } = await asStage(io, "read", () => loadGit(commit, paths, { cwd: io.cwd }));
  const manifests = sources.filter((source) => !isConfig(source));
  return { inputs: [inputOf(manifests, { ...readOptions(io, flags, config), problems })], missing };
}

/** What of the paths and roots is there, and what is not. */
function thereOf(
  paths: readonly string[],
  flags: InputFlags,
  isMissing: (name: string) => boolean,
): { readonly there: readonly string[]; readonly flagsThere: InputFlags; readonly missing: readonly string[] } {
  const roots = renderedPaths(flags);
  const missing = new Set([...paths, ...roots].filter(isMissing));
  const has = (name: string): boolean => !missing.has(name);
  const { kustomize, helm } = flags;
  const flagsThere: InputFlags = {
    ...withoutRoots(flags),
    ...(kustomize?.some(has) === true ? { kustomize: kustomize.filter(has) } : {}),
    ...(helm?.some(has) === true ? { helm: helm.filter(has) } : {}),
  };
  return { there: paths.filter(has), flagsThere, missing: [...missing] };
}

/** The flags with the paths that they name as they are in a commit; values outside of the repository are the same for all. */
function inTree(flags: InputFlags, tree: CheckedOut, cwd: string): InputFlags {
  const { kustomize, helm, values } = flags;
  const valuesIn = (file: string): string => {
    if (tree.pathOf(file) !== undefined && !tree.has(file))
      throw new UsageError(`there are no values at ${printable(JSON.stringify(file))} in one of the commits`);
    return tree.pathOf(file) ?? path.resolve(cwd, file);
  };
  return {
    ...flags,
    ...(kustomize === undefined ? {} : { kustomize: kustomize.map((root) => pathIn(tree, root)) }),
    ...(helm === undefined ? {} : { helm: helm.map((root) => pathIn(tree, root)) }),
    ...(values === undefined ? {} : { values: values.map(valuesIn) }),
  };
}

function pathIn({ pathOf }: CheckedOut, name: string): string {
  const found = pathOf(name);
  if (found === undefined)
    throw new UsageError(`${printable(JSON.stringify(name))} is outside of this git repository: no commit holds it`);
  return found;
}
