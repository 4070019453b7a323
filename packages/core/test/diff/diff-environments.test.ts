import { describe, expect, it } from "vitest";
import { diffEnvironments } from "../../src/analysis/diff-environments.ts";
import type { Environment } from "../../src/analysis/environments.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { diffCsv } from "../../src/report/diff-csv.ts";
import { diffDot, diffMermaid } from "../../src/report/diff-graph.ts";
import { diffMarkdown } from "../../src/report/diff-markdown.ts";
import { diffText } from "../../src/report/diff-text.ts";
import { schemaErrors } from "../report/schemas.ts";

const pod = (name: string, app = name): string =>
  `{apiVersion: v1, kind: Pod, metadata: {name: ${name}, namespace: shop, labels: {app: ${app}}}, spec: {}}\n`;
const policy = (spec: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: shop}, spec: {podSelector: {}, ${spec}}}\n`;

function environment(name: string, pods: number, spec: string): Environment {
  const text = [...Array.from({ length: pods }, (_, i) => pod(`pod-${i}`)), policy(spec)].join("---\n");
  return { name, root: name, cluster: readManifests([{ name: "base.yaml", text }]) };
}

const closed = "policyTypes: [Ingress, Egress]";
const open = "policyTypes: []";
const pair = (name: string, pods: number): readonly [Environment, Environment] => [
  environment(name, pods, closed),
  environment(name, pods, "ingress: [{}], egress: [{}]"),
];
const numbers = (count: number): readonly number[] => Array.from({ length: count }, (_, i) => i);

describe("diffEnvironments", () => {
  it("tells what holds of several once, and leaves out where nothing changes", () => {
    const old = [environment("dev", 2, closed), environment("prod", 2, closed), environment("same", 2, open)];
    const now = [environment("dev", 2, open), environment("prod", 2, open), environment("same", 2, open)];
    const diff = diffEnvironments(old, now, { findings: false });
    expect(schemaErrors(diff)).toEqual([]);
    expect(diff.verdict).toMatchObject({
      opened: 2 * (diff.environments[0]?.diff.verdict.opened ?? 0),
      newFindings: null,
    });
    const text = [...diffText(diff)].join("");
    expect(text).toContain("nothing changes in same\n\n== dev and prod\nThis change opens");
    expect(text.match(/^== /gm)).toHaveLength(1);
    expect(diffMarkdown(diff).match(/^## In .*$/gm)).toEqual(["## In dev and prod"]);
    const rows = [...diffCsv(diff)].slice(1);
    expect(rows).toHaveLength(diff.environments.reduce((sum, each) => sum + each.diff.changes.length, 0));
  });

  it("refuses two of one name", () => {
    const twice = [environment("dev", 1, closed), environment("dev", 1, closed)];
    expect(() => diffEnvironments(twice, [])).toThrow('two environments of one side are called "dev"');
  });

  it.each([2, 30])("draws no more than is readable of %i environments, and counts the rest", (count) => {
    const pairs = numbers(count).map((i) => pair(`e${i}`, 6));
    const diff = diffEnvironments(
      pairs.map(([old]) => old),
      pairs.map(([, now]) => now),
      { findings: false },
    );
    const all = diff.environments.reduce((sum, each) => sum + each.diff.changeCount, 0);
    for (const picture of [diffDot(diff), diffMermaid(diff)]) {
      const edges = picture.split("\n").filter((line) => /^ {2}n\d+ (?:->|==>|-->|-\.->)/.test(line));
      expect(edges.length).toBeLessThanOrEqual(21);
      const drawn = edges.map((line) => Number(/(\d+)(?: more)? connection/.exec(line)?.[1] ?? 1));
      expect(drawn.reduce((sum, each) => sum + each, 0)).toBe(all);
    }
  });

  it("fits into a comment, and puts nothing under the wrong environment", () => {
    const long = "x".repeat(253);
    const many = (name: string, spec: string): Environment => {
      const pods = numbers(25).map((i) => pod(`${long.slice(0, 240)}-${i}`, `a${i}`));
      const policies = numbers(5).map((i) =>
        policy(spec)
          .replace("name: p,", `name: ${name}-${i},`)
          .replace("podSelector: {}", `podSelector: {matchLabels: {app: a${i}}}`),
      );
      const text = [...pods, ...policies].join("---\n");
      return { name, root: name, cluster: readManifests([{ name: `${long}/${long}/${name}.yaml`, text }]) };
    };
    const old = numbers(8).map((i) => many(`e${i}`, "policyTypes: [Ingress]"));
    const now = numbers(8).map((i) => many(`e${i}`, "policyTypes: [Egress]"));
    const text = diffMarkdown(diffEnvironments(old, now, { findings: false }), { name: "ci" });
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toMatch(/^<!-- npa-diff:ci -->\n/);
    expect(text).toMatch(/more sections: `npa diff` shows them all\.\n$/);
    let under = "";
    for (const line of text.split("\n")) {
      under = /^## In (e\d+)$/.exec(line)?.[1] ?? under;
      const named = /NetworkPolicy shop\/(e\d+)-/.exec(line)?.[1];
      if (named !== undefined) expect(named).toBe(under);
    }
  });
});
