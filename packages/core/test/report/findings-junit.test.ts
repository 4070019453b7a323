import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingsJunit } from "../../src/report/findings-junit.ts";
import { xmlText } from "../../src/report/xml.ts";
import { casesIn, junitFaults, parseXml } from "./junit-schema.ts";
import { finding, placeAt, report } from "./samples.ts";

const rule = {
  id: "quiet",
  severity: "low",
  category: "security",
  title: "Quiet",
  needs: [],
  fix: "none",
  docs: "d",
} as const;

describe("findingsJunit", () => {
  it("tells findings as failures, rules without findings as passed, rules not evaluated as skipped", () => {
    const item = finding("high", "open", 4, {
      message: `<b> & "x"\u0000\uFFFE`,
      affected: ["shop/web[Deployment]"],
      affectedCount: 1,
      fix: { kind: "suggested", description: "close <it>" },
    });
    const answer = report([item, finding("low", "open", 9)], {
      rulesNotEvaluated: [{ ruleId: "blind", reason: "no workloads" }],
    });
    expect(findingsJunit(answer, { rules: [rule], failOn: "medium" })).toBe(`<?xml version="1.0" encoding="UTF-8"?>
<testsuites name="npa" tests="4" failures="1" errors="0">
  <testsuite name="quiet" tests="1" failures="0" errors="0" skipped="0">
    <testcase classname="npa.quiet" name="no finding"/>
  </testsuite>
  <testsuite name="open" tests="2" failures="1" errors="0" skipped="0">
    <testcase classname="npa.open" name="NetworkPolicy shop/db spec">
      <failure type="failure" message="high: &lt;b&gt; &amp; &quot;x&quot;\\u0000">high: &lt;b&gt; &amp; &quot;x&quot;\\u0000
at p.yaml:4:3
affects shop/web[Deployment]
fix: close &lt;it&gt;</failure>
    </testcase>
    <testcase classname="npa.open" name="NetworkPolicy shop/db spec (2)">
      <system-out>low: open is the matter
at p.yaml:9:3</system-out>
    </testcase>
  </testsuite>
  <testsuite name="blind" tests="1" failures="0" errors="0" skipped="1">
    <testcase classname="npa.blind" name="no workloads">
      <skipped>no workloads</skipped>
    </testcase>
  </testsuite>
</testsuites>
`);
  });

  it("tells what could not be read as errors", () => {
    const { inputs } = report([]);
    const problem = { code: "yaml-syntax", severity: "error", message: "a < b", location: placeAt(3) } as const;
    const xml = findingsJunit(report([], { inputs: { ...inputs, problems: [problem] } }));
    expect(xml).toContain('<testsuites name="npa" tests="1" failures="0" errors="1">');
    expect(xml).toContain('<error type="error" message="a &lt; b">p.yaml:3:3: a &lt; b</error>');
  });

  it("fails nothing when nothing is to fail", () => {
    const xml = findingsJunit(report([finding("critical", "r", 1)]), { failOn: "never" });
    expect(xml).toContain('tests="1" failures="0"');
  });
});

describe("JUnit XML", () => {
  const hostile = fc.string({ unit: "binary", maxLength: 12 });
  const place = hostile.map((path) => ({ ...placeAt(3), path }));
  const findings = fc.array(
    fc
      .record({
        severity: fc.constantFrom("critical", "high", "medium", "low", "info"),
        ruleId: fc.constantFrom("open", "missing-dns-egress", "redundant-rule"),
        message: hostile,
        location: place,
      })
      .map(({ severity, ruleId, ...more }) => finding(severity, ruleId, 3, more)),
    { maxLength: 6 },
  );

  it("is what Jenkins and GitLab take, whatever names and messages are", () => {
    fc.assert(
      fc.property(findings, hostile, (found, reason) => {
        const answer = report(found, { rulesNotEvaluated: [{ ruleId: "blind", reason: `x${reason}` }] });
        const root = parseXml(findingsJunit(answer, { rules: [rule], failOn: "medium" }));
        expect(junitFaults(root)).toEqual([]);
        // GitLab takes two tests of one class and name for one test.
        const names = casesIn(root).map(({ attributes }) => `${attributes["classname"]} ${attributes["name"]}`);
        expect(new Set(names).size).toBe(names.length);
      }),
      { numRuns: 200 },
    );
  });

  it("names tests by object and place, so that a line more above moves none", () => {
    const names = (line: number): readonly string[] =>
      casesIn(parseXml(findingsJunit(report([finding("high", "open", line), finding("low", "open", line + 4)])))).map(
        ({ attributes }) => `${attributes["classname"]} ${attributes["name"]}`,
      );
    expect(names(8)).toEqual(names(4));
  });

  it("has a check that finds what is wrong", () => {
    const suites = (inner: string): string =>
      `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>${inner}</testsuites>\n`;
    expect(() => parseXml(suites("<a></b>"))).toThrow(/ends <a>/);
    expect(() => parseXml(suites("a & <"))).toThrow(/not well formed/);
    expect(junitFaults(parseXml(suites('<testsuite name="a" tests="2" failures="0" line="3">x</testsuite>')))).toEqual([
      "<testsuite> has no errors",
      "<testsuite> has line",
      "text in <testsuite>",
      "<testsuite> says tests 2, not 0",
    ]);
  });
});

describe("xmlText", () => {
  it("has no markup and no character that XML 1.0 lacks", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(xmlText(text)).toMatch(/^(?:[^<>&"'\p{Cc}\p{Cs}\uFFFE\uFFFF]|&(?:amp|lt|gt|quot|apos);)*$/u);
      }),
      { numRuns: 300 },
    );
  });
});
