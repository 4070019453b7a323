import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { npa } from "./run.ts";

describe("arguments that name nothing that can be read", () => {
  it.each([
    ["a path below a file", ["list", "a.yaml/b"], /not a directory/],
    ["an empty path", ["list", ""], /a path is empty/],
    ["a path that is too long", ["list", "a".repeat(5000)], /cannot read/],
    ["an empty default namespace", ["list", "a.yaml", "--default-namespace", ""], /not the name of a namespace/],
    ["an odd default namespace", ["list", "a.yaml", "--default-namespace", "B_d!"], /not the name of a namespace/],
  ])("%s is bad usage", async (_name, argv, message) => {
    const { code, stdout, stderr } = await npa(argv, { "a.yaml": twoTiers });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(message);
    expect(stderr).not.toContain("bug in npa");
  });
});
