import { existsSync, lstatSync, readlinkSync, realpathSync } from "node:fs";
import path from "node:path";
import { UsageError } from "@npa/core";
import { fileFailure, printable } from "@npa/core/internal";

/** Whether a path is a directory or lies below it. Both are real. */
export function isBelow(file: string, directory: string): boolean {
  const relative = path.relative(directory, file);
  return relative === "" || (!path.isAbsolute(relative) && relative.split(path.sep)[0] !== "..");
}

/**
 * Throws a UsageError for a file of the working directory that is really elsewhere: who wrote the directory could have
 * put a link there, and it is not theirs to say which file is replaced. What was named elsewhere is the user's business.
 */
export function checkTarget(cwd: string, file: string): void {
  if (!isBelow(file, cwd)) return;
  if (isBelow(realPlaceOf(file), realpathSync(cwd))) return;
  throw new UsageError(`cannot write ${printable(file)}: a link leads out of the working directory there`);
}

/** Makes a UsageError of what the file system says while something is written: its errors are the user's. */
export function writing<T>(name: string, write: () => T): T {
  try {
    return write();
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot write ${printable(name)}: ${fileFailure(error)}`);
  }
}

/** Where a file is, or will be when it is made. A link to nothing counts as what it leads to. */
function realPlaceOf(file: string): string {
  if (existsSync(file)) return realpathSync(file);
  const directory = path.dirname(file);
  if (isLink(file)) return realPlaceOf(path.resolve(directory, readlinkSync(file)));
  return directory === file ? file : path.join(realPlaceOf(directory), path.basename(file));
}

/** False also for what cannot be looked at: writing it will say why. */
function isLink(file: string): boolean {
  try {
    return lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true;
  } catch {
    return false;
  }
}
