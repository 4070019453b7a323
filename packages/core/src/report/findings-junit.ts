import { checkAnswer } from "../lib/check-argument.ts";
import { groupBy } from "../lib/group-by.ts";
import type { AnalysisReport } from "../answers/analysis-report.ts";
import { type Finding, type RuleNotEvaluated, type Severity, severities } from "../answers/finding.ts";
import type { PrintedRule } from "./rules.ts";
import { printable } from "./escape.ts";
import { type FindingEntry, entriesOf } from "./finding-entries.ts";
import { withoutListItem } from "./fingerprint.ts";
import { makingTexts, objectText, placeText, sameAgain, shortened } from "./words.ts";
import { xmlStart, xmlText } from "./xml.ts";

/** How findings are told as tests. */
export interface JunitOptions {
  /** The catalogue: a rule that found nothing is a test that passed. */
  readonly rules?: readonly PrintedRule[];
  /** From this severity on a finding is a failure; a lesser one is a test that passed, with the finding as its output. */
  readonly failOn?: Severity | "never";
  /** A test for each finding, also where they repeat each other. Default false. */
  readonly all?: boolean;
}

interface Suite {
  readonly name: string;
  readonly cases: readonly Case[];
}

type Outcome = "failure" | "error" | "skipped" | "output" | "passed";

interface Case {
  readonly name: string;
  readonly outcome: Outcome;
  /** In one line. */
  readonly message: string;
  /** Everything, as XML. */
  readonly text: string;
}

/** The findings as JUnit XML: a rule is a test suite, a finding one of its tests. */
export function findingsJunit(report: AnalysisReport, options: JunitOptions = {}): string {
  checkAnswer("findingsJunit", report, "AnalysisReport");
  const suites = suitesOf(report, options);
  const all = suites.flatMap(({ cases }) => cases);
  return [
    '<?xml version="1.0" encoding="UTF-8"?>\n',
    `${xmlStart("testsuites", { name: nameOf(report), ...totals(all) })}>\n`,
    ...suites.map(suiteXml),
    "</testsuites>\n",
  ].join("");
}

/** The whole, and the configuration that it was made with. */
function nameOf(report: AnalysisReport): string {
  return ["npa", ...makingTexts(report)].join(", ");
}

function suitesOf(report: AnalysisReport, options: JunitOptions): readonly Suite[] {
  const { rules = [] } = options;
  const { findings, rulesNotEvaluated, inputs } = report;
  const found = groupBy(findings, ({ ruleId }) => ruleId);
  const skipped = groupBy(rulesNotEvaluated, ({ ruleId }) => ruleId);
  const names = new Set([...rules.map(({ id }) => id), ...found.keys(), ...skipped.keys()]);
  const problems = inputs.problems.filter(({ severity }) => severity === "error");
  const input = problems.map(({ code, message, location }): Case => ({
    name: location === undefined ? code : `${code} in ${printable(location.file)} ${printable(location.path)}`.trim(),
    outcome: "error",
    message,
    text: xmlText(location === undefined ? message : `${placeText(location)}: ${message}`),
  }));
  return [
    ...(input.length === 0 ? [] : [{ name: "input", cases: uniquelyNamed(input) }]),
    ...[...names].map((name) => ({
      name,
      cases: ruleCases(found.get(name) ?? [], skipped.get(name) ?? [], options),
    })),
  ];
}

function ruleCases(
  findings: readonly Finding[],
  skipped: readonly RuleNotEvaluated[],
  { failOn = "info", all = false }: JunitOptions,
): readonly Case[] {
  const cases = [
    ...entriesOf(findings, { all }).map((entry) => findingCase(entry, isFailure(entry.finding, failOn))),
    ...skipped.map(({ reason }): Case => ({ name: reason, outcome: "skipped", message: reason, text: "" })),
  ];
  return cases.length > 0 ? uniquelyNamed(cases) : [{ name: "no finding", outcome: "passed", message: "", text: "" }];
}

function isFailure({ severity }: Finding, failOn: Severity | "never"): boolean {
  return failOn !== "never" && severities.indexOf(severity) <= severities.indexOf(failOn);
}

/** The name says which object and where in it, and not the line: a test that moves in its file stays the same test. */
function findingCase({ finding, repeats }: FindingEntry, isFailure: boolean): Case {
  const { severity, message, location, object, affected, affectedCount, fix } = finding;
  const others = repeats.map((other) => objectText(other.object));
  return {
    name: `${objectText(object)} ${printable(withoutListItem(location?.path ?? ""))}`.trim(),
    outcome: isFailure ? "failure" : "output",
    message: `${severity}: ${message}`,
    text: [
      `${severity}: ${message}`,
      ...(location === undefined ? [] : [`at ${placeText(location)}`]),
      ...(affectedCount === 0 ? [] : [`affects ${shortened(affected, affectedCount, 10)}`]),
      ...(others.length === 0 ? [] : [`${sameAgain(others.length)}: ${shortened(others, others.length, 10)}`]),
      ...(fix === undefined ? [] : [`fix: ${fix.description}`]),
    ]
      .map(xmlText)
      .join("\n"),
  };
}

/** Names are unique in a suite: a second test of a name is `name (2)`. */
function uniquelyNamed(cases: readonly Case[]): readonly Case[] {
  const seen = new Map<string, number>();
  return cases.map((each) => {
    const count = (seen.get(each.name) ?? 0) + 1;
    seen.set(each.name, count);
    return count === 1 ? each : { ...each, name: `${each.name} (${count})` };
  });
}

/** Only what the schemas of Jenkins and GitLab both know: `testsuites` counts no skipped tests there. */
function totals(cases: readonly Case[]): Readonly<Record<string, number>> {
  const count = (outcome: Outcome): number => cases.filter((each) => each.outcome === outcome).length;
  return { tests: cases.length, failures: count("failure"), errors: count("error") };
}

function suiteXml({ name, cases }: Suite): string {
  const skipped = cases.filter(({ outcome }) => outcome === "skipped").length;
  return [
    `  ${xmlStart("testsuite", { name, ...totals(cases), skipped })}>\n`,
    ...cases.map((each) => caseXml(each, name)),
    "  </testsuite>\n",
  ].join("");
}

function caseXml({ name, outcome, message, text }: Case, suite: string): string {
  const start = `    ${xmlStart("testcase", { classname: `npa.${suite}`, name })}`;
  if (outcome === "passed") return `${start}/>\n`;
  return `${start}>\n      ${outcomeXml(outcome, message, text)}\n    </testcase>\n`;
}

function outcomeXml(outcome: Exclude<Outcome, "passed">, message: string, text: string): string {
  switch (outcome) {
    case "skipped":
      return `<skipped>${xmlText(message)}</skipped>`;
    case "output":
      return `<system-out>${text}</system-out>`;
    case "failure":
    case "error":
      return `${xmlStart(outcome, { type: outcome, message })}>${text}</${outcome}>`;
  }
}
