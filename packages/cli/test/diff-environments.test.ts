import { execFileSync } from "node:child_process";
import path from "node:path";
import type { EnvironmentsDiff } from "@npa/core/diff";
import { describe, expect, it } from "vitest";
import { pathWith } from "./fake-helm.ts";
import { twoTiers } from "./manifests.ts";
import { directoryOf, npa } from "./run.ts";

/** Stands for kustomize: what is built of a directory is its files, but for one that is called broken.yaml. */
const kustomize =
  '#!/bin/sh\nif test -e "$2/broken.yaml"; then echo "Error: broken" >&2; exit 1; fi\ncat "$2"/a.yaml\n';

/** Runs npa with it. */
async function rendered(argv: readonly string[], where: Parameters<typeof npa>[1]): ReturnType<typeof npa> {
  return await npa(argv, where, { env: pathWith("kustomize", kustomize) });
}

const open = twoTiers.replace("port: 5432", "port: 5433");
const overlay = (name: string, text: string): Readonly<Record<string, string>> => ({
  [`${name}/kustomization.yaml`]: "resources: [a.yaml]\n",
  [`${name}/a.yaml`]: text,
});
const files = {
  ...overlay("old/dev", twoTiers),
  ...overlay("old/prod", twoTiers),
  ...overlay("old/left", twoTiers),
  ...overlay("new/dev", open),
  ...overlay("new/prod", open),
  ...overlay("new/qa", twoTiers),
};

describe("npa diff of several environments", () => {
  it("compares each with its own former state, and names those of one side", async () => {
    const { code, stdout } = await rendered(["diff", "old", "new", "--render", "--no-findings"], files);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^In 4 environments together: this change opens \d+ connections and closes \d+\.\n\n/);
    // Once, as the places are those of the first that has it.
    expect(stdout.match(/^== .*$/gm)).toEqual(["== dev", "== left (gone)", "== prod", "== qa (new)"]);
    expect(stdout).toContain("~ shop/web[Deployment] => shop/db[Pod] : TCP 5432 -> TCP 5433");
    const json = await rendered(["diff", "old", "new", "--render", "--no-findings", "-o", "json"], files);
    const { environments, verdict } = JSON.parse(json.stdout) as EnvironmentsDiff;
    expect(environments.map(({ name, before, after }) => [name, before, after])).toEqual([
      ["dev", "old/dev", "new/dev"],
      ["left", "old/left", undefined],
      ["prod", "old/prod", "new/prod"],
      ["qa", undefined, "new/qa"],
    ]);
    expect(environments.map(({ diff }) => diff.before.workloads)).toEqual([2, 2, 2, 0]);
    expect(verdict.opened).toBe(environments.reduce((sum, { diff }) => sum + diff.verdict.opened, 0));
  });

  it("has gates that look at each of them", async () => {
    const same = { ...files, ...overlay("new/dev", twoTiers), ...overlay("new/prod", twoTiers) };
    const opened = ["--render", "--no-findings", "--fail-on-opened"];
    expect((await rendered(["diff", "old", "new", ...opened], same)).code).toBe(1);
    const gone = { ...same, ...overlay("old/qa", twoTiers) };
    expect((await rendered(["diff", "old", "new", ...opened], gone)).code).toBe(0);
    const changed = ["diff", "old", "new", "--render", "--no-findings", "--exit-code"];
    expect((await rendered(changed, gone)).code).toBe(1);
    expect((await rendered(["diff", "old", "old", "--render", "--exit-code"], files)).code).toBe(0);
  });

  it("does not pass a gate that is blind in one of them", async () => {
    const policies = twoTiers.slice(twoTiers.indexOf("apiVersion: networking.k8s.io"));
    const blind = {
      ...files,
      ...overlay("old/prod", policies),
      ...overlay("new/prod", policies.replace("5432", "5433")),
    };
    const { code, stderr } = await rendered(["diff", "old", "new", "--render", "--fail-on-opened"], blind);
    expect([code, stderr]).toEqual([2, expect.stringContaining("neither side of prod has a workload")]);
  });

  it("leaves out what a side could not render, and says so", async () => {
    const broken = { ...files, "new/prod/broken.yaml": "" };
    const { code, stdout, stderr } = await rendered(["diff", "old", "new", "--render", "--no-findings"], broken);
    expect(code).toBe(2);
    expect(stderr).toContain("could not be rendered");
    expect(stdout).not.toContain("prod");
  });

  it("compares what -k names in a commit, in every format", async () => {
    const cwd = directoryOf(files);
    const git = (...argv: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...argv], { cwd, encoding: "utf8" });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    execFileSync("cp", ["new/dev/a.yaml", "old/dev/a.yaml"], { cwd });
    const argv = ["diff", "main", "-k", "old/dev", "-k", path.join("old", "prod"), "--no-findings"];
    const text = await rendered(argv, cwd);
    expect(text.stdout).toMatch(/^In 2 environments together: this change opens 1 connection and closes 1\.\nnothing/);
    expect(text.stdout).toContain("nothing changes in prod\n\n== dev\n");
    expect((await rendered([...argv, "-o", "csv"], cwd)).stdout).toContain(",true,,dev,,\n");
    expect((await rendered([...argv, "-o", "dot"], cwd)).stdout).toContain('label="dev";');
    expect((await rendered([...argv, "-o", "mermaid"], cwd)).stdout).toContain('subgraph e0["dev"]');
    const markdown = await rendered([...argv, "-o", "markdown"], cwd);
    expect(markdown.stdout).toContain("| dev | 1 | 1 | 0 |  |  |\n| prod | 0 | 0 | 0 |  |  |\n");
  });

  it("says what holds of all of them once", async () => {
    const istio =
      "\n---\napiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: {name: a, namespace: shop}\n";
    const some = { ...files, ...overlay("old/dev", twoTiers + istio), ...overlay("new/dev", open + istio) };
    const { stderr } = await rendered(["diff", "old", "new", "--render", "--no-findings"], some);
    expect(stderr).toMatch(/^OLD dev, NEW dev: warning: not evaluated: 1 AuthorizationPolicy object/m);
  });

  it("is not asked of the questions about one state", async () => {
    const { code, stderr } = await rendered(["prove", "old", "new", "--render"], files);
    expect([code, stderr]).toEqual([2, expect.stringContaining("this question is about one")]);
  });
});
