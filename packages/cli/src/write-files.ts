import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import { checkTarget, writing } from "./write-target.ts";

/** A file as it is to be. */
export interface NewText {
  /** Absolute. */
  readonly file: string;
  /** What npa read; undefined for a new file. */
  readonly before: string | undefined;
  readonly after: string;
}

const mark = "\ufeff";

/**
 * Why a file whose text npa has read cannot be replaced, or a new one not be made; undefined when it can. What is only
 * compared (`--dry-run`) may be read-only.
 */
export function whyNotWritable(file: string, before: string | undefined, isCompared: boolean): string | undefined {
  if (before === undefined) return existsSync(file) ? "there is a file of that name already" : undefined;
  if (!statSync(file).isFile()) return "it is no regular file";
  if (!isCompared && isReadOnly(file)) return "it is read-only";
  const bytes = readFileSync(file);
  return bytes.equals(Buffer.from(before)) || bytes.equals(Buffer.from(mark + before))
    ? undefined
    : "it is not written in UTF-8, or has changed since it was read";
}

/** A file beside it can take its name all the same: only its mode says that it is to stay. No mode keeps root from writing. */
function isReadOnly(file: string): boolean {
  try {
    accessSync(file, constants.W_OK);
    return (statSync(file).mode & 0o222) === 0;
  } catch {
    return true;
  }
}

/**
 * Replaces files, each at once: the new text is complete in a temporary file beside it before it takes its name. The mode
 * stays, a byte order mark stays, and what a symbolic link leads to is replaced, not the link. Throws a UsageError when
 * something cannot be written.
 */
export function writeFiles(texts: readonly NewText[]): void {
  const ready: { readonly temporary: string; readonly target: string }[] = [];
  try {
    for (const text of texts) ready.push(prepare(text));
    for (const { temporary, target } of ready) writing(target, () => renameSync(temporary, target));
  } finally {
    for (const { temporary } of ready) rmSync(temporary, { force: true });
  }
}

function prepare({ file, before, after }: NewText): { readonly temporary: string; readonly target: string } {
  return writing(file, () => {
    checkTarget(process.cwd(), file);
    const reason = whyNotWritable(file, before, false);
    if (reason !== undefined) throw new UsageError(`cannot write ${printable(file)}: ${reason}`);
    const target = before === undefined ? file : realpathSync(file);
    const temporary = path.join(path.dirname(target), `.${path.basename(target)}.npa-${process.pid}`);
    const descriptor = openSync(temporary, "wx");
    try {
      if (before !== undefined) keepModeAndOwner(descriptor, target);
      writeFileSync(descriptor, before !== undefined && hasMark(target) ? mark + after : after);
      fsyncSync(descriptor);
    } catch (error) {
      rmSync(temporary, { force: true });
      throw error;
    } finally {
      closeSync(descriptor);
    }
    return { temporary, target };
  });
}

function keepModeAndOwner(descriptor: number, target: string): void {
  const { mode, uid, gid } = statSync(target);
  fchmodSync(descriptor, mode & 0o7777);
  if (uid === process.getuid?.() && gid === process.getgid?.()) return;
  try {
    fchownSync(descriptor, uid, gid);
  } catch {
    // Only a privileged user may give files away; whoever else may write here becomes the owner.
  }
}

function hasMark(file: string): boolean {
  return readFileSync(file).subarray(0, 3).equals(Buffer.from(mark));
}
