import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { npa } from "./run.ts";

const files = { "a.yaml": twoTiers };

describe("npa explain", () => {
  it("tells the rule, its place, its text, and an edit", async () => {
    const { code, stdout } = await npa(["explain", "shop/web", "shop/db", "-p", "80", "-f", "a.yaml"], files);
    expect(code).toBe(0);
    expect(stdout).toContain("- spec.ingress[0]: it is for TCP 5432, not for 80/TCP  a.yaml:25:7");
    expect(stdout).toContain("1. add the port to spec.ingress[0] of NetworkPolicy shop/db; it changes nothing else");
  });

  it("prints JSON, Markdown and Mermaid, and leaves edits out when told", async () => {
    const argv = ["explain", "shop/web", "shop/db", "-f", "a.yaml", "--no-changes", "-o"];
    const json = JSON.parse((await npa([...argv, "json"], files)).stdout);
    expect(json).toMatchObject({
      kind: "Explanation",
      allowed: true,
      changes: [],
      ingress: { steps: [{ matches: true }, {}] },
    });
    expect((await npa([...argv, "markdown"], files)).stdout).toMatch(/^\*\*yes\*\* /);
    expect((await npa([...argv, "mermaid"], files)).stdout).toMatch(/^flowchart TD\n/);
  });

  it("wants -f", async () => {
    expect((await npa(["explain", "a", "b"], files)).stderr).toContain("with -f");
    expect((await npa(["explain", "a", "b", "a.yaml"], files)).stderr).toContain("npa explain asks about two ends");
  });
});
