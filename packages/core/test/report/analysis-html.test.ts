import { createHash } from "node:crypto";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { analyzeCluster } from "../../src/analysis/analyze.ts";
import { reportPicture } from "../../src/analysis/report-picture.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { analysisHtml } from "../../src/report/html/analysis-html.ts";
import type { PageData } from "../../src/report/html/page-data.ts";
import { ruleCatalog } from "../../src/analysis/rule-catalog.ts";
import { chain } from "../graph/clusters.ts";

function htmlOf(text: string): string {
  const cluster = readManifests([{ name: "cluster.yaml", text }]);
  const options = { version: "1.2.3", rules: ruleCatalog().rules, textOf: () => text };
  return analysisHtml(analyzeCluster(cluster), [reportPicture(cluster)], options);
}

function dataOf(html: string): PageData {
  const [, base64 = ""] = /id="data">([^<]*)</.exec(html) ?? [];
  return JSON.parse(gunzipSync(Buffer.from(base64, "base64")).toString("utf8")) as PageData;
}

function hashOf(html: string, element: RegExp): string {
  const [, text = ""] = element.exec(html) ?? [];
  return `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
}

describe("the HTML report", () => {
  const html = htmlOf(chain);

  it("lets nothing run but its own program, and loads nothing", () => {
    const [, policy = ""] = /Content-Security-Policy" content="([^"]*)"/.exec(html) ?? [];
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain(`script-src ${hashOf(html, /<script type="module">([\s\S]*?)<\/script>/)}`);
    expect(policy).toContain(`style-src ${hashOf(html, /<style>([\s\S]*?)<\/style>/)}`);
    expect(html.replace(/<script[\s\S]*<\/script>/, "")).not.toMatch(/(?:src|href)=/);
  });

  it("is the same file for the same report", () => {
    expect(htmlOf(chain)).toBe(html);
  });

  it("holds the findings with their lines, the graph with the rules behind each edge, and the matrix", () => {
    const data = dataOf(html);
    const [picture] = data.pictures;
    const at = (id: string): number => picture?.nodes.findIndex((node) => node.id === id) ?? -1;
    const edge = picture?.edges.find(
      ({ from, to }) => from === at("shop/web[Deployment]") && to === at("shop/api[Deployment]"),
    );
    expect(edge).toMatchObject({ ports: "TCP 8080", all: false, egress: [] });
    expect(edge?.ingress.map((rule) => picture?.rules[rule])).toEqual([
      "NetworkPolicy shop/api-accepts spec.ingress[0] (cluster.yaml:42:87)",
    ]);
    expect(picture?.matrix).toMatchObject({ names: ["internet", "ops", "shop"], cells: [".#.", "##.", "##o"] });
    expect(data.findings.length).toBeGreaterThan(2);
    expect(data.findings.some(({ frame = [] }) => frame.some((line) => line.startsWith(">")))).toBe(true);
    expect(data.policies.map(({ name }) => name)).toContain("db-accepts");
  });

  it("writes no text of the input but as compressed data", () => {
    const name = "</script><script>alert(1)</script>";
    const hostile = chain.replaceAll("name: web-accepts", `name: ${JSON.stringify(name)}`);
    expect(htmlOf(hostile)).not.toContain("alert(1)");
  });
});
