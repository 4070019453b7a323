import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { analysisMarkdown } from "../../src/report/analysis-markdown.ts";
import { analysisText } from "../../src/report/analysis-text.ts";
import { filterFindings } from "../../src/report/filter-findings.ts";
import { findingsCsv } from "../../src/report/findings-csv.ts";
import { findingsGithub } from "../../src/report/findings-github.ts";
import { type GitlabIssue, findingsGitlab, toGitlabIssues } from "../../src/report/findings-gitlab.ts";
import { findingsJunit } from "../../src/report/findings-junit.ts";
import { finding, placeAt, report } from "./samples.ts";

const lines = (text: string, pattern: RegExp): number => text.split("\n").filter((line) => pattern.test(line)).length;

/** One template in forty namespaces. */
const repeats = Array.from({ length: 40 }, (_, i) =>
  finding("high", "open", i + 1, {
    group: "g",
    object: { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: `n${i}`, name: "base" },
  }),
);

describe("repeats", () => {
  it("are one entry with a count, in every format that people read", () => {
    const answer = report(repeats);
    expect(lines(analysisText(answer), /^ {2}p\.yaml:/)).toBe(1);
    expect(analysisText(answer)).toContain("and the same 39 times more: n1/base, n2/base, n3/base");
    expect(lines(analysisMarkdown(answer), /^\| high/)).toBe(1);
    expect(analysisMarkdown(answer)).toContain("The same 39 times more");
    expect(lines(findingsCsv(answer), /^high/)).toBe(1);
    expect(findingsCsv(answer)).toMatch(/,40\n$/);
    expect(lines(findingsGithub(answer), /^::/)).toBe(1);
    expect(lines(findingsJunit(answer), /<testcase/)).toBe(1);
  });

  it("that a filter has left out are no absence of findings", () => {
    expect(analysisText(report([]))).toContain("No findings\n");
    expect(analysisText(report([]), { leftOut: 3 })).toContain("No findings of those asked for; 3 others left out\n");
  });

  it("are told one by one when all is asked for", () => {
    const answer = report(repeats);
    expect(lines(analysisText(answer, { all: true }), /^ {2}p\.yaml:/)).toBe(40);
    expect(lines(analysisMarkdown(answer, { all: true }), /^\| high/)).toBe(40);
    expect(lines(findingsCsv(answer, { all: true }), /^high/)).toBe(40);
    expect(lines(findingsJunit(answer, { all: true }), /<testcase/)).toBe(40);
  });
});

describe("text", () => {
  const many = ["high", "medium"].flatMap((severity) =>
    Array.from({ length: 30 }, (_, i) => finding(severity as "high", `rule-${i % 3}`, i + 1)),
  );

  it("shows every finding that fails the gate", () => {
    expect(lines(analysisText(report(many)), /^ {2}p\.yaml:/)).toBe(30 + 6);
    expect(lines(analysisText(report(many), { failOn: "medium" }), /^ {2}p\.yaml:/)).toBe(60);
    expect(lines(analysisText(report(many), { failOn: "never" }), /^ {2}p\.yaml:/)).toBe(9 + 6);
    expect(analysisText(report(many), { failOn: "medium" })).not.toContain("--all");
  });

  it("breaks lines between words at the width of the terminal", () => {
    const text = analysisText(report([finding("high", "r", 1, { message: "many words ".repeat(30) })]), { width: 60 });
    const long = text.split("\n").filter((line) => line.length > 60);
    expect(long.filter((line) => line.trim().includes(" "))).toEqual([]);
    expect(text.replaceAll(/\s+/g, " ")).toContain("many words ".repeat(30).trim());
  });

  it("shows the lines about a place when it has the text", () => {
    const textOf = (file: string): string | undefined =>
      file === "p.yaml" ? "one\n  two: \u001b[2J\nthree" : undefined;
    const text = analysisText(report([finding("high", "r", 2)]), { textOf });
    expect(text).toContain("      1 | one\n    > 2 |   two: \\u001b[2J\n");
    expect(text).toContain("      3 | three\n");
  });
});

describe("github", () => {
  it("tells ten errors and ten warnings, the gravest first, and a line about the rest", () => {
    const findings = (["low", "medium", "high", "critical"] as const).flatMap((severity) =>
      Array.from({ length: 8 }, (_, i) => finding(severity, "r", i + 1)),
    );
    const text = findingsGithub(report(findings));
    expect([lines(text, /^::error/), lines(text, /^::warning/), lines(text, /^::notice/)]).toEqual([10, 8, 9]);
    expect(text.startsWith("::error file=p.yaml,line=1,endLine=1,col=3,endColumn=9,title=critical%3A r")).toBe(true);
    expect(text).toContain("::notice title=npa::and 6 more findings (6 high): the text of npa analyze has all\n");
  });
});

describe("gitlab", () => {
  it("gives each finding a place, a severity of GitLab's and a fingerprint of its own", () => {
    const { location: _, ...placeless } = finding("info", "r", 1);
    const issues = toGitlabIssues(report([finding("critical", "r", 3), finding("high", "r", 4), placeless]));
    expect(issues[0]).toMatchObject({
      check_name: "r",
      severity: "blocker",
      location: { path: "p.yaml", lines: { begin: 3 } },
    });
    expect(issues[2]?.location).toEqual({ path: "objects/shop/networkpolicy/db.yaml", lines: { begin: 1 } });
    expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(3);
  });

  it("has in each entry what GitLab documents, whatever names and messages are", () => {
    const hostile = fc.string({ unit: "binary", maxLength: 12 });
    const found = fc
      .record({
        severity: fc.constantFrom("critical", "high", "medium", "low", "info"),
        message: hostile,
        line: fc.constantFrom(0, 1, 7),
        file: fc.oneof(hostile, fc.constantFrom("/etc/x", "../x", "a/./b.yaml", "<stdin>")),
      })
      .map(({ severity, message, line, file }) =>
        finding(severity, "r", line, { message: `${message}.`, location: { ...placeAt(line), file } }),
      );
    fc.assert(
      fc.property(fc.array(found, { maxLength: 5 }), (findings) => {
        const issues = JSON.parse(findingsGitlab(report(findings))) as readonly GitlabIssue[]; // as GitLab reads it
        expect(issues).toHaveLength(findings.length);
        expect(new Set(issues.map(({ fingerprint }) => fingerprint)).size).toBe(issues.length);
        for (const { description, check_name: name, severity, location } of issues) {
          expect([description, name].every((each) => each.trim() !== "")).toBe(true);
          expect(["info", "minor", "major", "critical", "blocker"]).toContain(severity);
          expect(location.path).toMatch(/^(?!\/)(?!\.\.?(?:\/|$))./u);
          expect(Number.isInteger(location.lines.begin) && location.lines.begin >= 1).toBe(true);
        }
      }),
      { numRuns: 60 },
    );
  });

  it("keeps the fingerprint when lines move", () => {
    const [before, after] = [3, 30].map((line) => toGitlabIssues(report([finding("high", "r", line)]))[0]?.fingerprint);
    expect(before).toBe(after);
  });
});

describe("junit", () => {
  it("has names that do not move with lines, and are unique", () => {
    const names = (line: number): readonly string[] =>
      [
        ...findingsJunit(report([finding("high", "r", line), finding("high", "r", line + 1)])).matchAll(
          / name="([^"]*)"/g,
        ),
      ].map(([, name = ""]) => name);
    expect(names(3)).toEqual(names(30));
    expect(new Set(names(3)).size).toBe(names(3).length);
  });
});

describe("filterFindings", () => {
  const answer = report([finding("high", "a", 1), finding("medium", "a", 2), finding("low", "b", 3)]);

  it.each([
    [{ severity: "medium" }, 2],
    [{ rules: ["b"] }, 1],
    [{ rules: ["!a"] }, 1],
    [{ rules: ["a", "!a"] }, 0],
    [{ severity: "high", rules: ["a"] }, 1],
    [{}, 3],
  ] as const)("%j leaves %d findings, and counts those", (filter, count) => {
    const shown = filterFindings(answer, filter);
    expect(shown.findings).toHaveLength(count);
    expect(Object.values(shown.summary.findingsBySeverity).reduce((a, b) => a + b, 0)).toBe(count);
  });
});
