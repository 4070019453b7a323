import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, it } from "vitest";
import { pathWith } from "./fake-helm.ts";
import { directoryOf, npa } from "./run.ts";

function web(port: number, team: string): string {
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress:
    - from: [{ namespaceSelector: { matchLabels: { team: ${team} } }, podSelector: { matchLabels: { app: x } } }]
      ports: [{ port: ${port} }]
`;
}

const copy = web(80, "b").replace("name: web", "name: copy");
const files = {
  "old.yaml": web(80, "b"),
  "new.yaml": web(81, "b"),
  "none.yaml": web(80, '""').replace(/ {4}- from.*\n.*\n/, ""),
  "twice.yaml": `${web(80, "b")}---${copy}`,
  "broken.yaml": `${web(80, "b")}---\nkind: NetworkPolicy\nmetadata: [\n`,
};

describe("npa prove OLD NEW", () => {
  it("exits 0 only when the two are equivalent", async () => {
    expect(await npa(["prove", "old.yaml", "old.yaml"], files)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^equivalent {2}/),
    });
    for (const [one, other, verdict] of [
      ["old.yaml", "new.yaml", "incomparable"],
      ["old.yaml", "none.yaml", "stricter"],
      ["none.yaml", "old.yaml", "looser"],
    ] as const) {
      const { code, stdout } = await npa(["prove", one, other], files);
      expect([code, stdout.split(" ")[0]]).toEqual([1, verdict]);
    }
    const undecided = await npa(["prove", "old.yaml", "old.yaml", "--steps", "0"], files);
    expect([undecided.code, undecided.stdout.split(" ")[0]]).toEqual([1, "undecided"]);
  });

  it("counts what is not decided where that is much", async () => {
    const many = Array.from({ length: 40 }, (_, i) => web(80, "b").replace("shop", `shop-${i}`)).join("---");
    const argv = ["prove", "a.yaml", "b.yaml", "--steps", "0"];
    const both = { "a.yaml": many, "b.yaml": many.replaceAll("port: 80", "port: 81") };
    const { undecided } = JSON.parse((await npa([...argv, "-o", "json"], both)).stdout) as { undecided: string[] };
    expect(undecided.length).toBeGreaterThan(30);
    for (const format of ["text", "markdown"]) {
      const { stdout } = await npa([...argv, "-o", format], both);
      expect(stdout.match(/not decided: /g)).toHaveLength(10);
      expect(stdout).toContain(`and ${undecided.length - 10} more like these`);
    }
  });

  it("says what differs in a sentence, as text, JSON and Markdown", async () => {
    const sentence =
      "a pod with app=x in namespace other labelled team=b could reach a pod with app=web in namespace shop on TCP 80 before, not after";
    expect((await npa(["prove", "old.yaml", "new.yaml"], files)).stdout).toContain(`  ${sentence}\n`);
    const json = await npa(["prove", "old.yaml", "new.yaml", "-o", "json"], files);
    expect(JSON.parse(json.stdout)).toMatchObject({
      kind: "Proof",
      verdict: "incomparable",
      counterexamples: [{ effect: "looser" }, { effect: "stricter", onlyIn: "before", sentence }],
    });
    const markdown = await npa(["prove", "old.yaml", "new.yaml", "-o", "markdown"], files);
    expect(markdown.stdout).toMatch(/^\*\*incomparable\*\*/);
  });

  it("prints the assumption that namespace labels are fixed", async () => {
    const namespace = "\n---\napiVersion: v1\nkind: Namespace\nmetadata: { name: front }\n";
    const argv = ["prove", "old.yaml", "fixed.yaml", "--assume", "namespaceLabels=fixed"];
    const { stdout } = await npa(argv, { ...files, "fixed.yaml": web(80, "b") + namespace });
    expect(stdout).toContain("note: assumed namespaceLabels=fixed: the labels of front are taken");
  });

  it.each([
    [["prove"], "npa prove compares two states"],
    [["prove", "old.yaml"], "npa prove compares two states"],
    [["prove", "old.yaml", "new.yaml", "none.yaml"], "more than two inputs"],
    [["prove", "-k", "a", "--helm", "b"], "npa prove OLD NEW --render"],
    [["prove", "-", "-"], "not both"],
    [["prove", "old.yaml", "new.yaml", "-n", "shopp"], 'no namespace "shopp" in the input; did you mean shop?'],
    [["prove", "old.yaml", "new.yaml", "--steps", "many"], "whole number"],
    [["prove", "--redundant", "--denies-nothing", "old.yaml"], "ask it alone"],
  ])("refuses %j", async (argv, message) => {
    const { code, stdout, stderr } = await npa(argv, files);
    expect([code, stdout]).toEqual([2, ""]);
    expect(stderr).toContain(message);
  });

  it("compares commits, and what is rendered", async () => {
    const cwd = directoryOf({ "over/np.yaml": files["old.yaml"], "over/kustomization.yaml": "resources: [np.yaml]\n" });
    const git = (...argv: readonly string[]): string =>
      execFileSync("git", ["-c", "user.name=n", "-c", "user.email=n@example.com", ...argv], { cwd, encoding: "utf8" });
    git("init", "-q", "-b", "main");
    git("add", ".");
    git("commit", "-q", "-m", "one");
    writeFileSync(path.join(cwd, "over/np.yaml"), files["new.yaml"]);
    const kustomize = { env: pathWith("kustomize", `#!/bin/sh\ncat "$2/np.yaml"\n`) };
    const plain = await npa(["prove", "old.yaml", "new.yaml", "-o", "json"], files);
    const verdict = (text: string): unknown => (JSON.parse(text) as { readonly verdict: unknown }).verdict;
    const commit = await npa(["prove", "main", "over/np.yaml", "-o", "json"], cwd);
    const built = await npa(["prove", "main", "-k", "over", "-o", "json"], cwd, kustomize);
    expect([commit, built].map(({ stdout }) => verdict(stdout))).toEqual([
      verdict(plain.stdout),
      verdict(plain.stdout),
    ]);
    expect((await npa(["prove", "-k", "over", "-k", "over"], cwd, kustomize)).code).toBe(0);
  });

  it("is no answer about an input that could not be read", async () => {
    const broken = ["prove", "old.yaml", "broken.yaml"];
    expect((await npa(broken, files)).code).toBe(2);
    expect((await npa([...broken, "--allow-problems"], files)).code).toBe(0);
  });
});

describe("the other questions of npa prove", () => {
  it("--redundant names what can go, with its place", async () => {
    const found = await npa(["prove", "--redundant", "twice.yaml"], files);
    expect(found.code).toBe(1);
    expect(found.stdout).toMatch(/^1 part can be taken out/);
    expect(found.stdout).toMatch(
      /twice\.yaml:\d+:\d+ {2}NetworkPolicy shop\/web adds nothing to NetworkPolicy shop\/copy/,
    );
    expect((await npa(["prove", "--redundant", "-f", "old.yaml"], files)).code).toBe(0);
    const json = await npa(["prove", "--redundant", "twice.yaml", "-o", "json"], files);
    expect(JSON.parse(json.stdout)).toMatchObject({ kind: "RedundancyReport", redundancies: [{}] });
    expect((await npa(["prove", "--redundant", "twice.yaml", "-o", "markdown"], files)).stdout).toMatch(/^\*\*1 part/);
  });

  it("--permits, --forbids and --disjoint take a second set as a specification", async () => {
    const holds = await npa(["prove", "--permits", "old.yaml", "--forbids", "new.yaml", "old.yaml"], files);
    expect(holds.code).toBe(0);
    expect(holds.stdout).toMatch(/^holds {2}permits old\.yaml: .*\nholds {2}forbids new\.yaml: /);
    const fails = await npa(
      ["prove", "--permits", "new.yaml", "--disjoint", "none.yaml", "old.yaml", "-o", "json"],
      files,
    );
    expect(fails.code).toBe(1);
    expect(JSON.parse(fails.stdout)).toMatchObject({
      kind: "SpecificationReport",
      holds: false,
      claims: [
        { claim: "permits", specification: "new.yaml", status: "fails" },
        { claim: "disjoint", status: "fails", sharedPod: { namespace: "shop", podLabels: { app: "web" } } },
      ],
    });
    const nothing = await npa(["prove", "--denies-nothing", "old.yaml", "-o", "markdown"], files);
    expect([nothing.code, nothing.stdout]).toEqual([1, expect.stringContaining("| denies nothing | **fails** |")]);
    expect((await npa(["prove", "--permits", "broken.yaml", "old.yaml"], files)).code).toBe(2);
  });
});
