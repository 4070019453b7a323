import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../../scripts/demo-cluster.mjs", import.meta.url));
const isBuilt = existsSync(fileURLToPath(new URL("../dist/process-io.js", import.meta.url)));

// Needs a build: `npm test` makes one, `vitest` alone does not.
describe.runIf(isBuilt)("npm run demo:cluster", () => {
  const run = (...argv: string[]): { status: number | null; stdout: string; stderr: string } =>
    spawnSync(process.execPath, [script, ...argv], { encoding: "utf8", timeout: 60_000 });

  it("shows the report on the demo shop, read from a cluster", () => {
    const { status, stdout, stderr } = run();
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(stdout).toMatch(/^6 policies, 4 namespaces, /);
    expect(stdout).toContain("  shop/networkpolicy/web spec.egress: ");
  });

  it("answers other questions", () => {
    expect(run("can", "web", "db").stdout).toMatch(/^no {2}shop\/web\[Deployment\] to shop\/db\[StatefulSet\]\n/);
    expect(run("list", "--nonsense")).toMatchObject({ status: 2, stdout: "" });
  });
});
