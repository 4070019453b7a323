import { existsSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { type PathOf, UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";

/**
 * Where a file is in the repository, links resolved: code hosts know files by this path. `root` is the directory that
 * the user calls the root; without it, it is that of the git repository which holds the working directory and the first
 * input, or else the first input alone; or else the working directory. A name of no file (standard input, an object of
 * a cluster) stays as it is. Throws a UsageError when `root` is no directory.
 */
export function repositoryPaths(cwd: string, inputs: readonly string[], root?: string): PathOf {
  const base = realpathSync(root === undefined ? defaultRoot(cwd, inputs) : directory(cwd, root));
  const known = new Map<string, string>();
  return (name) => {
    const found = known.get(name) ?? pathFrom(base, cwd, name);
    known.set(name, found);
    return found;
  };
}

function defaultRoot(cwd: string, inputs: readonly string[]): string {
  const own = gitRoot(cwd);
  const input = path.resolve(cwd, inputs.find((name) => name !== "-") ?? ".");
  const isInOwn = own !== undefined && !path.relative(own, input).startsWith("..");
  return (isInOwn ? own : (gitRoot(input) ?? own)) ?? cwd;
}

function pathFrom(base: string, cwd: string, name: string): string {
  const file = path.resolve(cwd, name);
  const stats = statSync(file, { throwIfNoEntry: false });
  // The real path of a pipe is another one in every run.
  if (stats === undefined || !(stats.isFile() || stats.isDirectory())) return name;
  return path.relative(base, realpathSync(file)).replaceAll(path.sep, "/");
}

function directory(cwd: string, named: string): string {
  const found = path.resolve(cwd, named);
  if (statSync(found, { throwIfNoEntry: false })?.isDirectory() === true) return found;
  throw new UsageError(`--sarif-root ${printable(named)}: there is no such directory`);
}

function gitRoot(from: string): string | undefined {
  for (let at = from; ; at = path.dirname(at)) {
    if (existsSync(path.join(at, ".git"))) return at;
    if (at === path.dirname(at)) return undefined;
  }
}
