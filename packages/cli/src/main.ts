import { exitCodes } from "./exit-codes.ts";
import type { Io } from "./io.ts";
import { withBrokenNotices } from "./broken-notices.ts";
import { route } from "./route.ts";

/**
 * npa: reads the arguments, answers on `io`, gives the exit code. Never throws.
 * What a question does not need is not loaded: `npa --version` starts as fast as Node does.
 */
export async function main(argv: readonly string[], process: Io): Promise<number> {
  const io = withBrokenNotices(process);
  try {
    return await run(argv, io);
  } catch (error) {
    return await failed(error, argv, io);
  }
}

async function failed(error: unknown, argv: readonly string[], io: Io): Promise<number> {
  try {
    const { reportFailure } = await import("./report-failure.ts");
    return await reportFailure(error, argv, io);
  } catch (loadError) {
    // The installation is broken: what would report the failure cannot be loaded either.
    await io.stderr.write(`npa: this is a bug in npa, or it is not fully installed: ${String(loadError)}\n`);
    return exitCodes.bug;
  }
}

async function run(argv: readonly string[], io: Io): Promise<number> {
  const step = route(argv, io.cwd);
  switch (step.type) {
    case "version": {
      const { version } = await import("./version.ts");
      await io.stdout.write(`${version()}\n`);
      return exitCodes.ok;
    }
    case "help": {
      const { rootHelp } = await import("./root-help.ts");
      await io.stdout.write(rootHelp(io.program));
      return exitCodes.ok;
    }
    case "unknown": {
      const { unknownCommand } = await import("./unknown-command.ts");
      throw unknownCommand(step.word);
    }
    case "command": {
      const { runCommand } = await import("./run-command.ts");
      return await runCommand(step.name, step.argv, io);
    }
  }
}
