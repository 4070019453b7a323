import { describe, expect, it } from "vitest";
import { npa } from "./run.ts";

const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n";
const service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 80}]}\n";
const chart = { "c/Chart.yaml": "name: c\n", "c/templates/a.yaml": "{{- if .x }}\na: b\n{{- end }}\n" };

describe("an input without anything to analyse", () => {
  it.each([
    ["a failed pipe", ["analyze", "-"], {}],
    ["a chart that nobody rendered", ["analyze", "."], chart],
    ["list", ["list", "."], chart],
    ["can", ["can", "internet", "a/b", "-f", "."], chart],
    ["graph", ["graph", "."], chart],
    ["baseline", ["baseline", "."], chart],
    ["a template of ytt", ["analyze", "."], { "a.yaml": "#@ x = 1\n---\n" + namespace }],
    ["other objects", ["analyze", "."], { "a.yaml": service }],
    ["one of two sides", ["prove", "a.yaml", "b.yaml"], { "a.yaml": namespace, "b.yaml": service }],
  ])("fails the gate: %s", async (_name, argv, files) => {
    const { code, stdout, stderr } = await npa(argv, files);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain("npa: nothing to analyse: there is no workload, namespace or policy in the input");
  });

  it("says what was met in its place", async () => {
    const { stderr } = await npa(["analyze", "."], chart);
    expect(stderr).toContain("1 template (c/templates/a.yaml)");
  });

  it("is fine with --allow-empty", async () => {
    expect(await npa(["analyze", "-", "--allow-empty"])).toMatchObject({ code: 0 });
    expect(await npa(["list", ".", "--allow-empty"], chart)).toMatchObject({ code: 0 });
    expect(await npa(["list", "e", "--allow-empty"], { "e/x.txt": "" })).toMatchObject({ code: 0 });
  });

  it("is none with a policy for nodes alone", async () => {
    const forNodes =
      "apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: {name: nodes}\nspec: {nodeSelector: {}, ingress: [{}]}\n";
    expect(await npa(["list", "."], { "a.yaml": forNodes })).toMatchObject({ code: 0 });
  });

  it("is none with a namespace alone", async () => {
    expect(await npa(["analyze", "."], { "a.yaml": namespace })).toMatchObject({ code: 0 });
  });
});
