import { statSync } from "node:fs";
import path from "node:path";
import { type SourceText, UsageError } from "@npa/core";
import { holdsObjects, printable } from "@npa/core/internal";

/** The files that were read in a run: no answer is written over one of them. */
export class ReadFiles {
  readonly #read: { readonly cwd: string; readonly source: SourceText }[] = [];

  /** Remembers texts whose names are relative to a directory. */
  add(cwd: string, sources: readonly SourceText[]): void {
    for (const source of sources) this.#read.push({ cwd, source });
  }

  /**
   * Throws a UsageError for a file that was read, by whatever name. Answers lie among manifests, too, and are made anew.
   */
  checkOther(cwd: string, name: string): void {
    const target = identityOf(path.resolve(cwd, name));
    if (target === undefined) return;
    const same = this.#read.find((file) => identityOf(path.resolve(file.cwd, file.source.name)) === target)?.source;
    if (same === undefined || isAnswer(same)) return;
    const alias = path.resolve(cwd, name) === path.resolve(cwd, same.name) ? "" : ` (as ${printable(same.name)})`;
    throw new UsageError(
      `cannot write ${printable(name)}: it was read as input${alias}, and the answer would replace it; name another file`,
    );
  }
}

/** Whether a text is an answer of npa, or other JSON that is nothing to kubectl, as SARIF and what GitLab reads. */
function isAnswer(source: SourceText): boolean {
  if (!/\.json$/i.test(source.name)) return false;
  if (!holdsObjects(source)) return true;
  const { apiVersion } = (jsonOf(source.text) ?? {}) as { readonly apiVersion?: unknown };
  return typeof apiVersion === "string" && apiVersion.startsWith("npa.dev/");
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined for what is not there, and for what keeps nothing that is written to it. */
function identityOf(file: string): string | undefined {
  try {
    const stats = statSync(file, { bigint: true });
    return stats.isFile() ? `${stats.dev}:${stats.ino}` : undefined;
  } catch {
    return undefined;
  }
}
