import { UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";
import { CommanderError } from "commander";
import { exitCodes } from "./exit-codes.ts";
import { Interrupted } from "./interrupted.ts";
import type { Io } from "./io.ts";
import { version } from "./version.ts";

/** Says on stderr why there is no answer, and gives the exit code. */
export async function reportFailure(error: unknown, argv: readonly string[], io: Io): Promise<number> {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exitCodes.ok;
    await io.stderr.write(`npa: ${usageText(error)}\n`);
    return exitCodes.usage;
  }
  if (error instanceof UsageError) {
    await io.stderr.write(
      [`npa: ${error.message}`, ...error.details.map((line) => `  ${line}`)]
        .map((line) => `${printable(line)}\n`)
        .join(""),
    );
    return error instanceof Interrupted ? exitCodes.interrupted : exitCodes.usage;
  }
  await io.stderr.write(bugText(error, argv, io));
  return exitCodes.bug;
}

/** Commander's message on one line, with the way to the help. */
function usageText({ message }: CommanderError): string {
  const [first = "", ...hints] = message.replace(/^error: /, "").split("\n");
  return printable([first, ...hints].join(" "));
}

function bugText(error: unknown, argv: readonly string[], io: Io): string {
  const reason = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  const stack = error instanceof Error && error.stack !== undefined ? error.stack : "no stack";
  const lines = [
    `npa: this is a bug in npa: ${printable(reason)}`,
    `Please report it with the manifests that show it and these lines:`,
    `  npa ${version()}, Node ${process.versions.node}, ${process.platform}`,
    `  arguments: ${printable(argv.join(" "))}`,
    ...(io.env["NPA_DEBUG"] === "1" ? stack.split("\n").map(printable) : ["NPA_DEBUG=1 adds the stack."]),
  ];
  return `${lines.join("\n")}\n`;
}
