import { linkSync, readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { directoryOf, npa } from "./run.ts";

describe("an answer that would be written over what was read", () => {
  it.each([
    ["a file that is named", ["analyze", "in/a.yaml", "-o", "json=in/a.yaml"]],
    ["one of a directory", ["list", "in", "-o", "csv=./in/a.yaml"]],
    ["one of two answers", ["list", "in", "-o", "csv=new.csv", "-o", "json=in/a.yaml"]],
    ["what optimize makes", ["optimize", "in", "-o", "yaml=in/a.yaml"]],
    ["JSON that holds objects", ["can", "web", "db", "-n", "shop", "-f", "in", "-o", "json=in/b.json"]],
    ["a baseline", ["baseline", "in", "-o", "in/a.yaml"]],
    ["a link to it", ["list", "in/a.yaml", "-o", "json=soft.json"]],
    ["another name of it", ["list", "in/a.yaml", "-o", "json=hard.json"]],
    ["a kustomization", ["list", "in", "-o", "json=in/kustomization.yaml"]],
  ])("is refused: %s", async (_name, argv) => {
    const files = {
      "in/a.yaml": twoTiers,
      "in/b.json": `{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "b"}}`,
      "in/kustomization.yaml": "resources: [a.yaml, b.json]\n",
    };
    const directory = directoryOf(files);
    symlinkSync("in/a.yaml", path.join(directory, "soft.json"));
    linkSync(path.join(directory, "in/a.yaml"), path.join(directory, "hard.json"));
    const { code, stdout, stderr } = await npa(argv, directory);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^npa: cannot write \S+: it was read as input.*, and the answer would replace it; name another file$/m,
    );
    for (const [name, text] of Object.entries(files))
      expect(readFileSync(path.join(directory, name), "utf8")).toBe(text);
  });

  it("is made anew where it is an answer itself", async () => {
    const directory = directoryOf({ "in/a.yaml": twoTiers });
    const argv = ["list", "in", "-o", "json=in/list.json"];
    expect((await npa(argv, directory)).code).toBe(0);
    const { code, stderr } = await npa(argv, directory);
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    const sarif = ["analyze", "in", "-o", "sarif=in/sarif.json"];
    expect((await npa(sarif, directory)).code).toBe((await npa(sarif, directory)).code);
    expect(JSON.parse(readFileSync(path.join(directory, "in/sarif.json"), "utf8"))).toHaveProperty("runs");
  });
});
