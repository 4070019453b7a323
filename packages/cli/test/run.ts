import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { onTestFinished } from "vitest";
import type { Io } from "../src/io.ts";
import { main } from "../src/main.ts";

interface Surroundings {
  readonly stdin?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly isTTY?: boolean;
  /** How wide the terminal says that it is. */
  readonly columns?: number;
  /** How many writes to stdout are taken before its reader goes away. */
  readonly takes?: number;
  /** More of the surroundings. */
  readonly io?: Partial<Io>;
}

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A directory with these files, removed after the test. */
export function directoryOf(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(path.join(tmpdir(), "npa-cli-"));
  onTestFinished(() => rmSync(directory, { recursive: true, force: true }));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(directory, name)), { recursive: true });
    writeFileSync(path.join(directory, name), text);
  }
  return directory;
}

/** Runs npa in this process, in a directory with these files. */
export async function npa(
  argv: readonly string[],
  files: Readonly<Record<string, string>> | string = {},
  { stdin = "", env = {}, isTTY = false, columns, takes = Infinity, io: others = {} }: Surroundings = {},
): Promise<Outcome> {
  let stdout = "";
  let stderr = "";
  let writes = 0;
  const io: Io = {
    stdout: {
      isTTY,
      ...(columns === undefined ? {} : { columns }),
      write: async (text) => {
        if (++writes > takes) return false;
        stdout += text;
        return true;
      },
    },
    stderr: {
      isTTY,
      ...(columns === undefined ? {} : { columns }),
      write: async (text) => {
        stderr += text;
        return true;
      },
    },
    stdin: (async function* () {
      yield stdin;
    })(),
    env,
    cwd: typeof files === "string" ? files : directoryOf(files),
    now: () => new Date(0),
    ...others,
  };
  const code = await main(argv, io);
  return { code, stdout, stderr };
}
