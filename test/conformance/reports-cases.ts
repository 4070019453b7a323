import { cpSync, readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { directoryOf } from "../../packages/cli/test/run.ts";
import { corpusJson, corpusPath } from "./corpus.ts";

/** A situation of people who were stuck, and what npa must say of it. The corpus' README tells the shape. */
export interface ReportedCase {
  readonly id: string;
  /** A folder of manifests. */
  readonly input: string;
  readonly situation: string;
  readonly checks: readonly Check[];
}

/** One run of npa in the folder, and what must hold then. */
export interface Check {
  /** The command and its first arguments; the folder is added for the commands that take one. */
  readonly run: readonly string[];
  readonly allowed?: Allowed | readonly Allowed[];
  readonly exit?: number | readonly number[];
  readonly has?: readonly ExpectedFinding[];
  readonly hasNot?: readonly ExpectedFinding[];
  /** Regular expressions: what must be found in stdout, in stderr, in stdout of every format, and in no line at all. */
  readonly text?: string;
  readonly stderr?: string;
  readonly stdoutAny?: string;
  readonly noLine?: string;
  readonly filesUnchanged?: boolean;
}

type Allowed = boolean | "unknown";

/** A finding of this rule (a regular expression), at least as grave, with this text in its message or fix. */
export interface ExpectedFinding {
  readonly rule: string;
  readonly severity?: string;
  readonly text?: string;
}

/** Everything that a check may ask for. A corpus that asks for more must not pass because nobody looks. */
export const checkFields: ReadonlySet<string> = new Set<keyof Check>([
  "run",
  "allowed",
  "exit",
  "has",
  "hasNot",
  "text",
  "stderr",
  "stdoutAny",
  "noLine",
  "filesUnchanged",
]);

/** The cases; none when the corpus is not here. */
export const reportedCases: readonly ReportedCase[] = corpusJson<readonly ReportedCase[]>([], "reports", "cases.json");

/** The name of a check, as the table of known failures has it. */
export function checkName({ id }: ReportedCase, { run }: Check): string {
  return `${id}: ${run.join(" ")}`;
}

/** A copy of the case's input, so that no run can change the corpus. */
export function copyOfInput({ input }: ReportedCase): string {
  const copy = directoryOf({});
  cpSync(corpusPath("reports", input), copy, { recursive: true });
  return copy;
}

/** Every file below a directory with its content. */
export function filesOf(directory: string): ReadonlyMap<string, string> {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(directory, file), readFileSync(file, "utf8")];
    }),
  );
}
