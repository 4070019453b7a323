import { readdirSync } from "node:fs";
import { readManifests } from "@npa/core";
import { generateCluster, toYaml } from "@npa/fixtures";
import { describe, expect, it } from "vitest";
import { browser } from "../browser/browser.ts";
import { expectAgreement, fromPaths, opened, useBrowser, written } from "../browser/report-page.ts";
import { corpusPath, hasCorpus } from "./corpus.ts";

useBrowser();

const projects = hasCorpus ? readdirSync(corpusPath("real")).toSorted() : [];

describe.runIf(hasCorpus && browser !== undefined)("the HTML reports of manifests that people run", () => {
  it.for(projects)("%s", { timeout: 120_000 }, async (project) => {
    await expectAgreement(await fromPaths(project, [corpusPath("real", project)]));
  });
});

/** The bounds of docs/html-report.md. The time is printed: what else the machine does is not in it. */
const most = { bytes: 10_000_000, elements: 5_000 };

describe.runIf(browser !== undefined)("the HTML report of 20,000 workloads", () => {
  it("is small, draws little before it is looked at, and shows what the report says", async () => {
    const shape = { namespaces: 1_000, pods: 60_000, policies: 12_000, podsPerOwner: 3 };
    const sources = [{ name: "cluster.yaml", text: [...toYaml(generateCluster(shape))].join("") }];
    const shown = written("large", readManifests(sources), sources);
    expect(shown.report.summary.workloads).toBeGreaterThan(19_000);
    expect(shown.bytes).toBeLessThan(most.bytes);
    const times: number[] = [];
    for (let run = 0; run < 3; run++) {
      const { page } = await opened(shown);
      times.push(await page.evaluate(() => performance.now()));
      expect(await page.locator("*").count()).toBeLessThan(most.elements);
      await page.close();
    }
    console.log(`opens in ${Math.round(Math.min(...times))} ms, at best of three`);
    await expectAgreement(shown);
  }, 600_000);
});
