import { readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { twoTiers, unknownLabel } from "./manifests.ts";
import { directoryOf, npa } from "./run.ts";

describe("npa list", () => {
  it("groups the connections by target", async () => {
    const { code, stdout, stderr } = await npa(["list", "a.yaml"], { "a.yaml": twoTiers });
    expect(code).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toBe(`TARGET
  PORTS     FROM
shop/db[Pod]
  TCP 5432  shop/web[Deployment]
shop/web[Deployment]
  All       internet
            shop/db[Pod]
            shop/web[Deployment]
internet
  All       shop/db[Pod]
            shop/web[Deployment]

6 connections among 2 workloads and the addresses outside
`);
  });

  it("prints one aligned line per connection with -o wide", async () => {
    const { stdout } = await npa(["list", "a.yaml", "-o", "wide"], { "a.yaml": twoTiers });
    expect(stdout).toContain("shop/web[Deployment] => shop/db[Pod]         : TCP 5432\n");
    expect(stdout.split("\n")).toHaveLength(7);
  });

  it("says how policies without workloads can be asked", async () => {
    const policy =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec: {podSelector: {}}\n";
    expect((await npa(["list", "a.yaml"], { "a.yaml": policy })).stdout).toMatch(
      /^no connections: the input has no workloads/,
    );
  });

  it("reads stdin", async () => {
    const { stdout } = await npa(["list", "-", "-o", "wide"], {}, { stdin: twoTiers });
    expect(stdout).toContain("shop/web[Deployment] => shop/db[Pod]         : TCP 5432");
  });

  it("writes several formats at once, and only one of them to stdout", async () => {
    const directory = directoryOf({ "in/a.yaml": twoTiers });
    const { code, stdout } = await npa(
      ["list", "in", "-o", "markdown", "-o", "json=list.json", "-o", "csv=list.csv"],
      directory,
    );
    expect(code).toBe(0);
    expect(stdout).toContain("| `shop/web[Deployment]` | `shop/db[Pod]` | TCP 5432 |");
    const list: unknown = JSON.parse(readFileSync(path.join(directory, "list.json"), "utf8"));
    expect(list).toMatchObject({ apiVersion: "npa.dev/v1", kind: "ConnectivityList", uncertain: [] });
    expect(readFileSync(path.join(directory, "list.csv"), "utf8")).toContain(
      "shop/web[Deployment],shop/db[Pod],false,5432,,,true,,,,,\n",
    );
    const twice = await npa(["list", "in", "-o", "json", "-o", "csv"], directory);
    expect(twice.code).toBe(2);
    expect(twice.stderr).toMatch(/^npa: more than one -o without a file/);
    const over = await npa(["list", "in", "-o", "json=one", "-o", "csv=./one"], directory);
    expect(over.code).toBe(2);
    expect(over.stderr).toBe("npa: more than one -o writes ./one: name a file for each\n");
  });

  it("says what the uncertain connections depend on", async () => {
    const { code, stdout, stderr } = await npa(["list", "a.yaml"], { "a.yaml": unknownLabel });
    expect(code).toBe(0);
    expect(stdout).toContain("two/b[Pod] to one/a[Pod]: All\n    depends on label team of namespace two");
    expect(stderr).toMatch(/^warning: 1 connection depends on facts .*label team of namespace two/m);
    const absent = await npa(["list", "a.yaml", "--assume", "unknownNamespaceLabels=absent"], {
      "a.yaml": unknownLabel,
    });
    expect(absent.stdout).not.toContain("two/b[Pod] to one/a[Pod]");
    expect(absent.stderr).toBe("");
  });

  it("limits what is listed, not what is read, to the namespaces of -n", async () => {
    const { stdout } = await npa(["list", "a.yaml", "-n", "two", "-o", "wide"], { "a.yaml": unknownLabel });
    expect(stdout).toContain("two/b[Pod] => one/a[Pod]");
    expect(stdout).not.toContain("one/a[Pod] => external");
    const wrong = await npa(["list", "a.yaml", "-n", "tvo"], { "a.yaml": unknownLabel });
    expect(wrong).toMatchObject({
      code: 2,
      stderr: 'npa: there is no namespace "tvo" in the input; did you mean two?\n',
    });
  });

  it("counts without listing", async () => {
    const { stdout } = await npa(["list", "a.yaml", "--count"], { "a.yaml": twoTiers });
    expect(stdout).toMatch(/^ *2 {2}workloads$/m);
    const json = await npa(["list", "a.yaml", "--count", "-o", "json"], { "a.yaml": twoTiers });
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: "ConnectivityCounts", workloads: 2, pods: 2, policies: 1 });
  });

  it("stops when nobody reads any more", async () => {
    const pods = Array.from(
      { length: 60 },
      (_, i) => `apiVersion: v1\nkind: Pod\nmetadata: { name: a-long-name-for-a-pod-${i} }\nspec: { containers: [] }\n`,
    );
    const files = { "a.yaml": pods.join("---\n") };
    const whole = await npa(["list", "a.yaml", "-o", "wide"], files);
    expect(whole.stdout.length).toBeGreaterThan(200_000);
    const { code, stdout } = await npa(["list", "a.yaml", "-o", "wide"], files, { takes: 1 });
    expect(code).toBe(0);
    expect(stdout.length).toBeLessThan(100_000);
    expect(whole.stdout.startsWith(stdout)).toBe(true);
  });
});

describe("npa list --focus", () => {
  const lines = async (...flags: readonly string[]): Promise<readonly string[]> => {
    const { code, stdout } = await npa(["list", "a.yaml", "-o", "csv", ...flags], { "a.yaml": twoTiers });
    expect(code).toBe(0);
    return stdout.split("\n").slice(1, -1);
  };

  it("keeps what has an end there, with a peer, in a direction, on a port", async () => {
    expect(await lines()).toHaveLength(6);
    expect(await lines("--focus", "shop/db")).toHaveLength(3);
    expect(await lines("--focus", "shop/db", "--direction", "ingress")).toHaveLength(1);
    expect(await lines("--focus", "shop/db", "--peer", "shop/web")).toHaveLength(2);
    expect(await lines("--focus", "shop/db", "--peer", "shop/web", "--direction", "ingress", "-p", "80")).toEqual([]);
    const [only, more] = await lines("--focus", "shop/web", "--peer", "shop/db", "--direction", "ingress", "-p", "80");
    expect([only, more]).toEqual([expect.stringContaining(",false,80,"), undefined]);
  });

  it("says what is wrong", async () => {
    const stderr = async (...flags: readonly string[]): Promise<string> =>
      (await npa(["list", "a.yaml", ...flags], { "a.yaml": twoTiers })).stderr;
    expect(await stderr("--peer", "shop/db")).toContain("name one to focus on");
    expect(await stderr("--focus", "shop/wep")).toContain("did you mean shop/web?");
    expect(await stderr("--focus", "shop/web", "--direction", "up")).toContain("ingress or egress");
    expect(await stderr("--focus", "shop/web", "--count")).toContain("leave --focus");
  });

  it("folds the workloads of a namespace when there are many", async () => {
    const pods = Array.from(
      { length: 12 },
      (_, i) => `apiVersion: v1\nkind: Pod\nmetadata: {name: p${i}, namespace: many}\nspec: {containers: []}\n`,
    );
    const { stdout } = await npa(["list", "a.yaml", "--focus", "shop/web", "--direction", "ingress"], {
      "a.yaml": `${twoTiers}---\n${pods.join("---\n")}`,
    });
    expect(stdout).toMatch(/^ +many\/\* \(all 12\)$/m);
  });
});
