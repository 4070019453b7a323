import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { directoryOf, npa } from "./run.ts";

const files = { "a.yaml": twoTiers };

describe("npa graph", () => {
  it("draws dot by default, and prints JSON", async () => {
    const dot = await npa(["graph", "a.yaml"], files);
    expect(dot.code).toBe(0);
    expect(dot.stdout).toMatch(/^digraph /);
    const json = await npa(["graph", "a.yaml", "-o", "json"], files);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: "ReachabilityGraph",
      folded: false,
      edges: expect.arrayContaining([expect.objectContaining({ target: "shop/db[Pod]", ports: { TCP: ["5432"] } })]),
    });
  });

  it("follows connections from a workload, and folds by namespace", async () => {
    const from = await npa(["graph", "a.yaml", "--from", "shop/db", "--hops", "1", "-o", "json"], files);
    expect(JSON.parse(from.stdout)).toMatchObject({ from: ["shop/db[Pod]"], hops: 1 });
    const folded = await npa(["graph", "a.yaml", "--by", "namespace", "-o", "json"], files);
    expect(JSON.parse(folded.stdout)).toMatchObject({ by: "namespace", folded: true });
  });

  it("draws pictures folded for the eye, and data whole", async () => {
    const argv = [
      "graph",
      "a.yaml",
      "-o",
      "mermaid",
      "-o",
      "svg=graph.svg",
      "-o",
      "gexf=graph.gexf",
      "-o",
      "json=graph.json",
    ];
    const directory = directoryOf(files);
    const written = (name: string): string => readFileSync(path.join(directory, name), "utf8");
    const { code, stdout } = await npa(argv, directory);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^flowchart LR/);
    expect(written("graph.svg")).toContain("<svg ");
    expect(written("graph.gexf")).toContain("<gexf ");
    expect(JSON.parse(written("graph.json"))).toMatchObject({ folded: false });
    const folded = await npa(["graph", "a.yaml", "--fold", "namespace", "-o", "json"], files);
    expect(JSON.parse(folded.stdout)).toMatchObject({ by: "namespace" });
  });

  it.each([
    [["--fold", "all"], "npa: --fold all: it is none, same, namespace or auto\n"],
    [["--by", "pod"], "npa: --by pod: it is workload or namespace\n"],
    [["--from", "shop/wep"], /^npa: .*shop\/wep.*shop\/web/],
    [["--hops", "2"], /^npa: --hops counts from somewhere/],
    [["--from", "shop/db", "--hops", "x"], /^npa: --hops x: write a whole number/],
  ])("refuses %j", async (argv, message) => {
    const { code, stderr } = await npa(["graph", "a.yaml", ...argv], files);
    expect(code).toBe(2);
    expect(stderr).toMatch(message);
  });
});
