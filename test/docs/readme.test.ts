import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";
import { npa } from "../../packages/cli/test/run.ts";
import { shop } from "../../packages/cli/src/demo/shop.ts";
import { codeBlocks } from "./markdown.ts";

const root = new URL("../../", import.meta.url);
const readme = readFileSync(new URL("README.md", root), "utf8");
const blocks = codeBlocks(readme).filter(({ language, text }) => language === "console" && text.startsWith("$ npa "));

describe("README.md", () => {
  it("has examples", () => {
    expect(blocks.length).toBeGreaterThan(2);
  });

  it.each(blocks.map(({ text }) => [text.split("\n")[0] ?? "", text] as const))(
    "%s shows what npa prints",
    async (line, text) => {
      const argv = line.replace("$ npa ", "").split(" ");
      const { stdout } = await npa(argv, fileURLToPath(new URL("examples", root)));
      const shown = text.slice(line.length + 1);
      if (shown.endsWith("...\n")) expect(stdout.startsWith(shown.slice(0, -"...\n".length))).toBe(true);
      else expect(stdout).toBe(shown);
    },
  );
});

describe("the pictures of README.md", () => {
  const pictures = codeBlocks(readme).filter(({ language }) => language === "mermaid");

  it("are there", () => {
    expect(pictures.length).toBeGreaterThan(0);
  });

  it.each(pictures.map(({ note, text }) => [note, text] as const))("%s draws what is shown", async (note, text) => {
    const { stdout } = await npa(note.split(" ").slice(1), fileURLToPath(new URL("examples", root)));
    expect(text).toBe(stdout);
  });
});

describe("examples/shop", () => {
  it.each(shop.map(({ name, text }) => [name, text] as const))("%s is what npa demo analyses", (name, text) => {
    expect(readFileSync(new URL(`examples/${name}`, root), "utf8")).toBe(text);
  });
});
