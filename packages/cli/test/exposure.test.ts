import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { npa } from "./run.ts";

const files = { "a.yaml": twoTiers };

describe("npa exposure", () => {
  it("tells who is open to whom", async () => {
    const { code, stdout } = await npa(["exposure", "a.yaml"], files);
    expect(code).toBe(0);
    expect(stdout).toContain("  pods app=web in namespace shop : TCP 5432\n    shop/db[Pod]\n");
  });

  it("prints JSON, CSV and Markdown, of one namespace when told", async () => {
    const json = JSON.parse((await npa(["exposure", "a.yaml", "-n", "shop", "-o", "json"], files)).stdout);
    expect(json).toMatchObject({
      kind: "ExposureReport",
      workloads: [{ id: "shop/db[Pod]" }, { id: "shop/web[Deployment]" }],
    });
    expect((await npa(["exposure", "a.yaml", "-o", "csv"], files)).stdout).toContain("shop/db[Pod],ingress,labels");
    expect((await npa(["exposure", "a.yaml", "-o", "markdown"], files)).stdout).toMatch(/^## Exposure\n/);
    expect((await npa(["exposure", "a.yaml", "-n", "nope"], files)).code).toBe(2);
  });
});
