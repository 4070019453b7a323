import { closeSync, openSync, writeSync } from "node:fs";
import path from "node:path";
import { type TextOptions, UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import type { Command } from "commander";
import { wantsColor } from "./color.ts";
import { type ToneFlags, repeated } from "./input-flags.ts";
import { checkTarget, writing } from "./write-target.ts";
import { type Io, asStage, batches, lineWidth, writeAll } from "./io.ts";

/** Prints an answer in one format. Called once per `-o`. */
export type Format = (options: TextOptions) => string | Iterable<string>;

/** `-o FORMAT` or `-o FORMAT=FILE`. */
export interface Target {
  readonly format: string;
  readonly file?: string;
}

/** Adds `-o`. */
export function addOutputFlag(command: Command, formats: readonly string[]): Command {
  const list = formats.join(", ");
  return command.option(
    "-o, --output <format[=file]>",
    `one of ${list}; repeatable (default: ${formats[0]})`,
    repeated,
    [],
  );
}

/** Reads `-o`, repeated; the first format is the default. Throws a UsageError for a format that the command does not have. */
export function parseTargets(entries: readonly string[], formats: readonly string[]): readonly Target[] {
  const targets = (entries.length === 0 ? formats.slice(0, 1) : entries).map((entry): Target => {
    const split = entry.indexOf("=");
    const format = split < 0 ? entry : entry.slice(0, split);
    if (!formats.includes(format))
      throw new UsageError(`-o ${printable(format)}: the formats are ${formats.join(", ")}`);
    if (split < 0) return { format };
    const file = entry.slice(split + 1);
    if (file === "") throw new UsageError(`-o ${format}= names no file`);
    return file === "-" ? { format } : { format, file };
  });
  if (targets.filter(({ file }) => file === undefined).length > 1) {
    throw new UsageError(
      "more than one -o without a file: only one result can go to stdout, write the others as -o FORMAT=FILE",
    );
  }
  const files = targets.flatMap(({ file }) => file ?? []);
  const twice = files.find((file, at) => files.findIndex((other) => isSameFile(file, other)) < at);
  if (twice !== undefined) throw new UsageError(`more than one -o writes ${printable(twice)}: name a file for each`);
  return targets;
}

function isSameFile(file: string, other: string): boolean {
  return path.resolve(file) === path.resolve(other);
}

/** Prints the answer in every format that was asked for. */
export async function emit<F extends string>(
  io: Io,
  targets: readonly Target[],
  formats: Readonly<Record<F, Format>>,
  flags: ToneFlags,
): Promise<void> {
  for (const { file } of targets) if (file !== undefined) io.files?.checkOther(io.cwd, file);
  await asStage(io, "report", async () => {
    for (const target of targets) await emitOne(io, target, formats, flags);
  });
}

async function emitOne<F extends string>(
  io: Io,
  { format, file }: Target,
  formats: Readonly<Record<F, Format>>,
  flags: ToneFlags,
): Promise<void> {
  const print = Object.entries<Format>(formats).find(([name]) => name === format)?.[1];
  if (print === undefined) throw new Error(`no printer for ${format}`);
  const width = file === undefined ? lineWidth(io.stdout) : undefined;
  const printed = print({
    color: file === undefined && wantsColor(io.stdout, io, flags),
    ...(width === undefined ? {} : { width }),
  });
  const chunks = typeof printed === "string" ? [printed] : printed;
  if (file === undefined) await writeAll(io.stdout, chunks);
  else {
    checkTarget(io.cwd, path.resolve(io.cwd, file));
    writeFile(path.resolve(io.cwd, file), chunks);
  }
}

/** An error that is thrown while the answer is made is none of the file system, and stays what it is. */
function writeFile(file: string, chunks: Iterable<string>): void {
  const descriptor = writing(file, () => openSync(file, "w"));
  try {
    for (const batch of batches(chunks)) writing(file, () => writeWhole(descriptor, Buffer.from(batch)));
  } finally {
    closeSync(descriptor);
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) at += writeSync(descriptor, bytes, at);
}
