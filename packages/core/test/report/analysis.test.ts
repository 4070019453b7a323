import { describe, expect, it } from "vitest";
import { analysisMarkdown } from "../../src/report/analysis-markdown.ts";
import { analysisText } from "../../src/report/analysis-text.ts";
import { findingsCsv } from "../../src/report/findings-csv.ts";
import { findingsGithub } from "../../src/report/findings-github.ts";
import type { Finding } from "../../src/answers/finding.ts";
import type { Overlap } from "../../src/answers/overlap.ts";
import { finding, metrics, report, web } from "./samples.ts";

const fix = { kind: "suggested", description: "add a default deny" } as const;
const bad = finding("high", "rule-a", 4, {
  affected: [web, "shop/x[Pod]", "shop/y[Pod]", "shop/z[Pod]"],
  affectedCount: 12,
  fix,
});

describe("analysisText", () => {
  it("starts with the summary, then the worst, each with its place, whom it affects and the fix", () => {
    expect(analysisText(report([bad, finding("low", "rule-b", 7)])))
      .toBe(`1 policy (and 1 not in force), 1 namespace, 2 workloads with 4 pods
isolation  ingress 1 of 2 workloads (50 %), egress 0 of 2 workloads (0 %)
reach      11 of 12 pod pairs may talk (92 %)
complexity average 4, median 4, from 4 to 4 per policy
scores     performance 96/100, security none, overall none (no security score: there are no pods that policies could isolate)

Findings   1 high, 1 low
high     rule-a
  p.yaml:4:3: rule-a is the matter
    affects shop/web[Deployment], shop/x[Pod], shop/y[Pod] and 9 more
  fix: add a default deny
low      rule-b
  p.yaml:7:3: rule-b is the matter
`);
  });

  it("says so when there is nothing to find, and when there are no workloads", () => {
    const text = analysisText(report([], { summary: { ...report([]).summary, workloads: 0, pods: 0 } }));
    expect(text).toContain("No findings");
    expect(text).toContain("no workloads in the input");
    expect(text).not.toContain("isolation");
  });

  it("is no wall of text for a big cluster", () => {
    const severities = ["critical", "high", "medium", "low", "info"] as const;
    const findings = severities.flatMap((severity) =>
      Array.from({ length: 400 }, (_, i) =>
        finding(severity, `${severity}-${i % 6}`, i, { affected: [web, "a/b[Pod]"], affectedCount: 9, fix }),
      ),
    );
    const overlap: Overlap = {
      namespace: "shop",
      policies: ["a", "b"],
      kind: "contained",
      directions: ["ingress"],
      selector: { matchLabels: { app: "web" } },
      exampleLabels: {},
      sharedWorkloads: [web],
      sharedWorkloadCount: 1,
      rules: { ingress: "overlap" },
      rulesOverlap: true,
    };
    const text = analysisText(
      report(findings, {
        namespaces: Object.fromEntries(
          Array.from({ length: 900 }, (_, i) => [
            `n${i}`,
            { policyCount: 2, complexityScore: i, metrics, policies: [] },
          ]),
        ),
        overlaps: Array.from({ length: 1000 }, () => overlap),
        overlapCount: 50_000,
        consolidationCandidates: Array.from(
          { length: 70 },
          () =>
            ({
              namespace: "shop",
              policies: ["a", "b"],
              directions: ["ingress"],
              description: "",
              recommendation: "",
              proved: true,
            }) as const,
        ),
        optimizationOpportunities: Array.from(
          { length: 70 },
          () =>
            ({
              namespace: "shop",
              type: "complexity_reduction",
              description: "d",
              impact: "low",
              recommendation: "r",
            }) as const,
        ),
        rulesNotEvaluated: Array.from({ length: 30 }, (_, i) => ({ ruleId: `r${i}`, reason: `why ${i % 7}` })),
      }),
    );
    // Each of the 800 that fail the gate takes a line for itself and one for whom it affects.
    expect(
      text.split("\n").filter((line) => !/^ {2,4}(?:p\.yaml:\d+:3: (?:critical|high)|affects)/.test(line)).length,
    ).toBeLessThan(100);
    expect(text).toContain("critical critical-0\n");
    expect(text).toContain("medium   medium-0 (2 of 67)");
    expect(text).toMatch(/and [\d,]+ more findings: /);
    expect(text).toContain("  and 49,997 more; see -o json");
    expect(text).toContain(
      "shop: b selects some of the pods of a, and rules of both admit the same traffic (today: shop/web[Deployment])",
    );
  });

  it("does not name the one workload twice", () => {
    const item = finding("high", "r", 1, { message: "web is open", affected: [web], affectedCount: 1 });
    expect(analysisText(report([item]))).not.toContain("affects");
  });

  it("colours only when asked", () => {
    // oxlint-disable-next-line no-control-regex -- the escape of ANSI colours is what is looked for
    const escape = /\u001b\[/;
    expect(analysisText(report([bad]))).not.toMatch(escape);
    expect(analysisText(report([bad]), { color: true })).toMatch(escape);
  });
});

describe("the other formats of the findings", () => {
  const hostile: Finding = finding("critical", "r", 2, { message: "a|b\n::warning::=x, 100%", fix });

  it("csv", () => {
    expect(findingsCsv(report([bad])))
      .toBe(`severity,rule,category,file,line,column,kind,namespace,name,message,affectedCount,affected,fix,count
high,rule-a,security,p.yaml,4,3,NetworkPolicy,shop,db,rule-a is the matter,12,shop/web[Deployment] shop/x[Pod] shop/y[Pod] shop/z[Pod],add a default deny,1
`);
  });

  it("github", () => {
    expect(findingsGithub(report([hostile]))).toBe(
      String.raw`::error file=p.yaml,line=2,endLine=2,col=3,endColumn=9,title=critical%3A r::a|b\n::warning::=x, 100%25%0AFix: add a default deny` +
        "\n",
    );
    const { location: _, ...nowhere } = finding("info", "r", 1);
    expect(findingsGithub(report([nowhere]))).toBe(
      "::notice title=info%3A r::NetworkPolicy shop/db: r is the matter\n",
    );
  });

  it("markdown", () => {
    const text = analysisMarkdown(report([hostile]));
    expect(text).toContain(
      "| critical | `r` | `p.yaml:2:3` | a\\|b\\\\n::warning::=x, 100%<br>Fix: add a default deny |\n",
    );
    expect(text).toContain("| Findings | 1 critical |\n");
  });
});
