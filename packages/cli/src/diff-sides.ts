import { existsSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import { gitCommit } from "@npa/core/node";
import { type RenderFlags, renderedPaths } from "./render-flags.ts";

/** What `-k` and `--helm` name. */
export type NamedRoots = Partial<Pick<RenderFlags, "kustomize" | "helm">>;

/** One side of a comparison: files, and what is to be rendered, as they are here or in a commit. */
export interface DiffSide {
  readonly paths: readonly string[];
  readonly roots: NamedRoots;
  /** The id of the commit; absent for the working tree. */
  readonly commit?: string;
}

/** The commands that compare two states. */
export type Comparison = "diff" | "prove";

/** Which commit a name stands for. */
export type CommitOf = (name: string) => Promise<string | undefined>;

/** How the words of the command line are read. */
export interface SideOptions extends NamedRoots {
  /** Refuse what may be a path or a commit: who makes a pull request makes its paths. */
  readonly untrusted?: boolean;
}

/**
 * What is compared, from the words of the command line: `OLD NEW` are paths or commits, `A..B` is two commits; what comes
 * after a commit are the paths that are looked at in it. Two commits without a path mean the present directory. What `-k` and
 * `--helm` name is looked at in both sides; without a commit it is a side by itself.
 */
export async function diffSides(
  command: Comparison,
  words: readonly string[],
  cwd: string,
  roots: SideOptions = {},
  commitOf: CommitOf = (name) => gitCommit(name, { cwd }),
): Promise<readonly [DiffSide, DiffSide]> {
  const hasRoots = renderedPaths(roots).length > 0;
  const isPath = (word: string): boolean => word === "-" || existsSync(path.resolve(cwd, word));
  if (roots.untrusted === true)
    for (const word of words.slice(0, 2)) if (isPath(word)) await refuseAmbiguous(word, commitOf);
  const { old, now, paths } = await split(command, words, isPath, commitOf);
  if (old === undefined && now === undefined) return pathSides(command, paths, roots);
  if (paths.length === 0 && !hasRoots && (old === undefined || now === undefined))
    throw new UsageError(usageOf(command));
  const wanted = paths.length === 0 && !hasRoots ? ["."] : paths;
  const side = async (name: string | undefined): Promise<DiffSide> => {
    const files = { paths: wanted, roots };
    return name === undefined ? files : { ...files, commit: await idOf(name, wanted, commitOf) };
  };
  return [await side(old), await side(now)];
}

/** Two commits, as git writes them. */
const range = /^(.+?)\.\.\.?(.+)$/u;
/** What can be a path only. */
const plainPath = /^(?:-$|\.{0,2}\/)/;

/** Throws a UsageError for a path by whose name a commit is known, too. */
async function refuseAmbiguous(word: string, commitOf: CommitOf): Promise<void> {
  if (plainPath.test(word)) return;
  const [, before, after] = range.exec(word) ?? [];
  const names = before === undefined || after === undefined ? [word] : [before, after];
  for (const name of names) if ((await commitOf(name)) === undefined) return;
  const shown = printable(word);
  throw new UsageError(
    `${shown} is a path here and a name of commits, and with --untrusted that must not be left to who makes paths: write ./${shown} for the path; for a commit its id, or a name that is no path, such as refs/heads/${shown}`,
  );
}

/** The words that name commits, and the paths behind them. */
async function split(
  command: Comparison,
  words: readonly string[],
  isPath: (word: string) => boolean,
  commitOf: CommitOf,
): Promise<{ readonly old?: string; readonly now?: string; readonly paths: readonly string[] }> {
  const [first, second, ...more] = words;
  if (first === undefined) return { paths: [] };
  if (isPath(first)) {
    if (second === undefined || isPath(second)) return { paths: words };
    if (more.length > 0) throw new UsageError(`${usageOf(command)}; more than two inputs were named`);
    return { now: second, paths: [first] };
  }
  const [, before, after] = range.exec(first) ?? [];
  if (before !== undefined && after !== undefined) return { old: before, now: after, paths: words.slice(1) };
  if (second === undefined || isPath(second)) return { old: first, paths: words.slice(1) };
  // What is no commit is a path that the working tree does not have: the commit may have it.
  const isDeleted = (await commitOf(second)) === undefined && (await commitOf(first)) !== undefined;
  return isDeleted ? { old: first, paths: words.slice(1) } : { old: first, now: second, paths: more };
}

function pathSides(
  command: Comparison,
  paths: readonly string[],
  { kustomize = [], helm = [] }: NamedRoots,
): readonly [DiffSide, DiffSide] {
  if (kustomize.length > 0 && helm.length > 0)
    throw new UsageError(
      `which of -k and --helm is OLD? npa ${command} OLD NEW --render renders a kustomization or a chart on each side`,
    );
  const sides: readonly DiffSide[] = [
    ...paths.map((each): DiffSide => ({ paths: [each], roots: {} })),
    ...kustomize.map((each): DiffSide => ({ paths: [], roots: { kustomize: [each] } })),
    ...helm.map((each): DiffSide => ({ paths: [], roots: { helm: [each] } })),
  ];
  const [old, now, ...more] = sides;
  if (old === undefined || now === undefined) throw new UsageError(usageOf(command));
  if (more.length > 0) throw new UsageError(`${usageOf(command)}; more than two inputs were named`);
  return [old, now];
}

function usageOf(command: Comparison): string {
  return `npa ${command} compares two states: npa ${command} OLD NEW, where each is a path, - or a git commit (npa ${command} main ./policies, npa ${command} main -k overlays/prod); npa ${command} --cluster ./policies says what applying would change`;
}

async function idOf(name: string, paths: readonly string[], commitOf: CommitOf): Promise<string> {
  if (paths.includes("-")) throw new UsageError("stdin is in no commit: name the paths that are to be looked at there");
  const commit = await commitOf(name);
  if (commit === undefined) {
    throw new UsageError(
      `${printable(JSON.stringify(name))} is neither a file or directory here nor a commit of this git repository`,
    );
  }
  return commit;
}
