import { describe, expect, it } from "vitest";
import { analysisMarkdown } from "../../src/report/analysis-markdown.ts";
import type { Finding, Severity } from "../../src/answers/finding.ts";
import { finding, report } from "./samples.ts";

const fix = { kind: "suggested", description: "add a default deny" } as const;

function many(severity: Severity, count: number, more: Partial<Finding> = {}): readonly Finding[] {
  return Array.from({ length: count }, (_, i) => finding(severity, "r", i + 1, more));
}

describe("analysisMarkdown", () => {
  it("shows the summary, then findings by severity, the lesser ones folded", () => {
    const text = analysisMarkdown(report([...many("high", 1, { fix }), ...many("low", 2)]));
    expect(text).toContain("| Findings | 1 high, 2 low |\n");
    expect(text.slice(text.indexOf("### Findings"))).toBe(`### Findings

#### 1 high

| Severity | Rule | Place | Finding |
| --- | --- | --- | --- |
| high | \`r\` | \`p.yaml:1:3\` | r is the matter<br>Fix: add a default deny |

<details><summary>2 low</summary>

| Severity | Rule | Place | Finding |
| --- | --- | --- | --- |
| low | \`r\` | \`p.yaml:1:3\` | r is the matter |
| low | \`r\` | \`p.yaml:2:3\` | r is the matter |

</details>

`);
    expect(analysisMarkdown(report([]))).toMatch(/### Findings\n\nNone\.\n$/);
  });

  it("fits in a comment of GitHub, and counts what has no room", () => {
    const opportunity = {
      namespace: "n",
      type: "complexity_reduction",
      description: "d".repeat(5000),
      impact: "low",
      recommendation: "@".repeat(5000),
    } as const;
    const findings = [...many("critical", 3000), ...many("low", 3000, { message: "@<".repeat(4000), fix })];
    const text = analysisMarkdown(
      report(findings, { optimizationOpportunities: Array.from({ length: 500 }, () => opportunity) }),
    );
    expect(text.length).toBeLessThanOrEqual(60_000);
    expect(text.length).toBeGreaterThan(40_000);
    expect(text).toContain("#### 3,000 critical");
    expect(text).toMatch(/\nand 5,\d\d\d more findings: a comment has no room for them, `-o json` has all\.\n/);
    expect(text).toMatch(/\n- and 4\d\d more\n$/);
    expect((text.match(/<details>/g) ?? []).length).toBe((text.match(/<\/details>/g) ?? []).length);
  });

  it("lets nothing of the input become markup", () => {
    const text = analysisMarkdown(report([finding("high", "r", 1, { message: "</details><img src=x> @all [a](b)" })]));
    expect(text).toContain("&lt;/details&gt;&lt;img src=x&gt; @<!-- -->all \\[a\\]\\(b\\)");
  });
});
