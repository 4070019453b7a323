import type { Io, Output } from "./io.ts";
import { main } from "./main.ts";

/** Runs npa as this process: its arguments, streams and exit code. */
export async function runProcess(): Promise<void> {
  process.exitCode = await main(process.argv.slice(2), processIo());
}

function processIo(): Io {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    // Only looked at when `-` is read: opening stdin early would keep the process alive.
    get stdin() {
      return process.stdin;
    },
    env: process.env,
    cwd: process.cwd(),
    now: () => new Date(),
  };
}

function outputOf(stream: NodeJS.WriteStream): Output {
  let failure: NodeJS.ErrnoException | undefined;
  stream.on("error", (error: NodeJS.ErrnoException) => {
    failure ??= error;
  });
  return {
    isTTY: stream.isTTY,
    write: (text) =>
      new Promise((resolve, reject) => {
        const settle = (error: NodeJS.ErrnoException | null | undefined): void => {
          const cause = error ?? failure;
          if (cause === undefined || cause === null) resolve(true);
          else if (cause.code === "EPIPE" || cause.code === "ERR_STREAM_DESTROYED") resolve(false);
          else reject(cause);
        };
        if (failure === undefined) stream.write(text, settle);
        else settle(failure);
      }),
  };
}
