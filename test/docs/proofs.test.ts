import { type Cluster, readManifests } from "@npa/core";
import { checkClaims, proofText, proveClusters, redundancy, redundancyText, specificationText } from "@npa/core/proof";
import { describe, expect, it } from "vitest";
import { codeBlocks, page } from "./markdown.ts";

const blocks = codeBlocks(page("proofs.md"));
const examples = blocks.filter(({ note }) => note.startsWith("npa prove "));

function clusterOf(file = ""): Cluster {
  const text = blocks.find(({ language, note }) => language === "yaml" && note === file)?.text;
  if (text === undefined) throw new Error(`docs/proofs.md has no file ${file}`);
  return readManifests([{ name: file, text }]);
}

function answer(note: string): string {
  const [first = "", second = "", third = ""] = note.split(" ").slice(2);
  if (first === "--redundant") return redundancyText(redundancy(clusterOf(second)));
  if (first === "--forbids") {
    const claim = { claim: "forbids", name: second, specification: clusterOf(second) } as const;
    return specificationText(checkClaims(clusterOf(third), [claim]));
  }
  return proofText(proveClusters(clusterOf(first), clusterOf(second)));
}

describe("docs/proofs.md", () => {
  it("has examples", () => {
    expect(examples.length).toBeGreaterThan(4);
  });

  it.each(examples.map(({ note, text }) => [note, text] as const))("shows what %s prints", (note, text) => {
    expect(answer(note)).toBe(text);
  });
});
