import { type BigIntStats, type Dirent, readdirSync, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { isInputName } from "./input-name.ts";

/** What a walk meets, as absolute paths, in order. */
export type Met =
  | { readonly type: "file"; readonly path: string; readonly stats: BigIntStats }
  | { readonly type: "outside"; readonly path: string; readonly isFile: boolean }
  | { readonly type: "unreadable"; readonly path: string; readonly error: unknown };

/** A directory's identity, whatever path leads to it. */
export function identityOf({ dev, ino }: BigIntStats): string {
  return `${dev}:${ino}`;
}

/**
 * The manifests below a directory, by name in the order of kubectl, that of bytes: the last of two policies of one name wins. Hidden files are read, as kubectl applies them; only `.git` is
 * left out, and everything that is not a regular file. A link is followed only within `root`: a link to `/` or to somebody's kubeconfig
 * among the manifests of a pull request must not make npa read the machine.
 */
export function* walkDirectory(root: string): Generator<Met> {
  yield* walk(root, `${realpathSync(root)}${path.sep}`, new Set());
}

function* walk(directory: string, realRoot: string, seen: Set<string>): Generator<Met> {
  let entries: Dirent[];
  try {
    const identity = identityOf(statSync(directory, { bigint: true }));
    if (seen.has(identity)) return;
    seen.add(identity);
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    return yield { type: "unreadable", path: directory, error };
  }
  for (const entry of entries.toSorted((a, b) => Buffer.compare(Buffer.from(a.name), Buffer.from(b.name)))) {
    if (entry.name === ".git") continue;
    yield* meet(path.join(directory, entry.name), entry, realRoot, seen);
  }
}

function* meet(file: string, entry: Dirent, realRoot: string, seen: Set<string>): Generator<Met> {
  if (entry.isDirectory()) return yield* walk(file, realRoot, seen);
  const isLink = entry.isSymbolicLink();
  const isManifest = isInputName(entry.name);
  if (!isLink && !(entry.isFile() && isManifest)) return;
  try {
    const stats = statSync(file, { bigint: true });
    const isDirectory = isLink && stats.isDirectory();
    if (!isDirectory && !(isManifest && stats.isFile())) return;
    const isWithin = !isLink || `${realpathSync(file)}${path.sep}`.startsWith(realRoot);
    if (!isWithin) yield { type: "outside", path: file, isFile: !isDirectory };
    else if (isDirectory) yield* walk(file, realRoot, seen);
    else yield { type: "file", path: file, stats };
  } catch (error) {
    // A link to nowhere that is not named like a manifest is nobody's manifest.
    if (!isLink || isManifest) yield { type: "unreadable", path: file, error };
  }
}
