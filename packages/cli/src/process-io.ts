import type { Io, Output } from "./io.ts";
import { main } from "./main.ts";

/** Runs npa as this process: its arguments, streams and exit code. */
export async function runProcess(program: "npa" | "kubectl npa" = "npa"): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), processIo(program));
}

function processIo(program: "npa" | "kubectl npa"): Io {
  let stdout: Output | undefined;
  let stderr: Output | undefined;
  return {
    // Opened when something is written: most runs have nothing for one of them.
    get stdout() {
      return (stdout ??= outputOf(process.stdout));
    },
    get stderr() {
      return (stderr ??= outputOf(process.stderr));
    },
    // Only looked at when `-` is read: opening stdin early would keep the process alive.
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
    program,
    // Once: a second Ctrl-C ends the process whatever it does.
    onInterrupt: (stop) => {
      process.once("SIGINT", stop);
      return () => process.off("SIGINT", stop);
    },
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  let failure: NodeJS.ErrnoException | undefined;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    failure ??= error;
  });
  return {
    isTTY: stream.isTTY,
    ...(stream.isTTY ? { columns: stream.columns } : {}),
    write: (text) =>
      new Promise((resolve, reject) => {
        const settle = (error: NodeJS.ErrnoException | null | undefined): void => {
          const cause = error ?? failure;
          if (cause === undefined || cause === null) resolve(true);
          else if (cause.code === "EPIPE" || cause.code === "ERR_STREAM_DESTROYED") resolve(false);
          else void cannotWrite(cause).then(reject);
        };
        if (failure === undefined) stream.write(text, settle);
        else settle(failure);
      }),
  };
}

/** A full disk behind `npa list > file` is not a bug in npa. */
async function cannotWrite(cause: Error): Promise<Error> {
  const { UsageError } = await import("@npa/core");
  return new UsageError(`cannot write the answer: ${cause.message}`);
}
