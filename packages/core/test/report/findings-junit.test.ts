import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { findingsJunit } from "../../src/report/findings-junit.ts";
import { xmlText } from "../../src/report/xml.ts";
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
