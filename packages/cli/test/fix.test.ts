import { chmodSync, lstatSync, readFileSync, readdirSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { directoryOf, npa } from "./run.ts";

const policy = `# by hand
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: web, namespace: shop}   # flow
spec:
  podSelector: {}
  ingress:
  # ours
  - from:
    - podSelector: {}
`;
const fixed = policy.replace("  ingress:", "  policyTypes:\n  - Ingress\n  ingress:");
const pod =
  "apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: shop, labels: {app: web}}\nspec: {containers: []}\n";
const files = { "a.yaml": policy, "pod.yaml": pod };

describe("npa analyze --fix", () => {
  it("writes the safe fixes, reports what is left, and is quiet the second time", async () => {
    const directory = directoryOf(files);
    const { code, stdout, stderr } = await npa(["analyze", ".", "--fix", "--fail-on", "never"], directory);
    expect(code).toBe(0);
    expect(readFileSync(path.join(directory, "a.yaml"), "utf8")).toBe(fixed);
    expect(stderr).toContain(
      "fixed a.yaml: NetworkPolicy shop/web: write policyTypes: [Ingress] (policy-types-implicit)\n" +
        "1 fix, proved to change no connection in 1 file\n",
    );
    expect(stdout).not.toContain("policy-types-implicit");
    expect(stdout).toContain("missing-default-deny-egress");
    expect(readdirSync(directory).toSorted()).toEqual(["a.yaml", "pod.yaml"]);
    const again = await npa(["analyze", ".", "--fix"], directory);
    expect(again.stderr).toContain("nothing to fix\n");
    expect(readFileSync(path.join(directory, "a.yaml"), "utf8")).toBe(fixed);
  });

  it("is named beside the advice that it would write, and only where it could", async () => {
    const report = async (...args: readonly string[]): Promise<string> =>
      (await npa(["analyze", ".", "--all", "--fail-on", "never", ...args], directoryOf(files))).stdout;
    const plain = await report();
    expect(plain).toContain("  fix (--fix): Write `policyTypes: [Ingress]`.\n");
    expect(plain).toContain("  fix (--fix-suggested): Isolate every pod of shop for Egress by a default deny");
    expect(await report("--fix")).toContain("  fix (--fix-suggested): Isolate every pod");
    expect(await report("--fix-suggested")).not.toContain("fix (--fix");
    const piped = await npa(["analyze", "-", "--all", "--fail-on", "never"], {}, { stdin: `${policy}---\n${pod}` });
    expect(piped.stdout).toContain("  fix: Write `policyTypes: [Ingress]`.\n");
    expect(piped.stdout).not.toContain("(--fix");
  });

  it("writes nothing that was not asked for", async () => {
    const directory = directoryOf(files);
    await npa(["analyze", "."], directory);
    await npa(["analyze", ".", "--fix", "--dry-run"], directory);
    await npa(["analyze", ".", "--fix-suggested", "--dry-run"], directory);
    expect(readFileSync(path.join(directory, "a.yaml"), "utf8")).toBe(policy);
    expect(readdirSync(directory).toSorted()).toEqual(["a.yaml", "pod.yaml"]);
  });

  it("prints the difference with --dry-run", async () => {
    const { stdout, stderr } = await npa(["analyze", ".", "--fix", "--dry-run"], files);
    expect(stdout).toBe(
      "--- a/a.yaml\n+++ b/a.yaml\n@@ -4,6 +4,8 @@\n metadata: {name: web, namespace: shop}   # flow\n spec:\n   podSelector: {}\n" +
        "+  policyTypes:\n+  - Ingress\n   ingress:\n   # ours\n   - from:\n",
    );
    expect(stderr).toContain("in 1 file; nothing was written\n");
  });

  it("makes suggestions when asked, and tells which connections change", async () => {
    const directory = directoryOf(files);
    const { stderr } = await npa(["analyze", ".", "--fix-suggested", "-q"], directory);
    expect(stderr).toBe(
      "the suggestions change 1 connection: 0 added, 1 removed, 0 changed\n  - shop/web[Pod] -> external: All\n",
    );
    const text = readFileSync(path.join(directory, "a.yaml"), "utf8");
    expect(text.startsWith(`${fixed}---\n`)).toBe(true);
    expect(text).toContain("name: default-deny-egress");
  });

  it("makes a new file where the namespace has no policy, and never over another", async () => {
    const directory = directoryOf({ "base/pod.yaml": pod });
    await npa(["analyze", "base", "--fix-suggested"], directory);
    expect(readdirSync(path.join(directory, "base")).toSorted()).toEqual(["pod.yaml", "shop-default-deny.yaml"]);
    const taken = directoryOf({ "pod.yaml": pod, "shop-default-deny.yaml": "mine" });
    const { stderr } = await npa(["analyze", "pod.yaml", "--fix-suggested"], taken);
    expect(stderr).toContain("left alone");
    expect(readFileSync(path.join(taken, "shop-default-deny.yaml"), "utf8")).toBe("mine");
  });

  it("says that a kustomization must name a new file to build it", async () => {
    const kustomization = "resources: [pod.yaml]\n";
    const beside = { "base/pod.yaml": pod, "base/kustomization.yaml": kustomization };
    const { stderr } = await npa(["analyze", "base", "--fix-suggested"], directoryOf(beside));
    expect(stderr).toContain(
      "note: base/kustomization.yaml builds only what it names: add shop-default-deny.yaml to its resources\n",
    );
    const elsewhere = { "base/pod.yaml": pod, "kustomization.yaml": "resources: [base/pod.yaml]\n" };
    const other = await npa(["analyze", ".", "--fix-suggested"], directoryOf(elsewhere));
    expect(other.stderr).not.toContain("builds only");
  });

  it("keeps the mode, the byte order mark and the link", async () => {
    const directory = directoryOf({ "real/a.yaml": `\ufeff${policy}` });
    chmodSync(path.join(directory, "real/a.yaml"), 0o640);
    symlinkSync("real/a.yaml", path.join(directory, "link.yaml"));
    await npa(["analyze", "link.yaml", "--fix"], directory);
    expect(readFileSync(path.join(directory, "real/a.yaml"), "utf8")).toBe(`\ufeff${fixed}`);
    expect(statSync(path.join(directory, "real/a.yaml")).mode & 0o777).toBe(0o640);
    expect(lstatSync(path.join(directory, "link.yaml")).isSymbolicLink()).toBe(true);
  });

  it("leaves files of another encoding alone", async () => {
    const directory = directoryOf({});
    const bytes = Buffer.from(`\ufeff${policy}`, "utf16le");
    writeFileSync(path.join(directory, "a.yaml"), bytes);
    const { stderr } = await npa(["analyze", "a.yaml", "--fix"], directory);
    expect(stderr).toContain("left alone a.yaml");
    expect(stderr).toContain("not written in UTF-8");
    expect(readFileSync(path.join(directory, "a.yaml")).equals(bytes)).toBe(true);
  });

  it("leaves a read-only file alone, and compares it all the same", async () => {
    const directory = directoryOf(files);
    chmodSync(path.join(directory, "a.yaml"), 0o444);
    const { stderr } = await npa(["analyze", ".", "--fix"], directory);
    expect(stderr).toContain("left alone a.yaml");
    expect(stderr).toContain("it is read-only");
    expect(readFileSync(path.join(directory, "a.yaml"), "utf8")).toBe(files["a.yaml"]);
    const { stdout } = await npa(["analyze", ".", "--fix", "--dry-run"], directory);
    expect(stdout).toContain("+  policyTypes:\n+  - Ingress\n");
  });

  it("needs files to fix", async () => {
    for (const argv of [
      ["analyze", "-", "--fix"],
      ["analyze", "-f", "-", "--fix-suggested"],
      ["analyze", "--cluster", "--fix"],
      ["analyze", "a.yaml", "--dry-run"],
      ["analyze", "a.yaml", "--fix", "--dry-run", "-o", "json"],
    ]) {
      const { code, stderr } = await npa(argv, files, { stdin: policy });
      expect([argv, code]).toEqual([argv, 2]);
      expect(stderr).toMatch(/^npa: --(?:fix|dry-run)/);
    }
  });

  it("gives SARIF the exact edits", async () => {
    const { stdout } = await npa(["analyze", ".", "-o", "sarif"], files);
    const { runs } = JSON.parse(stdout) as { runs: { results: { ruleId: string; fixes?: unknown[] }[] }[] }; // SARIF
    const result = runs[0]?.results.find(({ ruleId }) => ruleId === "policy-types-implicit");
    expect(JSON.stringify(result?.fixes)).toContain('"insertedContent":{"text":"  policyTypes:\\n  - Ingress\\n"}');
  });
});
