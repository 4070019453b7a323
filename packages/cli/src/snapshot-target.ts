import {
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import { batches } from "./io.ts";
import { checkTarget, writing } from "./write-target.ts";

/** Where a snapshot goes. */
export type SnapshotTarget =
  | { readonly type: "stdout" }
  | { readonly type: "file" | "directory"; readonly path: string; readonly force: boolean };

/** The folder of a snapshot that is a directory, and what tells that it is one. */
const folder = "cluster";
const header = path.join(folder, "snapshot.yaml");

/**
 * Reads `-o`: `-`, a file ending in .yaml or .yml, or a directory. Throws a UsageError when something is there that
 * nobody asked to replace.
 */
export function snapshotTarget(cwd: string, output: string, force: boolean): SnapshotTarget {
  if (output === "-") return { type: "stdout" };
  const target = path.resolve(cwd, output);
  checkTarget(cwd, target);
  const stats = writing(output, () => statSync(target, { throwIfNoEntry: false }));
  const isNamedDirectory = /[/\\]$/.test(output) || path.extname(target) === "";
  if (stats?.isDirectory() ?? isNamedDirectory) {
    if (stats?.isDirectory() === false) throw new UsageError(`${printable(output)} is a file, not a directory`);
    checkDirectory(target, output, force);
    return { type: "directory", path: target, force };
  }
  // A device or a pipe has nothing to lose.
  if (stats !== undefined && !stats.isFile()) return { type: "file", path: target, force: true };
  if (!/\.ya?ml$/.test(target))
    throw new UsageError(`-o ${printable(output)}: a snapshot is YAML; end the name in .yaml`);
  if (stats !== undefined && !force) throw new UsageError(`${printable(output)} exists already: --force replaces it`);
  return { type: "file", path: target, force };
}

function checkDirectory(directory: string, output: string, force: boolean): void {
  if (!existsSync(directory) || writing(output, () => readdirSync(directory)).length === 0) return;
  const isSnapshot = existsSync(path.join(directory, header)) && lstatSync(path.join(directory, folder)).isDirectory();
  if (!isSnapshot) {
    throw new UsageError(`${printable(output)} is not empty and holds no snapshot: name a new directory`);
  }
  if (!force) throw new UsageError(`${printable(output)} holds a snapshot already: --force replaces it`);
}

/** Writes the file whole or not at all. */
export function writeSnapshotFile(target: { path: string; force: boolean }, chunks: Iterable<string>): void {
  const { path: file, force } = target;
  const stats = writing(file, () => statSync(file, { throwIfNoEntry: false }));
  if (stats !== undefined && !stats.isFile()) return writing(file, () => writeChunks(openSync(file, "w"), chunks));
  const partial = `${file}.${process.pid}.partial`;
  try {
    writing(file, () => mkdirSync(path.dirname(file), { recursive: true }));
    writeChunks(
      writing(file, () => openSync(partial, "wx")),
      chunks,
    );
    // It may have come there while the cluster was read.
    if (!force && existsSync(file)) throw new UsageError(`${printable(file)} exists already: --force replaces it`);
    writing(file, () => renameSync(partial, file));
  } finally {
    rmSync(partial, { force: true });
  }
}

function writeChunks(descriptor: number, chunks: Iterable<string>): void {
  try {
    for (const batch of batches(chunks)) writing("the snapshot", () => writeFileSync(descriptor, batch));
  } finally {
    closeSync(descriptor);
  }
}

/** Writes the directory whole or not at all: a half would be taken for a cluster that holds less. */
export function writeSnapshotDirectory(
  target: { path: string },
  files: Iterable<readonly [path: string, text: string]>,
): void {
  const partial = path.join(target.path, `.${folder}.${process.pid}.partial`);
  const made = new Set<string>();
  try {
    for (const [name, text] of files) {
      const file = path.join(partial, name);
      writing(file, () => {
        if (!made.has(path.dirname(file))) mkdirSync(path.dirname(file), { recursive: true });
        made.add(path.dirname(file));
        writeFileSync(file, text, { flag: "wx" });
      });
    }
    const final = path.join(target.path, folder);
    writing(final, () => rmSync(final, { recursive: true, force: true }));
    writing(final, () => renameSync(path.join(partial, folder), final));
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
}
