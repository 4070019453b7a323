import { type Stats, realpathSync, statSync } from "node:fs";
import path from "node:path";
import { type Config, type SourceText, UsageError, parseConfig } from "@npa/core";
import { fileFailure, holdsObjects, printable } from "@npa/core/internal";
import { readSmallFile } from "@npa/core/node";
import type { Io } from "./io.ts";
import { isBelow } from "./write-target.ts";

/** A configuration that was read. */
export interface ConfigFile {
  readonly config: Config;
  /** As the user sees it: relative to the working directory. */
  readonly name: string;
  /** Where it is: patterns for paths in it start here. */
  readonly directory: string;
}

const names = ["npa.config.yaml", "npa.config.yml", "npa.config.json"];
const maxBytes = 5_000_000;

/** Whether a file is a configuration, and no manifest that somebody named like one. */
export function isConfig(source: SourceText): boolean {
  return names.includes(path.basename(source.name)) && !holdsObjects(source);
}

/**
 * The configuration that `--config` names or, without it, the nearest one from the first input upwards (from the working
 * directory for stdin and clusters). Throws a UsageError when it cannot be read or has a mistake.
 */
export function loadConfig(
  io: Io,
  inputs: readonly string[],
  named: string | false | undefined,
): ConfigFile | undefined {
  if (named === false) return undefined;
  const file = named === undefined ? nearestConfig(startOf(io.cwd, inputs[0] ?? "-")) : path.resolve(io.cwd, named);
  if (file === undefined) return undefined;
  const relative = path.relative(io.cwd, file).replaceAll(path.sep, "/");
  const name = relative === "" ? file : relative;
  return { config: parseConfig(textOf(file, name), name), name, directory: path.dirname(file) };
}

function startOf(cwd: string, input: string): string {
  if (input === "-") return cwd;
  const file = path.resolve(cwd, input);
  return statsOf(file)?.isDirectory() === true ? file : path.dirname(file);
}

function nearestConfig(from: string): string | undefined {
  for (let directory = from; ; directory = path.dirname(directory)) {
    const [first, second] = names.map((name) => path.join(directory, name)).filter(isFile);
    if (first !== undefined && second !== undefined)
      throw new UsageError(`there are two configurations, ${printable(first)} and ${printable(second)}: keep one`);
    if (first !== undefined && !isBelow(realpathSync(first), realpathSync(directory)))
      throw new UsageError(`${printable(first)} is a link that leads out of its directory: name it with --config`);
    if (first !== undefined || directory === path.dirname(directory)) return first;
  }
}

function textOf(file: string, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(readSmallFile(file, maxBytes));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot read the configuration ${printable(name)}: ${reasonOf(error)}`);
  }
}

function isFile(file: string): boolean {
  return statsOf(file)?.isFile() === true;
}

/** Undefined for what is not there or cannot be looked at: whoever reads the input says why. */
function statsOf(file: string): Stats | undefined {
  try {
    return statSync(file);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof TypeError ? "it is not UTF-8 text" : fileFailure(error);
}
