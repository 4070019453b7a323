import { parseConfig } from "@npa/core";
import { describe, expect, it } from "vitest";
import { configKeys } from "../../packages/core/src/config/parse-config.ts";
import { allRules } from "../../packages/core/src/rules/registry.ts";
import { consoleSteps, transcript } from "./console.ts";
import { codeBlocks, page, sections, tableRows } from "./markdown.ts";

describe.each(["configuration.md", "fixes.md", "optimize.md", "suppressions.md"])("docs/%s", (name) => {
  const steps = consoleSteps(page(name));

  it("has examples", () => {
    expect(steps).not.toEqual([]);
  });

  it.each(steps.map((step, i) => [i + 1, step] as const))("console %i shows what npa prints", async (_, step) => {
    expect(await transcript(step)).toBe(`${step.block.note}\n${step.block.text}`);
  });
});

describe("docs/configuration.md", () => {
  const text = page("configuration.md");

  it("shows configurations that are read", () => {
    const configs = codeBlocks(text).filter(({ note }) => note.startsWith("npa.config."));
    expect(configs.length).toBeGreaterThan(1);
    for (const config of configs) expect(() => parseConfig(config.text, config.note)).not.toThrow();
  });

  it("lists every setting", () => {
    const listed = [...text.matchAll(/^\| `(\w+)` \|/gm)].map(([, key = ""]) => key);
    expect(listed.toSorted()).toEqual(configKeys.filter((key) => key !== "$schema").toSorted());
  });

  it("lists every option of a rule with its default", () => {
    const listed = tableRows(sections(text).get("rules") ?? "").slice(2);
    const options = allRules.flatMap(({ id, options: all = {} }) =>
      Object.entries(all).map(([name, { description, preset }]) => [id, name, description, [preset].flat().join(", ")]),
    );
    expect(listed).toEqual(options);
  });
});
