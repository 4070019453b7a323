import { UsageError } from "../lib/usage-error.ts";
import { secretsOfArguments, secretsOfEnvironment } from "./known-secrets.ts";
import { SecretMask } from "./secret-mask.ts";

/** How a program is run. */
export interface ToolOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Default: two minutes. */
  readonly timeoutMs?: number;
  /** The most that it may write. Default: 100 MB. */
  readonly maxBytes?: number;
}

const maxError = 20_000;
/** What of that is quoted. */
const quotedLines = 20;
const quotedLetters = 300;

/**
 * Runs a program that is on the PATH with these arguments, without a shell, and gives what it writes. Undefined when there
 * is no such program. Throws a UsageError, with what it says on stderr, when it fails, takes too long or writes too much.
 */
export async function runTool(
  command: string,
  args: readonly string[],
  { cwd, env, timeoutMs = 120_000, maxBytes = 100_000_000 }: ToolOptions,
): Promise<Buffer | undefined> {
  const { spawn } = await import("node:child_process"); // most runs start no program, and loading it takes time
  return await new Promise((resolve, reject) => {
    // A group of its own: what the program started ends with it.
    const child = spawn(command, [...args], {
      cwd,
      env,
      stdio: ["ignore", "pipe", "pipe"],
      detached: true,
      shell: false,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    let errorText = "";
    let ended: string | undefined;
    const end = (why: string): void => {
      ended ??= why;
      kill(child.pid);
      // What left the group may hold them open.
      child.stdout.destroy();
      child.stderr.destroy();
    };
    const timer = setTimeout(() => end(`it took more than ${timeoutMs / 1000} seconds`), timeoutMs);
    child.stdout.on("data", (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > maxBytes) end(`it wrote more than ${maxBytes / 1_000_000} MB`);
      else chunks.push(chunk);
    });
    child.stderr.on("data", (chunk: Buffer) => {
      if (errorText.length < maxError) errorText += chunk.toString("utf8");
    });
    child.on("error", (error: NodeJS.ErrnoException) => {
      clearTimeout(timer);
      if (error.code === "ENOENT") resolve(undefined);
      else reject(new UsageError(`cannot run ${command}: ${error.message}`));
    });
    child.on("close", (code) => {
      clearTimeout(timer);
      if (code === 0 && ended === undefined) return resolve(Buffer.concat(chunks));
      const why = ended ?? `exit ${String(code)}`;
      const mask = new SecretMask([...secretsOfArguments(args), ...secretsOfEnvironment(env)]);
      const said = `${[command, ...args].join(" ")} failed: ${why}`;
      reject(new UsageError(mask.mask(said), quoted(errorText, mask)));
    });
  });
}

/** The first lines of what a program says, each to a bound. */
function quoted(text: string, mask: SecretMask): readonly string[] {
  const masked = mask.mask(text.slice(0, maxError));
  // Half of a secret may stand where the text was cut.
  const said = (text.length > maxError ? masked.slice(0, -mask.reach || undefined) : masked)
    .split("\n")
    .map((line) => line.trim().replaceAll(/\s+/g, " "))
    .filter((line) => line !== "" && !line.startsWith("# Warning"));
  const lines = said
    .slice(0, quotedLines)
    .map((line) => (line.length > quotedLetters ? `${line.slice(0, quotedLetters - 1)}…` : line));
  return said.length > quotedLines ? [...lines, "…"] : lines;
}

function kill(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}
