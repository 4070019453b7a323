import { writeFileSync } from "node:fs";
import path from "node:path";
import { type Baseline, UsageError, jsonText, parseBaseline } from "@npa/core";
import { fileFailure, printable } from "@npa/core/internal";
import { readSmallFile } from "@npa/core/node";
import type { Io } from "./io.ts";
import { checkTarget } from "./write-target.ts";

/** A baseline of hundreds of thousands of findings. */
const maxBytes = 100_000_000;

/** Reads the baseline that `--baseline` names. Throws a UsageError when it is none. */
export function readBaseline(io: Io, name: string): Baseline {
  const text = attempt("read", name, () => Buffer.from(readSmallFile(path.resolve(io.cwd, name), maxBytes)).toString());
  return parseBaseline(text, name);
}

/** Writes a baseline, over the one that is there. */
export function writeBaseline(io: Io, name: string, baseline: Baseline): void {
  io.files?.checkOther(io.cwd, name);
  checkTarget(io.cwd, path.resolve(io.cwd, name));
  attempt("write", name, () => writeFileSync(path.resolve(io.cwd, name), jsonText(baseline)));
}

function attempt<T>(what: string, name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new UsageError(`cannot ${what} the baseline ${printable(name)}: ${fileFailure(error)}`);
  }
}
