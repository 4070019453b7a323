import { undecodableText } from "./decode-text.ts";
import path from "node:path";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { UsageError } from "../lib/usage-error.ts";
import type { SourceText } from "../parse/document.ts";
import { isInput, isInputName } from "./input-name.ts";
import { type TextOrProblem, problemWith } from "./read-text.ts";

/** Where `git` is run. */
export interface GitOptions {
  /** Absent: the working directory of the process. */
  readonly cwd?: string;
  /** Ends git when it is aborted. */
  readonly signal?: AbortSignal;
}

/** What was read from a commit. */
export interface GitSources {
  readonly sources: readonly SourceText[];
  /** Files that were found but could not be read. */
  readonly problems: readonly Diagnostic[];
  /** The paths at which the commit has nothing. */
  readonly missing: readonly string[];
}

/** No text of a manifest is so large, and no list of files so long. */
const mostBytes = 512 * 1024 * 1024;
const mostFileBytes = 64 * 1024 * 1024;
const longestRunMs = 60_000;

/** The id of the commit that a name stands for; undefined when it names none, or when this is no git repository. */
export async function gitCommit(name: string, options: GitOptions = {}): Promise<string | undefined> {
  if (name === "" || name.startsWith("-")) return undefined;
  const { status, stdout } = await git(
    ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`],
    options,
  );
  const id = stdout.toString("utf8").trim();
  return status === 0 && /^[0-9a-f]{40,64}$/.test(id) ? id : undefined;
}

/**
 * Reads the manifests below paths as they are in a commit, from git's object database: the working tree is not touched.
 * Names are relative to `cwd`, as they would be there.
 */
export async function loadGit(commit: string, paths: readonly string[], options: GitOptions = {}): Promise<GitSources> {
  const { files, missing } = await filesOf(commit, paths, options);
  const blobs = await readBlobs(files, options);
  const sources: SourceText[] = [];
  const problems: Diagnostic[] = [];
  for (const [i, { name }] of files.entries()) {
    const { source, problem } = textOf(name, blobs[i] as Buffer); // one for each file
    if (!isInput(name, source)) continue;
    if (source === undefined) problems.push(problem);
    else sources.push(source);
  }
  return { sources, problems, missing };
}

function textOf(name: string, bytes: Buffer): TextOrProblem {
  if (bytes.length > mostFileBytes)
    return { problem: problemWith(name, "input-too-large", "larger than 64 MiB. It was not read") };
  return isUtf8(bytes)
    ? { source: { name, text: bytes.toString("utf8").replace(/^\ufeff/, "") } }
    : { problem: problemWith(name, "not-utf8", undecodableText(bytes)) };
}

/** The contents of files of a commit, in their order. */
export async function readBlobs(files: readonly GitFile[], options: GitOptions): Promise<readonly Buffer[]> {
  const { stdout } = await git(["cat-file", "--batch"], options, files.map(({ blob }) => `${blob}\n`).join(""));
  const blobs: Buffer[] = [];
  let at = 0;
  for (let i = 0; i < files.length; i++) {
    const end = stdout.indexOf(10, at);
    const size = Number(stdout.toString("latin1", at, end).split(" ")[2]);
    blobs.push(stdout.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return blobs;
}

/** A file of a commit. */
export interface GitFile {
  readonly name: string;
  readonly blob: string;
}

async function filesOf(
  commit: string,
  paths: readonly string[],
  options: GitOptions,
): Promise<{ readonly files: readonly GitFile[]; readonly missing: readonly string[] }> {
  const { cwd = process.cwd() } = options;
  const missing: string[] = [];
  const found = new Map<string, GitFile>();
  for (const each of paths) {
    const wanted = path.relative(cwd, path.resolve(cwd, each)).replaceAll(path.sep, "/");
    const { status, stdout } = await git(
      ["ls-tree", "-r", "-z", "--end-of-options", commit, ...(wanted === "" ? [] : [wanted])],
      options,
    );
    if (status !== 0)
      throw new UsageError(`${JSON.stringify(each)} could not be looked for in commit ${commit.slice(0, 12)}`);
    if (stdout.length === 0 && wanted !== "") missing.push(each);
    for (const { name, blob } of listedFiles(stdout)) {
      if (isInputName(name) || name === wanted) found.set(name, { name, blob });
    }
  }
  return { files: [...found.values()], missing };
}

/** The files of what `git ls-tree -z` prints. Links are left out: what they lead to may be outside of the commit. */
export function listedFiles(stdout: Buffer): readonly GitFile[] {
  return stdout
    .toString("utf8")
    .split("\0")
    .flatMap((entry) => {
      const [, mode, blob, name] = /^(\d+) blob ([0-9a-f]+)\t(.*)$/su.exec(entry) ?? [];
      return mode === undefined || blob === undefined || name === undefined || mode === "120000"
        ? []
        : [{ name, blob }];
    });
}

function isUtf8(bytes: Buffer): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return true;
  } catch {
    return false;
  }
}

interface GitRun {
  readonly status: number | null;
  readonly stdout: Buffer;
}

/** Runs git: arguments as a list and no shell, bounded in time and output, with nothing of a repository's configuration that runs programs. */
export async function git(
  args: readonly string[],
  { cwd = process.cwd(), signal }: GitOptions,
  input = "",
): Promise<GitRun> {
  const { spawn } = await import("node:child_process"); // most runs start no program, and loading it takes time
  return await new Promise((resolve, reject) => {
    const child = spawn(
      "git",
      ["--no-replace-objects", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", ...args],
      {
        cwd,
        stdio: ["pipe", "pipe", "ignore"],
        env: { ...process.env, GIT_OPTIONAL_LOCKS: "0", GIT_TERMINAL_PROMPT: "0", GIT_NO_LAZY_FETCH: "1" },
        timeout: longestRunMs,
        ...(signal === undefined ? {} : { signal }),
      },
    );
    const chunks: Buffer[] = [];
    let bytes = 0;
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > mostBytes) child.kill();
      else chunks.push(chunk);
    });
    child.on("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "ENOENT" ? new UsageError("git is not on the PATH: install it, or name files") : error),
    );
    child.on("close", (status) => {
      if (bytes > mostBytes) reject(new UsageError("git printed more than 512 MiB: name fewer paths"));
      else resolve({ status, stdout: Buffer.concat(chunks) });
    });
    child.stdin.on("error", () => undefined);
    child.stdin.end(input);
  });
}
