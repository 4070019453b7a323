import { existsSync } from "node:fs";
import path from "node:path";
import { leadingFlags } from "./leading-flags.ts";
import { type CommandName, isCommandName } from "./command-names.ts";

/** What the arguments ask for, before any option is looked at. */
export type Step =
  | { readonly type: "version" }
  | { readonly type: "help" }
  | { readonly type: "unknown"; readonly word: string }
  | { readonly type: "command"; readonly name: CommandName; readonly argv: readonly string[] };

/** `npa ./policies` is `npa analyze ./policies`; a word that is neither a command nor a path is a mistake. */
export function route(argv: readonly string[], cwd: string): Step {
  const at = leadingFlags(argv);
  const before = argv.slice(0, at);
  const [first, ...rest] = argv.slice(at);
  if (before.includes("--version") || before.includes("-V")) return { type: "version" };
  if (first === undefined) return withoutWord(argv, before);
  if (first === "help") return helpFor(rest[0]);
  if (isCommandName(first)) return { type: "command", name: first, argv: [...before, ...rest] };
  if (!first.startsWith("-") && !looksLikePath(first, cwd)) return { type: "unknown", word: first };
  return { type: "command", name: "analyze", argv };
}

/** Options alone: with one that says what to read, `npa` is `npa analyze`. */
function withoutWord(argv: readonly string[], before: readonly string[]): Step {
  const isTone = (argument: string): boolean => ["-q", "--quiet", "--no-color", "-h", "--help"].includes(argument);
  return before.every(isTone) || before.includes("--help") || before.includes("-h")
    ? { type: "help" }
    : { type: "command", name: "analyze", argv };
}

function helpFor(word: string | undefined): Step {
  if (word === undefined) return { type: "help" };
  return isCommandName(word) ? { type: "command", name: word, argv: ["--help"] } : { type: "unknown", word };
}

function looksLikePath(word: string, cwd: string): boolean {
  return /[./\\]/.test(word) || existsSync(path.resolve(cwd, word));
}
