import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { allRules } from "../../src/rules/registry.ts";
import { parseConfig } from "../../src/config/parse-config.ts";
import type { RuleResults } from "../../src/rules/run-rules.ts";
import { evaluateWith } from "./evaluate.ts";

const pages = new URL("../../../../docs/rules/", import.meta.url);

/** The examples of a page by kind, in order. */
function examples(page: string, kind: "bad" | "good" | "config"): readonly string[] {
  return [...page.matchAll(/```yaml (\w+)\n([\s\S]*?)```/g)]
    .filter(([, written]) => written === kind)
    .map(([, , yaml]) => yaml ?? "");
}

describe.each(allRules)("page of $id", (rule) => {
  const page = readFileSync(new URL(`${rule.id}.md`, pages), "utf8");
  const [config = ""] = examples(page, "config");
  const { tiers = [] } = parseConfig(config, "npa.config.yaml");
  const evaluate = (yaml: string): RuleResults => evaluateWith(yaml, rule.id, { tiers });

  it("has a bad example that fires", () => {
    const bad = examples(page, "bad");
    expect(bad.length).toBeGreaterThan(0);
    for (const yaml of bad) {
      const { findings } = evaluate(yaml);
      expect(findings.length).toBeGreaterThan(0);
      expect(findings.every(({ ruleId, location }) => ruleId === rule.id && location !== undefined)).toBe(true);
    }
  });

  it("has a good example that is silent, and was judged", () => {
    const good = examples(page, "good");
    expect(good.length).toBeGreaterThan(0);
    for (const yaml of good) expect(evaluate(yaml)).toEqual({ findings: [], notEvaluated: [] });
  });

  it("says what the registry says", () => {
    expect(page).toContain(`# ${rule.id}\n\n${rule.title}.`);
    const row =
      page
        .match(/\|---\|---\|---\|---\|\n\|(.*)\|\n/)?.[1]
        ?.split("|")
        .map((cell) => cell.trim()) ?? [];
    expect(row[0]).toMatch(new RegExp(`^${rule.severity}\\b`));
    expect(row.slice(1)).toEqual([rule.category, rule.needs.join(", "), rule.fix]);
  });

  it("links to the documentation of Kubernetes and has all its sections", () => {
    for (const title of ["What it finds", "Why it matters", "Example", "How to fix it", "Limits", "See also"])
      expect(page).toContain(`\n## ${title}\n`);
    expect(page).toMatch(/\(https:\/\/kubernetes\.io\/docs\//);
  });
});
