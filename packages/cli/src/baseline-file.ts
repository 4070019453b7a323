import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type Baseline, UsageError, jsonText, parseBaseline } from "@npa/core";
import { printable } from "@npa/core/internal";
import type { Io } from "./io.ts";

/** Reads the baseline that `--baseline` names. Throws a UsageError when it is none. */
export function readBaseline(io: Io, name: string): Baseline {
  const text = attempt("read", name, () => readFileSync(path.resolve(io.cwd, name), "utf8"));
  return parseBaseline(text, name);
}

/** Writes a baseline, over the one that is there. */
export function writeBaseline(io: Io, name: string, baseline: Baseline): void {
  attempt("write", name, () => writeFileSync(path.resolve(io.cwd, name), jsonText(baseline)));
}

function attempt<T>(what: string, name: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new UsageError(`cannot ${what} the baseline ${printable(name)}: ${reason}`);
  }
}
