import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  analysisText,
  analyzeCluster,
  connectivityText,
  groupConnections,
  readManifests,
  streamConnectivity,
} from "@npa/core";
import { describe, expect, it } from "vitest";

const cases = new URL("../../packages/fixtures/cases/", import.meta.url);

/**
 * One directory per case: manifests under `input/`, what npa says of them under `expected/`. After a change that is
 * meant, `npx vitest run test/golden -u` writes the new answers: read the diff before you commit it.
 */
describe("golden cases", () => {
  it.each(readdirSync(cases).toSorted())("%s", async (name) => {
    const input = new URL(`${name}/input/`, cases);
    const sources = readdirSync(input)
      .toSorted()
      .map((file) => ({ name: file, text: readFileSync(new URL(file, input), "utf8") }));
    const cluster = readManifests(sources);
    const expected = (file: string): string => fileURLToPath(new URL(`${name}/expected/${file}`, cases));
    await expect([...connectivityText(groupConnections(streamConnectivity(cluster)))].join("")).toMatchFileSnapshot(
      expected("list.txt"),
    );
    const report = analyzeCluster(cluster);
    await expect(analysisText(report)).toMatchFileSnapshot(expected("analyze.txt"));
    const findings = report.findings.map(
      ({ ruleId, severity, message, location }) =>
        `${location?.file}:${location?.line}:${location?.column} ${severity} ${ruleId}: ${message}\n`,
    );
    await expect(findings.join("")).toMatchFileSnapshot(expected("findings.txt"));
  });
});
