import { type FixResult, fixSources } from "../../src/analysis/fix-sources.ts";
import type { SourceText } from "../../src/parse/document.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import type { Finding } from "../../src/answers/finding.ts";
import type { RuleDefinition } from "../../src/rules/define-rule.ts";
import { allRules } from "../../src/rules/registry.ts";
import { runRules } from "../../src/rules/run-rules.ts";
import type { Cluster } from "../../src/model/cluster.ts";

/** Fixes files, as `npa analyze --fix` does. `more` adds findings of rules that do not run. */
export function fix(
  files: Readonly<Record<string, string>>,
  options: {
    readonly suggested?: boolean;
    readonly more?: readonly Finding[];
    readonly rules?: readonly RuleDefinition[];
  } = {},
): FixResult {
  const sources: readonly SourceText[] = Object.entries(files).map(([name, text]) => ({ name, text }));
  return fixSources({
    sources,
    read: (texts) => readManifests(texts),
    findings: (cluster) => [...findingsIn(cluster, options.rules), ...(options.more ?? [])],
    suggested: options.suggested ?? false,
  });
}

/** One file after its fixes; the text as it was when nothing changed. */
export function fixed(text: string, more: readonly Finding[] = [], suggested = false): string {
  const { files } = fix({ "a.yaml": text }, { more, suggested });
  return files.find(({ name }) => name === "a.yaml")?.after ?? text;
}

/** A finding that wants a part of a policy of the namespace shop taken out. */
export function finding(ruleId: string, name: string, path: readonly (string | number)[] = []): Finding {
  const object = { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", namespace: "shop", name };
  return {
    ruleId,
    severity: "low",
    category: "optimization",
    message: "",
    location: { file: "a.yaml", line: 1, column: 1, endLine: 1, endColumn: 1, path: "" },
    object,
    affected: [],
    affectedCount: 0,
    related: [],
    fix: { kind: "safe", description: "", changes: [{ type: "delete", object, path }] },
  };
}

/** What the rules find. */
export function findingsIn(cluster: Cluster, rules: readonly RuleDefinition[] = allRules): readonly Finding[] {
  return runRules(new Reachability(cluster, { assumptions: defaultAssumptions }), { rules }).findings;
}
