import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import {
  type AnalysisReport,
  type Cluster,
  type SourceText,
  analyzeCluster,
  readManifests,
  ruleCatalog,
} from "@npa/core";
import { type ReportPicture, analysisHtml, reportPicture } from "@npa/core/html";
import { loadPaths } from "@npa/core/node";
import { type Browser, type Locator, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, expect } from "vitest";
import { browser as executablePath, browserArguments } from "./browser.ts";

/** The parts of a report. */
export const tabs = ["summary", "findings", "graph", "namespaces", "policies"] as const;

/** A report on disk, and what it must show. */
export interface Opened {
  readonly url: string;
  readonly bytes: number;
  readonly report: AnalysisReport;
  readonly picture: ReportPicture;
}

const directory = mkdtempSync(path.join(tmpdir(), "npa-html-"));
let running: Browser | undefined;

/** Has the tests of a file share a browser, where there is one. */
export function useBrowser(): void {
  beforeAll(async () => {
    if (executablePath !== undefined)
      running = await chromium.launch({ executablePath, args: [...browserArguments], timeout: 60_000 });
  }, 90_000);
  afterAll(async () => {
    await running?.close();
    rmSync(directory, { recursive: true, force: true });
  });
}

/** Writes the report of a cluster. */
export function written(name: string, cluster: Cluster, sources: readonly SourceText[]): Opened {
  const report = analyzeCluster(cluster);
  const picture = reportPicture(cluster);
  const texts = new Map(sources.map((source) => [source.name, source.text]));
  const options = { version: "0.0.0", rules: ruleCatalog().rules, textOf: (file: string) => texts.get(file) };
  const file = path.join(directory, `${name}.html`);
  const html = analysisHtml(report, [picture], options);
  writeFileSync(file, html);
  return { url: `file://${file}`, bytes: Buffer.byteLength(html), report, picture };
}

/** The same of manifests on disk. */
export async function fromPaths(name: string, paths: readonly string[]): Promise<Opened> {
  const { sources } = await loadPaths(paths);
  return written(name, readManifests(sources), sources);
}

/** A page that shows a report, and everything it complained of. */
export async function opened({ url }: Pick<Opened, "url">, hash = ""): Promise<{ page: Page; complaints: string[] }> {
  if (running === undefined) throw new Error("no browser");
  const page = await running.newPage({ viewport: { width: 1_280, height: 900 } });
  const complaints: string[] = [];
  page.on("console", (message) => {
    // Software WebGL is slow, and says so.
    if (message.type() === "error" || (message.type() === "warning" && !message.text().includes("GPU stall")))
      complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("dialog", (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on("request", (request) => {
    if (!/^(?:file|data|blob):/.test(request.url())) complaints.push(`asks for ${request.url()}`);
  });
  await page.goto(url + hash);
  await page.waitForSelector("html[data-ready]", { timeout: 60_000 });
  return { page, complaints };
}

function figure(text: string | null): number {
  return Number(/[\d,]+/.exec(text ?? "")?.[0].replaceAll(",", ""));
}

/** What is shown follows the address a moment later. */
async function expectFigure(shown: Locator, expected: number): Promise<void> {
  await expect.poll(async () => figure(await shown.textContent()), { timeout: 15_000 }).toBe(expected);
}

/** What a person finds behind each tab agrees with the report. */
export async function expectAgreement(shown: Opened): Promise<void> {
  const { page, complaints } = await opened(shown);
  const { report, picture } = shown;
  for (const severity of ["critical", "high", "medium", "low", "info"] as const) {
    const link = page.locator(`.severities .severity-${severity}`);
    await expectFigure(link, report.summary.findingsBySeverity[severity]);
  }
  await page.locator(".severities .severity-medium").click();
  const medium = report.findings.filter((finding) => finding.severity === "medium");
  await expectFigure(page.locator("#findings .count"), medium.length);
  expect(page.url()).toContain("severity=medium");
  await page.getByRole("button", { name: "Clear" }).click();
  const [rule = ""] = report.findings.map(({ ruleId }) => ruleId);
  if (rule !== "") {
    await page.locator("#filter-rule").selectOption(rule);
    const ofRule = report.findings.filter(({ ruleId }) => ruleId === rule);
    await expectFigure(page.locator("#findings .count"), ofRule.length);
  }
  await page.getByRole("link", { name: "graph" }).click();
  const { nodes, edges } = picture.graph;
  const node = nodes.find(({ id }) => edges.some(({ source }) => source === id));
  if (node !== undefined) {
    await page.locator("#graph .side .node").nth(nodes.indexOf(node)).click();
    const reaches = edges.filter(({ source }) => source === node.id).length;
    await expect
      .poll(async () => await page.locator("#graph .detail h4").allTextContents())
      .toEqual([`Reached by (${edges.filter(({ target }) => target === node.id).length})`, `Reaches (${reaches})`]);
  }
  await page.getByRole("link", { name: "namespaces" }).click();
  await expect.poll(async () => await page.locator("#cell-from option").count()).toBe(picture.matrix.nodes.length);
  await page.getByRole("link", { name: "policies" }).click();
  const policies = Object.values(report.namespaces).reduce((sum, namespace) => sum + namespace.policies.length, 0);
  await expectFigure(page.locator("#policies .count"), policies);
  expect(complaints).toEqual([]);
  await page.close();
}
