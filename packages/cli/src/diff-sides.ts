import { existsSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import { gitCommit } from "@npa/core/node";

/** One side of a comparison. */
export type DiffSide =
  | { readonly type: "paths"; readonly paths: readonly string[] }
  | { readonly type: "commit"; readonly commit: string; readonly name: string; readonly paths: readonly string[] };

/** Which commit a name stands for. */
export type CommitOf = (name: string) => Promise<string | undefined>;

/**
 * What is compared, from the words of the command line: `OLD NEW` are paths or commits, `A..B` is two commits; what comes
 * after a commit are the paths that are looked at in it. Two commits without a path mean the present directory.
 */
export async function diffSides(
  words: readonly string[],
  cwd: string,
  commitOf: CommitOf = (name) => gitCommit(name, { cwd }),
): Promise<readonly [DiffSide, DiffSide]> {
  const [first, second, ...more] = words;
  if (first === undefined) throw new UsageError(usage);
  const isPath = (word: string): boolean => word === "-" || existsSync(path.resolve(cwd, word));
  const range = isPath(first) ? undefined : /^(.+?)\.\.\.?(.+)$/u.exec(first);
  if (range !== null && range !== undefined) {
    const [, before = "", after = ""] = range;
    const paths = orHere(words.slice(1));
    return [await commitSide(before, paths, commitOf), await commitSide(after, paths, commitOf)];
  }
  if (second === undefined) throw new UsageError(usage);
  if (isPath(first)) {
    if (more.length > 0) throw new UsageError(`${usage}; more than two inputs were named`);
    const old: DiffSide = { type: "paths", paths: [first] };
    return [old, isPath(second) ? { type: "paths", paths: [second] } : await commitSide(second, [first], commitOf)];
  }
  if (isPath(second)) {
    const paths = [second, ...more];
    return [await commitSide(first, paths, commitOf), { type: "paths", paths }];
  }
  const paths = orHere(more);
  return [await commitSide(first, paths, commitOf), await commitSide(second, paths, commitOf)];
}

const usage =
  "npa diff compares two states: npa diff OLD NEW, where each is a path, - or a git commit (npa diff main ./policies); npa diff --cluster ./policies says what applying would change";

function orHere(paths: readonly string[]): readonly string[] {
  return paths.length === 0 ? ["."] : paths;
}

async function commitSide(name: string, paths: readonly string[], commitOf: CommitOf): Promise<DiffSide> {
  if (paths.includes("-")) throw new UsageError("stdin is in no commit: name the paths that are to be looked at there");
  const commit = await commitOf(name);
  if (commit === undefined) {
    throw new UsageError(
      `${printable(JSON.stringify(name))} is neither a file or directory here nor a commit of this git repository`,
    );
  }
  return { type: "commit", commit, name, paths };
}
