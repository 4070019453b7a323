import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { AnalysisReport } from "@npa/core";
import { describe, expect, it, vi } from "vitest";
import { pathWith, pathWithHelm } from "./fake-helm.ts";
import { directoryOf, npa } from "./run.ts";

const deployment = (name: string): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: ${name}\nspec:\n  template:\n    metadata: {labels: {app: web}}\n    spec: {containers: [{name: c, image: i}]}\n`;
const openPolicy = (name: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\nspec:\n  podSelector: {}\n  ingress:\n  - from:\n    - namespaceSelector: {}\n`;

const chart = {
  "c/Chart.yaml": "apiVersion: v2\nname: shop\n",
  "c/values.yaml": "x: 1\n",
  "c/templates/np.yaml": `{{- if .Values.x }}\n${openPolicy("{{ .Release.Name }}-np")}{{- end }}\n`,
  "c/templates/web.yaml": `# a comment\n\n${deployment("{{ .Values.name }}")}`,
};
const withName = ["--set", "name=web"];

/** The findings of a report in JSON, as `rule file:line`. */
function places(stdout: string): readonly string[] {
  const { findings } = JSON.parse(stdout) as AnalysisReport;
  return findings.map(({ ruleId, location }) => `${ruleId} ${location?.file}:${location?.line}`);
}

describe("--helm", () => {
  it("analyses what the chart makes, at the lines of its templates", async () => {
    const { code, stdout, stderr } = await npa(["analyze", "--helm", "c", ...withName, "-o", "json"], chart, {
      env: pathWithHelm(),
    });
    expect(stderr).toBe("");
    expect(code).toBe(0);
    expect(places(stdout)).toContain("all-namespaces-peer c/templates/np.yaml:10");
    const { environments, summary } = JSON.parse(stdout) as AnalysisReport;
    expect(environments).toMatchObject([{ name: "c", root: "c", summary }]);
    expect(summary).toMatchObject({ workloads: 1, policies: 1 });
  });

  it("gives the chart values, a release and a namespace", async () => {
    const files = { ...chart, "v.yaml": "name: db\n" };
    const flags = ["--values", "v.yaml", "--release", "r", "--default-namespace", "prod"];
    const list = await npa(["list", "--helm", "c", ...flags], files, { env: pathWithHelm() });
    expect(list.stdout).toContain("prod/db[Deployment]");
    const can = await npa(["can", "internet", "prod/db", "--helm", "c", ...flags], files, { env: pathWithHelm() });
    expect(can.stdout).toContain("prod/r-np");
    expect(can.stdout).toContain("c/templates/np.yaml");
  });

  it("fails with what helm says", async () => {
    const { code, stdout, stderr } = await npa(["analyze", "--helm", "c"], chart, { env: pathWithHelm() });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(
      /^npa: helm template release .*c failed: exit 1\n {2}Error: execution error at \(shop\/templates/,
    );
  });

  it.each([
    ["writes without end", "exec yes", "it wrote more than 100 MB"],
    ["complains without end", "yes >&2 & sleep 0.2; kill $!; exit 1", "exit 1"],
  ])("a renderer that %s is stopped", async (_, script, why) => {
    const env = pathWith("kustomize", `#!/bin/sh\n${script}\n`);
    const { code, stdout, stderr } = await npa(["analyze", "-k", "c"], chart, { env });
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(`failed: ${why}\n`);
    expect(stderr.length).toBeLessThan(1_000);
  });

  it("a renderer that hangs is stopped after two minutes", async () => {
    const env = pathWith("helm", '#!/bin/sh\n: > "$3/started"\nexec sleep 60\n');
    const cwd = directoryOf(chart);
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    try {
      const run = npa(["list", "--helm", "c"], cwd, { env });
      while (!existsSync(path.join(cwd, "c/started"))) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(120_001);
      const { code, stdout, stderr } = await run;
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(/^npa: helm template .*failed: it took more than 120 seconds\n$/);
    } finally {
      vi.useRealTimers();
    }
  });

  it("keeps suppressions of the templates", async () => {
    const np = chart["c/templates/np.yaml"].replace(
      "    - namesp",
      "    # npa-ignore all-namespaces-peer: meant\n    - namesp",
    );
    const { stdout, stderr } = await npa(
      ["analyze", "--helm", "c", ...withName, "-o", "json"],
      { ...chart, "c/templates/np.yaml": np },
      { env: pathWithHelm() },
    );
    expect(places(stdout).join()).not.toContain("all-namespaces-peer");
    expect(stderr).toContain("1 finding is suppressed");
  });

  it("reads files beside it as part of the same state", async () => {
    const files = { ...chart, "np.yaml": openPolicy("beside") };
    const { stdout } = await npa(["analyze", "np.yaml", "--helm", "c", ...withName, "-o", "json"], files, {
      env: pathWithHelm(),
    });
    expect((JSON.parse(stdout) as AnalysisReport).summary.policies).toBe(2);
  });

  it.each([
    [["--helm", "missing"], "there is no such file or directory"],
    [["--helm", "c", "--release", "--post-renderer=x"], "is not the name of a release"],
    [["--helm", "c", "--fix"], "--fix changes files"],
    [["--helm", "c", "--cluster"], "files are named as well"],
  ])("refuses %j", async (flags, message) => {
    const { code, stderr } = await npa(["analyze", ...flags], chart, { env: pathWithHelm() });
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });

  it("says when there is no helm", async () => {
    const { code, stderr } = await npa(["analyze", "--helm", "c"], chart, { env: { PATH: "/nowhere" } });
    expect([code, stderr]).toEqual([2, "npa: there is no helm on the PATH: a chart is rendered with it\n"]);
  });

  it("never runs without being asked", async () => {
    const marker = pathWith("helm", "#!/bin/sh\necho ran\nexit 1\n");
    expect(await npa(["analyze", "."], chart, { env: marker })).toMatchObject({ code: 2 });
    expect((await npa(["analyze", "."], chart, { env: marker })).stderr).not.toContain("ran");
  });
});

describe("-k", () => {
  const overlay = {
    "base/kustomization.yaml": "resources: [all.yaml]\n",
    "base/all.yaml": `${deployment("web")}---\n${openPolicy("np")}`,
    "prod/kustomization.yaml": "namespace: prod\nnamePrefix: p-\nresources: [../base]\n",
    "dev/kustomization.yaml": "namespace: dev\nresources: [../base, own.yaml]\n",
    "dev/own.yaml": openPolicy("own"),
  };
  /** Stands for kustomize: what it built once of `prod`, and of `dev`. */
  const built = (namespace: string, prefix: string): string =>
    `${deployment(`${prefix}web\n  namespace: ${namespace}`)}---\n${openPolicy(`${prefix}np\n  namespace: ${namespace}`)}`;
  const fake = (): Readonly<Record<string, string>> =>
    pathWith(
      "kustomize",
      `#!/usr/bin/env node
const [command, directory] = process.argv.slice(2);
if (command !== "build") process.exit(64);
const name = require("node:path").basename(directory);
const made = ${JSON.stringify({ prod: built("prod", "p-"), dev: `${built("dev", "")}---\n${openPolicy("own\n  namespace: dev")}` })};
if (made[name] === undefined) { console.error("Error: no " + name); process.exit(1); }
process.stdout.write(made[name]);
`,
    );

  it("analyses what is built, at the lines of the sources, also of those outside of the directory", async () => {
    const { code, stdout } = await npa(["analyze", "-k", "prod", "-o", "json"], overlay, { env: fake() });
    expect(code).toBe(0);
    expect(places(stdout)).toContain("all-namespaces-peer base/all.yaml:18");
    expect((JSON.parse(stdout) as AnalysisReport).findings[0]?.object.namespace).toBe("prod");
  });

  it("answers every question about it", async () => {
    expect((await npa(["list", "-k", "prod"], overlay, { env: fake() })).stdout).toContain("prod/p-web[Deployment]");
    expect((await npa(["can", "internet", "prod/p-web", "-k", "prod"], overlay, { env: fake() })).code).toBe(1);
    expect((await npa(["graph", "-k", "prod"], overlay, { env: fake() })).stdout).toContain("p-web");
    expect(await npa(["prove", "prod", "prod", "--render"], overlay, { env: fake() })).toMatchObject({ code: 0 });
    expect((await npa(["prove", "dev", "prod", "--render"], overlay, { env: fake() })).code).toBe(1);
    expect((await npa(["diff", "dev", "prod", "--render"], overlay, { env: fake() })).stdout).toContain("prod/p-web");
    expect((await npa(["prove", "-k", "dev"], overlay, { env: fake() })).code).toBe(2);
  });

  it("compares what is built of two directories, of a directory and a file, and of two commits", async () => {
    const diff = async (argv: readonly string[], where: typeof overlay | string = overlay): Promise<string> => {
      const { stdout, stderr } = await npa(["diff", ...argv, "--no-findings"], where, { env: fake() });
      return stdout + stderr;
    };
    const expected = /^new: prod\/p-web\[Deployment\]$/m;
    expect(await diff(["-k", "dev", "-k", "prod"])).toMatch(expected);
    expect(await diff(["base/all.yaml", "-k", "prod"])).toMatch(expected);
    expect(await diff(["-k", "dev"])).toContain("npa diff compares two states");
    expect(await diff(["-k", "dev", "-k", "prod", "base"])).toContain("more than two inputs");
    expect(await diff(["-k", "dev", "--helm", "prod"])).toContain("which of -k and --helm is OLD?");

    const cwd = directoryOf({ ...overlay, "prod/Chart.txt": "x" });
    commitAll(cwd, "one");
    writeFileSync(path.join(cwd, "base/all.yaml"), deployment("web"));
    const real = pathWith("kustomize", catKustomize);
    const here = async (argv: readonly string[]): Promise<string> => {
      const { stdout, stderr } = await npa(["diff", ...argv, "--no-findings"], cwd, { env: real });
      return stdout + stderr;
    };
    const opened = /^This change opens 1 connection and closes none/;
    expect(await here(["HEAD", "-k", "prod"])).toMatch(opened);
    expect(await here(["HEAD", "-k", path.join(cwd, "prod")])).toMatch(opened);
    commitAll(cwd, "two");
    expect(await here(["HEAD~1", "HEAD", "-k", "prod"])).toMatch(opened);
    expect(await here(["HEAD~1..HEAD", "-k", "prod"])).toMatch(opened);
    expect(await here(["HEAD", "HEAD~1", "-k", "prod"])).toMatch(/^This change opens no connection and closes 1/);
    expect(await here(["HEAD", "-k", "none"])).toMatch(/there is nothing at "none" in commit/);
    expect(await here(["HEAD", "-k", "/"])).toContain('"/" is outside of this git repository');
    expect(readdirSync(tmpdir()).filter((name) => name.startsWith("npa-commit-"))).toEqual([]);
  });

  it("takes several for several environments, and tells what they share once", async () => {
    const argv = ["analyze", "-k", "prod", "-k", "dev", "-o", "json"];
    const { stdout } = await npa(argv, overlay, { env: fake() });
    const { environments, findings, totalPolicies } = JSON.parse(stdout) as AnalysisReport;
    expect(environments?.map(({ name, root }) => [name, root])).toEqual([
      ["prod", "prod"],
      ["dev", "dev"],
    ]);
    const open = findings.filter(({ ruleId }) => ruleId === "all-namespaces-peer");
    expect(open.map(({ location, environments: names }) => [location?.file, names])).toEqual([
      ["base/all.yaml", ["prod", "dev"]],
      ["dev/own.yaml", ["dev"]],
    ]);
    expect(open[0]?.message).toContain("(in all 2 environments)");
    expect(totalPolicies).toBe(3);
    const text = await npa(["analyze", "-k", "prod", "-k", "dev"], overlay, { env: fake() });
    expect(text.stdout).toMatch(/^environment +prod/m);
    const list = await npa(["list", "-k", "prod", "-k", "dev"], overlay, { env: fake() });
    expect(list).toMatchObject({ code: 2, stdout: "" });
    expect(list.stderr).toContain("there are 2 environments (prod, dev)");
  });

  it("--render finds the roots, and reads what needs no rendering as well", async () => {
    const files = {
      ...overlay,
      "plain/np.yaml": openPolicy("plain"),
      "component/kustomization.yaml": "kind: Component\n",
    };
    const { stdout } = await npa(["analyze", ".", "--render", "-o", "json"], files, { env: fake() });
    const { environments } = JSON.parse(stdout) as AnalysisReport;
    expect(environments?.map(({ name }) => name)).toEqual(["dev", "prod", "files"]);
  });

  it("--render says which environments are deployed side by side", async () => {
    const flux = (name: string): string =>
      `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}}\nspec: {path: ./${name}, sourceRef: {kind: GitRepository, name: r}}\n`;
    const hint = /^hint: Flux or Argo CD deploys several of the environments.*: dev, prod$/m;
    const both = { ...overlay, "flux/a.yaml": flux("dev"), "flux/b.yaml": flux("prod") };
    expect((await npa(["analyze", ".", "--render"], both, { env: fake() })).stderr).toMatch(hint);
    const one = { ...overlay, "flux/a.yaml": flux("dev") };
    expect((await npa(["analyze", ".", "--render"], one, { env: fake() })).stderr).not.toMatch(hint);
  });

  it("--render goes on where one root fails, and exits 2", async () => {
    const files = { ...overlay, "broken/kustomization.yaml": "resources: [../base]\n" };
    const { code, stdout, stderr } = await npa(["analyze", ".", "--render", "-o", "json"], files, { env: fake() });
    expect((JSON.parse(stdout) as AnalysisReport).environments).toHaveLength(2);
    expect(stderr).toMatch(/^broken:1:1: error: it could not be rendered, and is not analysed: .*Error: no broken$/m);
    expect(code).toBe(2);
    const accepted = await npa(["analyze", ".", "--render", "--allow-problems"], files, { env: fake() });
    expect(accepted.code).toBe(0);
  });

  it.runIf(hasKubectl())("with kubectl's own kustomize", async () => {
    const directory = directoryOf(overlay);
    const env = { PATH: process.env["PATH"] ?? "", HOME: directory };
    const { stdout, code } = await npa(["analyze", directory, "--render", "-o", "json"], directory, { env });
    const report = JSON.parse(stdout) as AnalysisReport;
    expect(report.environments?.map(({ name }) => name)).toEqual(["dev", "prod"]);
    expect(report.findings.find(({ ruleId }) => ruleId === "all-namespaces-peer")).toMatchObject({
      location: { file: "base/all.yaml", line: 18 },
      environments: ["dev", "prod"],
    });
    expect(code).toBe(0);
  });
});

/** Stands for kustomize: builds a directory of what `../base/all.yaml` holds. */
const catKustomize = `#!/usr/bin/env node
const path = require("node:path");
process.stdout.write(require("node:fs").readFileSync(path.join(process.argv[3], "../base/all.yaml"), "utf8"));
`;

function commitAll(cwd: string, message: string): void {
  const git = (...argv: readonly string[]): unknown =>
    execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...argv], { cwd });
  git("init", "-q");
  git("add", ".");
  git("commit", "-q", "-m", message);
}

function hasKubectl(): boolean {
  try {
    return execFileSync("kubectl", ["kustomize", "--help"]).length > 0;
  } catch {
    return false;
  }
}

describe("several clusters in plain files", () => {
  const files = {
    "clusters/dev/np.yaml": `${openPolicy("np")}---\n${deployment("web")}`,
    "clusters/prod/np.yaml": `${openPolicy("np").replace("podSelector: {}", "podSelector: {matchLabels: {app: web}}")}---\n${deployment("web")}`,
    "clusters/namespace.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: {name: default}\n",
  };

  it("are told of once, and are no answer while policies of one are replaced by those of the other", async () => {
    const { code, stdout, stderr } = await npa(["analyze", "clusters", "-o", "json"], files);
    expect(code).toBe(2);
    expect(stderr.match(/clusters or variants/g)).toHaveLength(1);
    expect(stderr).toContain("dev and prod in clusters (2 objects)");
    expect(stderr).not.toContain("already defined");
    expect(places(stdout).join()).not.toContain("duplicate-policy-name");
    const { inputs } = JSON.parse(stdout) as AnalysisReport;
    expect(inputs.alternativeDirectories).toEqual([{ within: "clusters", directories: ["dev", "prod"], objects: 2 }]);
  });

  it("--render analyses each by itself, with what lies beside them", async () => {
    const { code, stdout, stderr } = await npa(["analyze", "clusters", "--render", "-o", "json"], files);
    expect([code, stderr]).toEqual([0, ""]);
    const { environments = [], inputs } = JSON.parse(stdout) as AnalysisReport;
    expect(environments.map(({ name, root, summary }) => [name, root, summary.policies, summary.namespaces])).toEqual([
      ["dev", "clusters/dev", 1, 1],
      ["prod", "clusters/prod", 1, 1],
    ]);
    expect(inputs.alternativeDirectories).toBeUndefined();
    const one = await npa(["list", "clusters", "--render"], files);
    expect(one.code).toBe(2);
    expect(one.stderr).toContain("2 environments (clusters/dev, clusters/prod)");
  });
});
