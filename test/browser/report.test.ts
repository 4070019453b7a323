import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
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
import { generateCluster, toYaml } from "@npa/fixtures";
import axe from "axe-core";
import { type Browser, type Locator, type Page, chromium } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { browser as executablePath, browserArguments } from "./browser.ts";

const tabs = ["summary", "findings", "graph", "namespaces", "policies"] as const;

/** A report on disk, and what it must show. */
interface Opened {
  readonly url: string;
  readonly report: AnalysisReport;
  readonly picture: ReportPicture;
}

const directory = mkdtempSync(path.join(tmpdir(), "npa-html-"));
let running: Browser | undefined;

beforeAll(async () => {
  if (executablePath !== undefined)
    running = await chromium.launch({ executablePath, args: [...browserArguments], timeout: 60_000 });
}, 90_000);

afterAll(async () => {
  await running?.close();
  rmSync(directory, { recursive: true, force: true });
});

function written(name: string, cluster: Cluster, sources: readonly SourceText[]): Opened {
  const report = analyzeCluster(cluster);
  const picture = reportPicture(cluster);
  const texts = new Map(sources.map((source) => [source.name, source.text]));
  const options = { version: "0.0.0", rules: ruleCatalog().rules, textOf: (file: string) => texts.get(file) };
  const file = path.join(directory, `${name}.html`);
  writeFileSync(file, analysisHtml(report, [picture], options));
  return { url: `file://${file}`, report, picture };
}

async function fromPaths(name: string, paths: readonly string[]): Promise<Opened> {
  const { sources } = await loadPaths(paths);
  return written(name, readManifests(sources), sources);
}

/** A page that shows a report, and everything it complained of. */
async function opened({ url }: Pick<Opened, "url">, hash = ""): Promise<{ page: Page; complaints: string[] }> {
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
async function expectAgreement(shown: Opened): Promise<void> {
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

const hostileNames = [
  "</script><script>alert(1)</script>",
  "<img src=x onerror=alert(1)>",
  "javascript:alert(1)",
  '"><svg onload=alert(1)>',
  "${alert(1)}{{alert(1)}}",
];

const where =
  executablePath === undefined ? "no Chromium found: install it, or name one with NPA_BROWSER" : "in Chromium";

describe.skipIf(executablePath === undefined)(`the HTML report, ${where}`, () => {
  it.each([
    "examples/shop",
    "packages/fixtures/cases/seed-000-efficient-policies/input",
    "packages/fixtures/cases/seed-003-zero-trust/input",
  ])(
    "shows what the report of %s says",
    async (input) => {
      await expectAgreement(await fromPaths(path.basename(path.dirname(input)) + path.basename(input), [input]));
    },
    120_000,
  );

  it("shows a cluster of 1,400 pods", async () => {
    const text = [...toYaml(generateCluster("S"))].join("");
    const sources = [{ name: "cluster.yaml", text }];
    await expectAgreement(written("S", readManifests(sources), sources));
  }, 120_000);

  it("runs nothing that a manifest holds", async () => {
    const template = readFileSync("examples/shop/workloads.yaml", "utf8");
    const policies = hostileNames.map((name) =>
      JSON.stringify({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name, namespace: "shop", annotations: { note: name } },
        spec: {
          podSelector: { matchLabels: { app: name } },
          ingress: [{ from: [{ podSelector: { matchLabels: { x: name } } }] }],
        },
      }),
    );
    const sources = [{ name: `${hostileNames[1]}.yaml`, text: [template, ...policies].join("\n---\n") }];
    const { page, complaints } = await opened(written("hostile", readManifests(sources), sources));
    for (const tab of tabs) await page.getByRole("link", { name: tab, exact: true }).click();
    expect(await page.locator("img, script[src], main script").count()).toBe(0);
    expect(complaints).toEqual([]);
    await page.close();
  }, 120_000);

  it("opens any state by its link, and is used with the keyboard alone", async () => {
    const shown = await fromPaths("keyboard", ["examples/shop"]);
    const { page } = await opened(shown, "#tab=findings&severity=high&text=db");
    expect(await page.locator("#findings").isVisible()).toBe(true);
    expect(await page.locator("#filter-text").inputValue()).toBe("db");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(async () => await page.locator("#graph").isVisible()).toBe(true);
    await page.locator("#node-filter").focus();
    await page.keyboard.type("shop/web");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await expect.poll(async () => await page.locator("#graph .detail h3").textContent()).toBe("shop/web");
    expect(page.url()).toContain("node=shop%2Fweb");
    await page.goBack();
    await expect.poll(async () => await page.locator("#graph .detail h3").count()).toBe(0);
    await page.close();
  }, 120_000);

  it.each(["light", "dark"] as const)(
    "has no fault that axe finds, in %s",
    async (colorScheme) => {
      const { page } = await opened(
        await fromPaths(`axe-${colorScheme}`, ["examples/shop"]),
        "#node=shop%2Fweb%5BDeployment%5D",
      );
      await page.emulateMedia({ colorScheme });
      for (const tab of tabs) {
        await page.getByRole("link", { name: tab, exact: true }).click();
        await page.evaluate(axe.source);
        const found = await page.evaluate(async () => {
          // The page has it since its source was evaluated there; these types are of Node.
          const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
          return violations.map(
            ({ id, nodes }) =>
              `${id}: ${nodes
                .map(({ html }) => html)
                .slice(0, 3)
                .join(" ")}`,
          );
        });
        expect({ tab, found }).toEqual({ tab, found: [] });
      }
      await page.close();
    },
    120_000,
  );
});
