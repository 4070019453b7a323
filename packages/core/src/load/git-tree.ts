import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { UsageError } from "../lib/usage-error.ts";
import { git, type GitOptions, listedFiles, readBlobs } from "./git.ts";

/** The files of a commit in a directory of their own. */
export interface CheckedOut {
  /** What stands for `cwd` there. */
  readonly cwd: string;
  /** Where a path of the working tree is there, or would be; undefined for one outside of the repository. */
  readonly pathOf: (name: string) => string | undefined;
  /** Whether the commit has something at a path of the repository. */
  readonly has: (name: string) => boolean;
  /** Removes the directory. Call it when the files are read. */
  readonly remove: () => Promise<void>;
}

/**
 * Writes the files of a commit to a temporary directory, for programs that need files: the working tree and the index are
 * not touched, no filter or hook is run, and links are left out.
 */
export async function checkOut(commit: string, options: GitOptions = {}): Promise<CheckedOut> {
  const { mkdir, mkdtemp, rm, writeFile } = await import("node:fs/promises"); // most runs read no commit
  const prefix = (await git(["rev-parse", "--show-prefix"], options)).stdout.toString("utf8").trim();
  const { status, stdout } = await git(["ls-tree", "-r", "-z", "--full-tree", "--end-of-options", commit], options);
  if (status !== 0) throw new UsageError(`the files of commit ${commit.slice(0, 12)} could not be listed`);
  const files = listedFiles(stdout);
  const blobs = await readBlobs(files, options);
  const directory = await mkdtemp(path.join(tmpdir(), "npa-commit-"));
  const remove = (): Promise<void> => rm(directory, { recursive: true, force: true });
  try {
    for (const [i, { name }] of files.entries()) {
      const file = path.join(directory, name);
      if (!file.startsWith(directory + path.sep))
        throw new UsageError(`${JSON.stringify(name)} leads out of the commit`);
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, blobs[i] as Buffer); // one for each file
    }
    const cwd = path.join(directory, prefix);
    await mkdir(cwd, { recursive: true });
    return {
      cwd,
      pathOf: (name) => pathIn(directory, cwd, name, options),
      has: (name) => existsSync(placeIn(cwd, name, options)),
      remove,
    };
  } catch (error) {
    await remove();
    throw error;
  }
}

function pathIn(root: string, there: string, name: string, options: GitOptions): string | undefined {
  const found = placeIn(there, name, options);
  if (found !== root && !found.startsWith(root + path.sep)) return undefined;
  return path.relative(there, found) || ".";
}

/** Where what stands for a path would be. */
function placeIn(there: string, name: string, { cwd = process.cwd() }: GitOptions): string {
  return path.resolve(there, path.relative(cwd, path.resolve(cwd, name)));
}
