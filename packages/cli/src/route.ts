import { existsSync } from "node:fs";
import path from "node:path";
import { type CommandName, isCommandName } from "./command-names.ts";

/** What the arguments ask for, before any option is looked at. */
export type Step =
  | { readonly type: "version" }
  | { readonly type: "help" }
  | { readonly type: "unknown"; readonly word: string }
  | { readonly type: "command"; readonly name: CommandName; readonly argv: readonly string[] };

const flagsOfAll = new Set(["-q", "--quiet", "--no-color"]);

/** `npa ./policies` is `npa analyze ./policies`; a word that is neither a command nor a path is a mistake. */
export function route(argv: readonly string[], cwd: string): Step {
  const before = argv.findIndex((argument) => !flagsOfAll.has(argument));
  if (before < 0) return { type: "help" };
  const [first = "", ...rest] = argv.slice(before);
  const others = [...rest, ...argv.slice(0, before)];
  if (first === "--version" || first === "-V") return { type: "version" };
  if (first === "--help" || first === "-h") return { type: "help" };
  if (first === "help") return helpFor(rest[0]);
  if (isCommandName(first)) return { type: "command", name: first, argv: others };
  if (!first.startsWith("-") && !looksLikePath(first, cwd)) return { type: "unknown", word: first };
  return { type: "command", name: "analyze", argv };
}

function helpFor(word: string | undefined): Step {
  if (word === undefined) return { type: "help" };
  return isCommandName(word) ? { type: "command", name: word, argv: ["--help"] } : { type: "unknown", word };
}

function looksLikePath(word: string, cwd: string): boolean {
  return /[./\\]/.test(word) || existsSync(path.resolve(cwd, word));
}
