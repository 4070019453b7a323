import path from "node:path";
import { describe, expect, it } from "vitest";
import { twoTiers, unknownLabel } from "./manifests.ts";
import { directoryOf, npa } from "./run.ts";

const off = "rules: { missing-default-deny-ingress: off, missing-default-deny-egress: off }\n";
const quiet = "failOn: never\n";

async function rulesOf(argv: readonly string[], files: Parameters<typeof npa>[1]): Promise<readonly string[]> {
  const { stdout, stderr } = await npa([...argv, "-o", "json"], files);
  if (stdout === "") throw new Error(stderr);
  const { findings } = JSON.parse(stdout) as { findings: readonly { ruleId: string }[] }; // our own schema
  return findings.map(({ ruleId }) => ruleId);
}

describe("the configuration", () => {
  it.each(["npa.config.yaml", "npa.config.yml"])("is %s, found upwards from the input", async (name) => {
    const files = { "repo/sub/policies/a.yaml": twoTiers, [`repo/${name}`]: quiet };
    for (const input of ["repo/sub/policies", "repo/sub/policies/a.yaml", "repo"])
      expect(await npa(["analyze", input], files)).toMatchObject({ code: 0 });
    expect((await npa(["analyze", "repo/sub", "--no-config"], files)).code).toBe(1);
  });

  it("is JSON, too, and the nearest wins", async () => {
    const files = {
      "a/b/a.yaml": twoTiers,
      "npa.config.yaml": quiet,
      "a/npa.config.json": '{"failOn": "high"}',
    };
    expect((await npa(["analyze", "a"], files)).code).toBe(1);
    expect((await npa(["analyze", "a"], { ...files, "a/npa.config.json": '{"failOn": "critical"}' })).code).toBe(0);
  });

  it("is looked for from the first input; for stdin from the working directory", async () => {
    const directory = directoryOf({ "one/a.yaml": twoTiers, "two/b.yaml": unknownLabel, "two/npa.config.yaml": quiet });
    expect((await npa(["analyze", "one", "two"], directory)).code).toBe(1);
    expect((await npa(["analyze", "two", "one"], directory)).code).toBe(0);
    const stdin = { stdin: twoTiers };
    expect((await npa(["analyze", "-"], directory, stdin)).code).toBe(1);
    expect((await npa(["analyze", "-"], path.join(directory, "two"), stdin)).code).toBe(0);
  });

  it("can be named", async () => {
    const files = { "a.yaml": twoTiers, "npa.config.yaml": quiet, "ci/strict.yaml": "failOn: high\n" };
    expect((await npa(["analyze", "a.yaml", "--config", "ci/strict.yaml"], files)).code).toBe(1);
    expect(await npa(["analyze", "a.yaml", "--config", "ci/none.yaml"], files)).toMatchObject({
      code: 2,
      stdout: "",
      stderr: "npa: cannot read the configuration ci/none.yaml: there is no such file or directory\n",
    });
  });

  it("is no manifest", async () => {
    const { stderr } = await npa(["analyze", "."], { "a.yaml": twoTiers, "npa.config.yaml": quiet });
    expect(stderr).toBe("");
  });

  it.each([
    [
      { "npa.config.yaml": "failon: low" },
      'npa: npa.config.yaml:1:1: failon: there is no setting "failon"; did you mean failOn?\n',
    ],
    [{ "npa.config.yaml": "a: [" }, /^npa: npa\.config\.yaml:1:\d+: not valid/],
    [{ "npa.config.yaml": "", "npa.config.json": "{}" }, /^npa: there are two configurations, .*: keep one\n$/],
    [{ "npa.config.yaml": "rules: {\u001b[31m: low}" }, /^npa: npa\.config\.yaml:1:\d+: /],
  ])("with a mistake, %j, exits 2 with its place", async (config, message) => {
    for (const argv of [
      ["analyze", "a.yaml"],
      ["list", "a.yaml"],
      ["graph", "a.yaml"],
      ["can", "a", "b", "-f", "a.yaml"],
    ]) {
      const { code, stdout, stderr } = await npa(argv, { "a.yaml": twoTiers, ...config });
      expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
      expect(stderr).toMatch(message);
      expect(stderr).not.toContain("\u001b");
    }
  });

  it("sets severities, and turns rules off", async () => {
    expect(await rulesOf(["analyze", "a.yaml"], { "a.yaml": twoTiers })).toContain("missing-default-deny-ingress");
    const rules = await rulesOf(["analyze", "a.yaml"], { "a.yaml": twoTiers, "npa.config.yaml": off });
    expect(rules.filter((rule) => rule.startsWith("missing-default-deny"))).toEqual([]);
    const config = "rules: { missing-default-deny-ingress: critical }\n";
    const files = { "a.yaml": twoTiers, "npa.config.yaml": config };
    expect((await npa(["analyze", "a.yaml", "--fail-on", "critical"], files)).code).toBe(1);
  });

  it("gives way to flags", async () => {
    const files = {
      "a.yaml": twoTiers.replaceAll(", namespace: shop", ""),
      "npa.config.yaml": "failOn: never\ndefaultNamespace: one\nassumptions: { terminatedPods: keep }\n",
    };
    const run = async (...flags: string[]): Promise<{ code: number; namespaces: string[]; assumptions: object }> => {
      const { code, stdout } = await npa(["analyze", "a.yaml", "-o", "json", ...flags], files);
      const { namespaces, assumptions } = JSON.parse(stdout) as { namespaces: object; assumptions: object };
      return { code, namespaces: Object.keys(namespaces), assumptions };
    };
    expect(await run()).toMatchObject({
      code: 0,
      namespaces: ["one", "shop"],
      assumptions: { terminatedPods: "keep" },
    });
    const flags = ["--fail-on", "high", "--default-namespace", "two", "--assume", "terminatedPods=ignore"];
    expect(await run(...flags)).toMatchObject({
      code: 1,
      namespaces: ["shop", "two"],
      assumptions: { terminatedPods: "ignore" },
    });
  });

  it("takes the CIDRs of flags before those of the file", async () => {
    const block = twoTiers.replace(
      "podSelector: { matchLabels: { app: web } } }]",
      "ipBlock: { cidr: 10.244.0.0/16 } }]",
    );
    const files = {
      "a.yaml": block,
      "npa.config.yaml": "clusterCidrs: { pods: [10.244.0.0/16], services: [10.96.0.0/12] }\n",
    };
    const found = async (...flags: readonly string[]): Promise<string> =>
      (await npa(["analyze", "a.yaml", "--rule", "ip-block-covers-cluster-cidr", ...flags], files)).stdout;
    expect(await found()).toContain("covers the pod CIDR 10.244.0.0/16");
    expect(await found("--cluster-cidr", "pods=10.0.0.0/16")).not.toContain("covers the pod CIDR");
    const wrong = await npa(["analyze", "a.yaml", "--cluster-cidr", "pod=10.0.0.0/16"], files);
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("write pods=CIDR, services=CIDR") as unknown,
    });
    expect((await npa(["list", "a.yaml", "--cluster-cidr", "pods=10"], files)).stderr).toContain('"10" is not a CIDR');
  });

  it("holds for list, can and graph", async () => {
    const input = twoTiers
      .replaceAll(", namespace: shop", "")
      .replace("podSelector: { matchLabels: { app: web } } }]", "ipBlock: { cidr: 10.244.0.0/16 } }]");
    const config =
      "defaultNamespace: one\nassumptions: { ipBlockMatchesPods: true }\nclusterCidrs: { pods: [10.244.0.0/16] }\n";
    const files = { "a.yaml": input, "npa.config.yaml": config };
    const question = ["can", "one/web", "one/db", "--port", "5432", "-f", "a.yaml"];
    expect((await npa(question, files)).code).toBe(0);
    expect((await npa([...question, "--assume", "ipBlockMatchesPods=false"], files)).code).toBe(1);
    expect((await npa(["can", "web", "db", "--port", "5432", "-f", "a.yaml"], files)).code).toBe(0);
    expect((await npa(["list", "a.yaml", "-o", "wide"], files)).stdout).toMatch(
      /^one\/web\[Deployment\] +=> one\/db\[Pod\]/m,
    );
    const graph = await npa(["graph", "a.yaml", "-o", "json"], files);
    expect(JSON.parse(graph.stdout)).toMatchObject({
      edges: expect.arrayContaining([
        expect.objectContaining({ source: "one/web[Deployment]", target: "one/db[Pod]" }),
      ]),
    });
  });

  it("starts its paths at its own directory", async () => {
    const ignore = "ignore: [{ path: old/**, reason: moving }]\n";
    const directory = directoryOf({ "npa.config.yaml": ignore, "old/a.yaml": twoTiers, "new/a.yaml": unknownLabel });
    for (const [input, cwd] of [
      ["old", directory],
      [".", path.join(directory, "old")],
      ["../old/a.yaml", path.join(directory, "new")],
      [path.join(directory, "old"), "/"],
    ] as const)
      expect(await rulesOf(["analyze", input], cwd)).toEqual([]);
  });
});

describe("--print-config", () => {
  it("prints what is in force, and where it is from", async () => {
    const files = { "a.yaml": twoTiers, "npa.config.yaml": "failOn: low\nmaxFindings: 3\n" };
    const { code, stdout, stderr } = await npa(["analyze", "a.yaml", "--print-config", "--fail-on", "medium"], files);
    expect(code).toBe(0);
    expect(stderr).toBe("settings: the defaults, npa.config.yaml, and the flags\n");
    expect(JSON.parse(stdout)).toMatchObject({
      failOn: "medium",
      maxFindings: 3,
      redundancyThreshold: 3,
      rules: { "missing-default-deny-ingress": "high" },
      assumptions: { terminatedPods: "ignore" },
    });
    const again = await npa(["list", "--print-config"], { "npa.config.json": stdout });
    expect(again.stdout).toBe(stdout);
    expect((await npa(["--print-config", "--no-config"], files)).stderr).toBe(
      "settings: the defaults, no configuration file, and the flags\n",
    );
  });
});
