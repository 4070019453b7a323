import type { AnalysisReport, Finding, Severity, VerdictJson } from "@npa/core";
import { severities } from "@npa/core";
import { npa } from "../../packages/cli/test/run.ts";
import {
  type Check,
  type ExpectedFinding,
  type ReportedCase,
  checkFields,
  copyOfInput,
  filesOf,
} from "./reports-cases.ts";

const analysisFormats = [
  "text",
  "json",
  "sarif",
  "markdown",
  "junit",
  "github",
  "gitlab",
  "csv",
  "prometheus",
] as const;

/** Everything that the check asks for and a run of npa does not give. */
export async function failuresOf(reported: ReportedCase, check: Check): Promise<readonly string[]> {
  const unknown = Object.keys(check).filter((field) => !checkFields.has(field));
  if (unknown.length > 0) return [`nobody looks at ${unknown.join(", ")}`];
  const runner = new CheckRunner(copyOfInput(reported), check);
  return await runner.failures();
}

/** Runs one check in a folder and compares. */
class CheckRunner {
  readonly #folder: string;
  readonly #check: Check;

  constructor(folder: string, check: Check) {
    this.#folder = folder;
    this.#check = check;
  }

  async failures(): Promise<readonly string[]> {
    const before = filesOf(this.#folder);
    const output = await this.#run();
    return [
      ...this.#exitFailures(output.code),
      ...textFailures("stdout", output.stdout, this.#check.text),
      ...textFailures("stderr", output.stderr, this.#check.stderr),
      ...this.#lineFailures(`${output.stdout}\n${output.stderr}`),
      ...(await this.#verdictFailures()),
      ...(await this.#findingFailures()),
      ...(await this.#formatFailures()),
      ...this.#changedFiles(before),
    ];
  }

  async #run(format?: string): ReturnType<typeof npa> {
    const { run } = this.#check;
    const output = format === undefined ? [] : ["-o", format];
    return await npa([...run, ...inputArguments(run[0]), ...output], this.#folder);
  }

  #exitFailures(code: number): readonly string[] {
    const { exit } = this.#check;
    if (code === 3) return ["a bug in npa: exit 3"];
    return exit === undefined || [exit].flat().includes(code) ? [] : [`exit ${code}, expected ${String(exit)}`];
  }

  #lineFailures(text: string): readonly string[] {
    const { noLine } = this.#check;
    if (noLine === undefined) return [];
    const pattern = new RegExp(noLine, "u");
    return text
      .split(/\r\n|[\n\r]/)
      .flatMap((line) => (pattern.test(line) ? [`a line that must not be: ${line}`] : []));
  }

  async #verdictFailures(): Promise<readonly string[]> {
    const { allowed } = this.#check;
    if (allowed === undefined) return [];
    const { stdout, stderr } = await this.#run("json");
    if (stdout === "") return [`no verdict: ${stderr}`];
    const verdict = JSON.parse(stdout) as VerdictJson;
    const isExpected = [allowed].flat().includes(verdict.allowed);
    return isExpected ? [] : [`the answer is ${verdict.allowed}, expected ${String(allowed)}`];
  }

  async #findingFailures(): Promise<readonly string[]> {
    const { has = [], hasNot = [] } = this.#check;
    if (has.length + hasNot.length === 0) return [];
    const { stdout, stderr } = await this.#run("json");
    // An input that is refused has no finding; every other one must give a report.
    if (stdout === "") return has.length === 0 && this.#mayBeRefused() ? [] : [`no report: ${stderr}`];
    const { findings } = JSON.parse(stdout) as AnalysisReport;
    return [
      ...has.flatMap((expected) =>
        findings.some(isMatch(expected)) ? [] : [`no finding ${JSON.stringify(expected)}`],
      ),
      ...hasNot.flatMap((unwanted) => findings.filter(isMatch(unwanted)).map(({ message }) => `unwanted: ${message}`)),
    ];
  }

  #mayBeRefused(): boolean {
    return [this.#check.exit ?? []].flat().includes(2);
  }

  async #formatFailures(): Promise<readonly string[]> {
    const { stdoutAny } = this.#check;
    if (stdoutAny === undefined) return [];
    const failures: string[] = [];
    for (const format of analysisFormats) {
      failures.push(...textFailures(`-o ${format}`, (await this.#run(format)).stdout, stdoutAny));
    }
    return failures;
  }

  #changedFiles(before: ReadonlyMap<string, string>): readonly string[] {
    if (this.#check.filesUnchanged !== true) return [];
    const after = filesOf(this.#folder);
    const names = new Set([...before.keys(), ...after.keys()]);
    return [...names].filter((name) => before.get(name) !== after.get(name)).map((name) => `${name} was written`);
  }
}

/** How a command is given the folder: `prove` names its files itself. */
function inputArguments(command: string | undefined): readonly string[] {
  if (command === "prove" || command === "diff") return [];
  return command === "can" || command === "explain" ? ["-f", "."] : ["."];
}

function textFailures(where: string, text: string, pattern: string | undefined): readonly string[] {
  return pattern === undefined || new RegExp(pattern, "mu").test(text) ? [] : [`${where} does not say ${pattern}`];
}

function isMatch({ rule, severity, text }: ExpectedFinding): (finding: Finding) => boolean {
  const [id, said] = [new RegExp(`^(?:${rule})$`, "u"), new RegExp(text ?? "", "u")];
  return ({ ruleId, severity: found, message, fix }) =>
    id.test(ruleId) && isAtLeast(found, severity) && said.test(`${message}\n${JSON.stringify(fix ?? "")}`);
}

/** `severities` begins with the gravest. */
function isAtLeast(found: Severity, asked: string | undefined): boolean {
  return asked === undefined || severities.indexOf(found) <= severities.findIndex((each) => each === asked);
}
