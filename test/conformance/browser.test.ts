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

/** The bounds of docs/html-report.md. */
const most = { bytes: 10_000_000, milliseconds: 3_000 };

describe.runIf(browser !== undefined)("the HTML report of 20,000 workloads", () => {
  it("is small, opens fast, and shows what the report says", async () => {
    const shape = { namespaces: 1_000, pods: 60_000, policies: 12_000, podsPerOwner: 3 };
    const sources = [{ name: "cluster.yaml", text: [...toYaml(generateCluster(shape))].join("") }];
    const shown = written("large", readManifests(sources), sources);
    expect(shown.report.summary.workloads).toBeGreaterThan(19_000);
    expect(shown.bytes).toBeLessThan(most.bytes);
    // The first page pays for the start of the browser.
    await (await opened(shown)).page.close();
    const start = performance.now();
    await (await opened(shown)).page.close();
    expect(performance.now() - start).toBeLessThan(most.milliseconds);
    await expectAgreement(shown);
  }, 600_000);
});
