import { readFileSync } from "node:fs";
import path from "node:path";
import { readManifests } from "@npa/core";
import { generateCluster, toYaml } from "@npa/fixtures";
import axe from "axe-core";
import { describe, expect, it } from "vitest";
import { browser as executablePath } from "./browser.ts";
import { expectAgreement, fromPaths, opened, tabs, useBrowser, written } from "./report-page.ts";

useBrowser();

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
