import { type BigIntStats, statSync } from "node:fs";
import path from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceText } from "../parse/document.ts";
import { fileFailure, fileFailureCode } from "../lib/file-failure.ts";
import { UsageError } from "../lib/usage-error.ts";
import { type TextOrProblem, problemWith, readRegularFile, readStream, readStreamFile } from "./read-text.ts";
import { isInput } from "./input-name.ts";
import { identityOf, walkDirectory } from "./walk-directory.ts";

/** Where files are looked for. */
export interface LoadOptions {
  /** The directory that relative paths start from, and that names are relative to. Default: of the process. */
  readonly cwd?: string;
  /** What `-` reads. Default: of the process. */
  readonly stdin?: AsyncIterable<Uint8Array | string>;
  /** Ends the reading before the next path: the reason of the signal is thrown. */
  readonly signal?: AbortSignal;
}

/** Something the user may want to know about a directory. */
export interface LoadHint {
  /** A link that leads elsewhere; a directory without manifests; one that is rendered by itself, and deployed beside others. */
  readonly type: "outside" | "empty" | "deployed";
  /** The directory. */
  readonly path: string;
}

/** The texts that were read, in the order of the arguments and then of the paths. */
export interface LoadedSources {
  /** What to give to `readManifests` and its like. */
  readonly sources: readonly SourceText[];
  /** Files that were found but could not be read. */
  readonly problems: readonly Diagnostic[];
  /** What was noticed about directories; empty where that is nothing. */
  readonly hints: readonly LoadHint[];
}

/**
 * Reads manifests: files, directories (recursively: `.yaml`, `.yml`, `.json`), and `-` for stdin. A file that several paths
 * lead to is read once. Names are relative to `cwd`, with forward slashes. Throws a UsageError when something that was
 * named cannot be read; a file that was only found becomes a problem.
 */
export async function loadPaths(paths: readonly string[], options: LoadOptions = {}): Promise<LoadedSources> {
  const loader = new Loader(options);
  if (typeof paths === "string") throw new TypeError("loadPaths takes a list of paths: loadPaths([path])");
  for (const named of paths) {
    options.signal?.throwIfAborted();
    await loader.load(named);
  }
  const { sources, problems, hints } = loader;
  return { sources, problems, hints };
}

const leadsOut =
  "a link that leads out of the directory that was named. It was not followed, and kubectl would: name what it leads to as well, or put the file here";

/** Collects texts; remembers which files it has read. */
class Loader {
  readonly sources: SourceText[] = [];
  readonly problems: Diagnostic[] = [];
  readonly hints: LoadHint[] = [];
  readonly #cwd: string;
  readonly #options: LoadOptions;
  readonly #read = new Set<string>();

  constructor(options: LoadOptions) {
    this.#cwd = options.cwd ?? process.cwd();
    this.#options = options;
  }

  async load(named: string): Promise<void> {
    if (named === "-") {
      if (!this.#isNew("-")) return;
      // Looked at only here: asking a process for its stdin opens it.
      return this.#add(await readStream(this.#options.stdin ?? process.stdin, "<stdin>"));
    }
    const file = path.resolve(this.#cwd, named);
    try {
      const stats = statSync(file, { bigint: true });
      if (stats.isDirectory()) this.#loadDirectory(file);
      else if (stats.isFile()) this.#loadFile(file, stats);
      else if (this.#isNew(file)) this.#add(readStreamFile(file, named));
    } catch (error) {
      throw cannotRead(named, error);
    }
  }

  #loadDirectory(directory: string): void {
    let found = 0;
    for (const met of walkDirectory(directory)) {
      if (met.type === "file") {
        found++;
        this.#loadFound(met.path, met.stats);
      } else if (met.type === "outside" && met.isFile) {
        // kubectl reads what such a link leads to; it does not follow links to directories.
        this.problems.push(problemWith(this.#nameOf(met.path), "unreadable-file", leadsOut));
      } else if (met.type !== "unreadable") {
        this.hints.push({ type: met.type, path: this.#nameOf(met.path) });
      } else if (met.path === directory) throw met.error;
      else this.#fail(met.path, met.error);
    }
    if (found === 0) this.hints.push({ type: "empty", path: this.#nameOf(directory) });
  }

  #loadFound(file: string, stats: BigIntStats): void {
    try {
      this.#loadFile(file, stats, true);
    } catch (error) {
      this.#fail(file, error);
    }
  }

  #loadFile(file: string, stats: BigIntStats, isFound = false): void {
    if (!this.#isNew(identityOf(stats))) return;
    // Files below /proc and the like claim to be empty.
    const read = stats.size === 0n ? readStreamFile : readRegularFile;
    const text = read(file, this.#nameOf(file), stats.size);
    if (!isFound || isInput(file, text.source)) this.#add(text);
  }

  #isNew(identity: string): boolean {
    const isNew = !this.#read.has(identity);
    this.#read.add(identity);
    return isNew;
  }

  #add({ source, problem }: TextOrProblem): void {
    if (source === undefined) this.problems.push(problem);
    else this.sources.push(source);
  }

  #fail(file: string, error: unknown): void {
    this.problems.push(problemWith(this.#nameOf(file), "unreadable-file", `${fileFailure(error)}. It was not read`));
  }

  #nameOf(file: string): string {
    const relative = path.relative(this.#cwd, file);
    return relative === "" ? "." : relative.replaceAll(path.sep, "/");
  }
}

function cannotRead(named: string, error: unknown): Error {
  if (fileFailureCode(error) === undefined) return error instanceof Error ? error : new Error(String(error));
  return new UsageError(`cannot read ${JSON.stringify(named)}: ${fileFailure(error)}`);
}
