import { UsageError } from "@npa/core";
import { nearest, printable } from "@npa/core/internal";
import { commandSummaries } from "./command-names.ts";

/** Commands that people know by another name. */
const otherNames: Readonly<Record<string, string>> = {
  scan: "analyze",
  check: "analyze",
  lint: "analyze",
  connlist: "list",
  evaluate: "can",
  eval: "can",
  dot: "graph",
};

/** The word is no command, and no file has that name either. */
export function unknownCommand(word: string): UsageError {
  const names = Object.keys(commandSummaries);
  const [hint] = Object.hasOwn(otherNames, word) ? [otherNames[word]] : nearest(word, names, 1);
  const advice = hint === undefined ? `the commands are ${names.join(", ")}` : `did you mean "npa ${hint}"?`;
  return new UsageError(`"${printable(word)}" is neither a command nor a file; ${advice}`);
}
