import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { checkOut } from "@npa/core/node";
import { describe, expect, it } from "vitest";
import { twoTiers } from "./manifests.ts";
import { directoryOf, npa } from "./run.ts";

const open = twoTiers.replace("port: 5432", "port: 5433");

describe("npa diff", () => {
  it("compares two paths, with a gate for what opens", async () => {
    const files = { "old.yaml": twoTiers, "new.yaml": open };
    const { code, stdout } = await npa(["diff", "old.yaml", "new.yaml"], files);
    expect(stdout).toMatch(/^This change opens 1 connection and closes 1/);
    expect(stdout).toContain("~ shop/web[Deployment] => shop/db[Pod] : TCP 5432 -> TCP 5433");
    expect(code).toBe(0);
    expect((await npa(["diff", "old.yaml", "new.yaml", "--fail-on-opened"], files)).code).toBe(1);
    expect((await npa(["diff", "old.yaml", "new.yaml", "--exit-code"], files)).code).toBe(1);
    expect((await npa(["diff", "old.yaml", "old.yaml", "--exit-code"], files)).code).toBe(0);
  });

  it("reads commits from git, and leaves the working tree alone", async () => {
    const cwd = directoryOf({ "k8s/a.yaml": twoTiers, "k8s/notes.txt": "no manifest" });
    const git = (...argv: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...argv], { cwd, encoding: "utf8" });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    git("tag", "v1");
    writeFileSync(path.join(cwd, "k8s/a.yaml"), open);
    const changed = await npa(["diff", "main", "./k8s", "-o", "json", "--no-findings"], cwd);
    expect(JSON.parse(changed.stdout)).toMatchObject({
      verdict: { opened: 1, closed: 1 },
      groups: [{ causes: [{ change: "changed", location: { file: "k8s/a.yaml" } }] }],
    });
    git("commit", "-qam", "two");
    const range = await npa(["diff", "v1..main", "--", "k8s", "-o", "markdown"].toSorted(dashesLast), cwd);
    expect(range.stdout).toMatch(/^<!-- npa-diff -->\n## Network policy changes\n/);
    rmSync(path.join(cwd, "k8s"), { recursive: true });
    const deleted = await npa(["diff", "main", "k8s", "--no-findings"], cwd);
    expect([deleted.stdout, deleted.stderr]).toEqual([
      expect.stringContaining("closes 6"),
      expect.stringContaining("NEW: hint: nothing is at k8s\n"),
    ]);
    const neither = await npa(["diff", "main", "k9s"], cwd);
    expect([neither.code, neither.stderr]).toEqual([
      2,
      expect.stringMatching(/nothing at "k9s" in commit \w+ nor in the working tree, and it is no commit/),
    ]);
    expect((await npa(["diff", "v1", "main"], cwd)).stdout).toMatch(/^This change opens 1/);
    expect(git("status", "--short")).toContain(" D k8s/a.yaml");
  });

  it("leaves it to nobody who makes paths what is a commit, with --untrusted", async () => {
    const opened = { "k8s/a.yaml": open, "main/a.yaml": open, "main/k8s/a.yaml": open, "HEAD/a.yaml": open };
    const cwd = directoryOf({ "k8s/a.yaml": twoTiers });
    const git = (...argv: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...argv], { cwd, encoding: "utf8" });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    for (const [name, text] of Object.entries({ ...opened, "main..HEAD/a.yaml": open })) {
      mkdirSync(path.dirname(path.join(cwd, name)), { recursive: true });
      writeFileSync(path.join(cwd, name), text);
    }
    const gate = async (...words: readonly string[]): Promise<readonly [number, string]> => {
      const { code, stderr } = await npa(["diff", ...words, "--untrusted", "--fail-on-opened", "--no-findings"], cwd);
      return [code, stderr];
    };
    const refused = [2, expect.stringContaining("is a path here and a name of commits")];
    expect(await gate("main", "./k8s")).toEqual(refused);
    expect(await gate("HEAD~0", "main")).toEqual(refused);
    expect(await gate("main..HEAD", "k8s")).toEqual(refused);
    expect(await gate("refs/heads/main", "./k8s")).toEqual([1, ""]);
    expect((await gate("./main", "./k8s"))[0]).toBe(0);
    expect((await npa(["prove", "main", "./k8s", "--untrusted"], cwd)).code).toBe(2);
    // Whose paths are one's own knows what they are.
    expect((await npa(["diff", "main", "./k8s", "--fail-on-opened"], cwd)).code).toBe(0);
  });

  it("takes what only one of the commits has for new, or gone", async () => {
    const cwd = directoryOf({ "old/a.yaml": twoTiers });
    const git = (...argv: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...argv], { cwd, encoding: "utf8" });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    git("mv", "old", "new");
    git("commit", "-q", "-m", "two");
    const diff = async (...argv: readonly string[]): ReturnType<typeof npa> => await npa(["diff", ...argv], cwd);
    const added = await diff("HEAD~1", "new", "--no-findings");
    expect([added.code, added.stdout]).toEqual([0, expect.stringMatching(/^This change opens 6 connections/)]);
    expect(added.stderr).toContain("OLD: hint: nothing is at new\n");
    expect((await diff("HEAD~1..HEAD", "old", "--no-findings")).stdout).toContain("closes 6");
    expect((await diff("HEAD~1..HEAD", "old", "new", "--no-findings")).stdout).toMatch(
      /^This change opens and closes no/,
    );
    const typo = await diff("HEAD~1..HEAD", "nwe");
    expect([typo.code, typo.stderr]).toEqual([
      2,
      expect.stringMatching(/nothing at "nwe" in commit \w+ nor in commit/),
    ]);
  });

  it("lets open what the configuration allows", async () => {
    const gate = async (allow: string): Promise<readonly [number, string]> => {
      const config = `allowOpened: [${allow}]\n`;
      const files = { "old.yaml": twoTiers, "new.yaml": open, "npa.config.yaml": config };
      const { code, stdout, stderr } = await npa(["diff", "old.yaml", "new.yaml", "--fail-on-opened"], files);
      return [code, stdout + stderr];
    };
    expect((await gate("{source: shop/*, target: shop/db, ports: [5433], reason: x}"))[0]).toBe(0);
    expect((await gate("{source: shop/web, reason: x}"))[0]).toBe(0);
    const [code, text] = await gate("{source: shop/*, target: shop/db, ports: [1-5000/TCP], reason: x}");
    expect([code, text]).toEqual([1, expect.stringContaining("Opened, though the configuration does not allow it")]);
    expect((await gate("{source: external, reason: x}"))[0]).toBe(1);
    expect(await gate("{source: shop/web}")).toEqual([2, expect.stringContaining("reason is missing")]);
    expect((await gate("{ports: [no], reason: x}"))[1]).toContain("allowOpened[0].ports[0]");
  });

  it("lets addresses outside open by what they are", async () => {
    const rule = "from: [{ podSelector: { matchLabels: { app: web } } }]";
    const outside = twoTiers.replace(rule, `${rule.slice(0, -1)}, { ipBlock: { cidr: 10.1.0.0/16 } }]`);
    const gate = async (source: string): Promise<number> =>
      (
        await npa(["diff", "old.yaml", "new.yaml", "--fail-on-opened"], {
          "old.yaml": twoTiers,
          "new.yaml": outside,
          "npa.config.yaml": `allowOpened: [{source: ${source}, reason: x}]\n`,
        })
      ).code;
    expect(await gate("10.0.0.0/8")).toBe(0);
    expect(await gate("external")).toBe(0);
    expect(await gate("10.1.0.0/24")).toBe(1);
    expect(await gate("internet")).toBe(1);
  });

  it("renders a commit in a directory of its own", async () => {
    const cwd = directoryOf({ "base/kustomization.yaml": "resources: [a.yaml]\n", "base/a.yaml": twoTiers });
    const git = (...argv: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...argv], { cwd, encoding: "utf8" });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    const tree = await checkOut(git("rev-parse", "main").trim(), { cwd: path.join(cwd, "base") });
    expect(readFileSync(path.join(tree.cwd, "a.yaml"), "utf8")).toBe(twoTiers);
    await tree.remove();
    expect(existsSync(tree.cwd)).toBe(false);
    expect(git("status", "--short")).toBe("");
  });

  it("lists policies that change no connection, and does not pass a gate that compares nothing", async () => {
    const policy = (name: string, labels: string): string =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: shop}\nspec: {podSelector: {matchLabels: ${labels}}}\n`;
    const files = {
      "old.yaml": twoTiers,
      "new.yaml": `${twoTiers}\n---\n${policy("later", "{app: nobody}")}`,
      "a.yaml": policy("one", "{}"),
      "b.yaml": policy("one", "{app: web}"),
    };
    const { stdout } = await npa(["diff", "old.yaml", "new.yaml", "--no-findings"], files);
    expect(stdout).toContain(
      "Changed policies by which no connection of these workloads changes\n  added NetworkPolicy shop/later",
    );
    const alone = await npa(["diff", "a.yaml", "b.yaml", "--no-findings"], files);
    expect(alone.stdout).toMatch(
      /^There is no workload on either side, so no connection to compare; 1 policy changes\.\n/,
    );
    expect(alone.stdout).toContain("  changed NetworkPolicy shop/one");
    const gate = await npa(["diff", "a.yaml", "b.yaml", "--fail-on-opened"], files);
    expect([gate.code, gate.stderr]).toEqual([2, expect.stringContaining("neither side has a workload")]);
    expect((await npa(["diff", "a.yaml", "b.yaml", "--fail-on-opened", "--allow-empty"], files)).code).toBe(0);
    const markdown = await npa(["diff", "a.yaml", "b.yaml", "-o", "markdown", "--no-findings"], files);
    expect(markdown.stdout).toContain("| changed | NetworkPolicy shop/one |");
  });

  it("tells what holds of both sides once", async () => {
    const unknown =
      "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\n";
    const files = { "old.yaml": `${twoTiers}\n---\n${unknown}`, "new.yaml": `${twoTiers}\n---\n${unknown}---\nx: 1\n` };
    const { stderr } = await npa(["diff", "old.yaml", "new.yaml", "--no-findings"], files);
    expect(stderr.match(/AuthorizationPolicy object/g)).toHaveLength(1);
    expect(stderr).toContain("NEW: hint: 1 document is skipped: it is not a Kubernetes object");
  });

  it("says what is wrong with its words", async () => {
    const { code, stderr } = await npa(["diff", "nowhere", "a.yaml"], { "a.yaml": twoTiers });
    expect([code, stderr]).toEqual([2, expect.stringContaining("neither a file or directory here nor a commit")]);
    expect((await npa(["diff", "a.yaml"], { "a.yaml": twoTiers })).code).toBe(2);
    expect((await npa(["diff", "--output=json", "--", "--upload-pack=x", "a.yaml"], { "a.yaml": twoTiers })).code).toBe(
      2,
    );
    expect((await npa(["diff", "-", "-"])).code).toBe(2);
  });
});

/** Options before the dashes that end them. */
function dashesLast(a: string, b: string): number {
  return Number(["--", "k8s"].includes(a)) - Number(["--", "k8s"].includes(b));
}
