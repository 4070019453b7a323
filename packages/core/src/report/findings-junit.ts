import { groupBy } from "../lib/group-by.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import { type Finding, type RuleNotEvaluated, type Severity, severities } from "../answers/finding.ts";
import type { PrintedRule } from "./rules.ts";
import { objectText, placeText, shortened } from "./words.ts";
import { xmlStart, xmlText } from "./xml.ts";

/** How findings are told as tests. */
export interface JunitOptions {
  /** The catalogue: a rule that found nothing is a test that passed. */
  readonly rules?: readonly PrintedRule[];
  /** From this severity on a finding is a failure; a lesser one is a test that passed, with the finding as its output. */
  readonly failOn?: Severity | "never";
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

type Outcome = "failure" | "error" | "skipped" | "output" | "passed";

interface Case {
  readonly name: string;
  readonly file?: string;
  readonly outcome: Outcome;
  /** In one line. */
  readonly message: string;
  /** Everything, as XML. */
  readonly text: string;
}

/** The findings as JUnit XML: a rule is a test suite, a finding one of its tests. */
export function findingsJunit(report: AnalysisReport, options: JunitOptions = {}): string {
  const suites = suitesOf(report, options);
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `${xmlStart("testsuites", { name: "npa", ...totals(all) })}>\n`,
    ...suites.map(suiteXml),
    "</testsuites>\n",
  ].join("");
}

function suitesOf(report: AnalysisReport, { rules = [], failOn = "info" }: JunitOptions): readonly Suite[] {
  const { findings, rulesNotEvaluated, inputs } = report;
  const found = groupBy(findings, ({ ruleId }) => ruleId);
  const skipped = groupBy(rulesNotEvaluated, ({ ruleId }) => ruleId);
  const names = new Set([...rules.map(({ id }) => id), ...found.keys(), ...skipped.keys()]);
  const problems = inputs.problems.filter(({ severity }) => severity === "error");
  const input = problems.map(({ code, message, location }): Case => ({
    name: location === undefined ? code : `${code} at ${placeText(location)}`,
    ...(location === undefined ? {} : { file: location.file }),
    outcome: "error",
    message,
    text: xmlText(message),
  }));
  return [
    ...(input.length === 0 ? [] : [{ name: "input", cases: input }]),
    ...[...names].map((name) => ({
      name,
      cases: ruleCases(found.get(name) ?? [], skipped.get(name) ?? [], failOn),
    })),
  ];
}

function ruleCases(
  findings: readonly Finding[],
  skipped: readonly RuleNotEvaluated[],
  failOn: Severity | "never",
): readonly Case[] {
  const cases = [
    ...findings.map((finding) => findingCase(finding, isFailure(finding, failOn))),
    ...skipped.map(({ reason }): Case => ({ name: reason, outcome: "skipped", message: reason, text: "" })),
  ];
  return cases.length > 0 ? cases : [{ name: "no finding", outcome: "passed", message: "", text: "" }];
}

function isFailure({ severity }: Finding, failOn: Severity | "never"): boolean {
  return failOn !== "never" && severities.indexOf(severity) <= severities.indexOf(failOn);
}

function findingCase(finding: Finding, isFailure: boolean): Case {
  const { severity, message, location, object, affected, affectedCount, fix } = finding;
  const place = location === undefined ? "" : ` at ${placeText(location)}`;
  return {
    name: `${objectText(object)}${place}`,
    ...(location === undefined ? {} : { file: location.file }),
    outcome: isFailure ? "failure" : "output",
    message: `${severity}: ${message}`,
    text: [
      `${severity}: ${message}`,
      ...(affectedCount === 0 ? [] : [`affects ${shortened(affected, affectedCount, 10)}`]),
      ...(fix === undefined ? [] : [`fix: ${fix.description}`]),
    ]
      .map(xmlText)
      .join("\n"),
  };
}

function totals(cases: readonly Case[]): Readonly<Record<string, number>> {
  const count = (outcome: Outcome): number => cases.filter((each) => each.outcome === outcome).length;
  return { tests: cases.length, failures: count("failure"), errors: count("error"), skipped: count("skipped") };
}

function suiteXml({ name, cases }: Suite): string {
  return [
    `  ${xmlStart("testsuite", { name, ...totals(cases) })}>\n`,
    ...cases.map((each) => caseXml(each, name)),
    "  </testsuite>\n",
  ].join("");
}

function caseXml({ name, file, outcome, message, text }: Case, suite: string): string {
  const start = `    ${xmlStart("testcase", { classname: `npa.${suite}`, name, ...(file === undefined ? {} : { file }) })}`;
  if (outcome === "passed") return `${start}/>\n`;
  return `${start}>\n      ${outcomeXml(outcome, message, text)}\n    </testcase>\n`;
}

function outcomeXml(outcome: Exclude<Outcome, "passed">, message: string, text: string): string {
  switch (outcome) {
    case "skipped":
      return `${xmlStart("skipped", { message })}/>`;
    case "output":
      return `<system-out>${text}</system-out>`;
    case "failure":
    case "error":
      return `${xmlStart(outcome, { type: outcome, message })}>${text}</${outcome}>`;
  }
}
