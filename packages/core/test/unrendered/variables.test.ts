import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

function read(text: string, variables: Readonly<Record<string, string>> = {}): Cluster {
  return readManifests([{ name: "a.yaml", text }], { variables: new Map(Object.entries(variables)) });
}

const policy = (name: string, port: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\nspec:\n  podSelector: {}\n  ingress:\n  - ports:\n    - port: ${port}\n`;

describe("variables", () => {
  it.each([
    ["${P:=80}", {}, 80],
    ["${P:-80}", {}, 80],
    ["${P=80}", {}, 80],
    ["${P:=80}", { P: "81" }, 81],
    ["${P:=80}", { P: "" }, 80],
    ["${P}", { P: "81" }, 81],
    ['"${P:=web}"', {}, "web"],
    ["${A}${B:=1}", { A: "8" }, 81],
  ])("port: %s with %o is %s", (written, variables, expected) => {
    const { policies, problems, notEvaluated } = read(policy("a", written), variables);
    expect([problems, notEvaluated]).toEqual([[], []]);
    const ports = policies[0]?.rules.ingress[0]?.ports;
    expect(ports).toMatchObject([typeof expected === "number" ? { from: expected } : { name: expected }]);
  });

  it("in quotes stay texts", () => {
    const text = `apiVersion: v1\nkind: Pod\nmetadata: {name: a, labels: {x: "\${X:=1}"}}\nspec: {}\n`;
    expect(read(text).workloads[0]?.groups[0]?.labels["x"]).toBe("1");
  });

  it("are read where the text is no YAML without their values", () => {
    const text = "apiVersion: v1\nkind: Pod\nmetadata: {name: ${N:=a}, namespace: ${NS}}\nspec: {}\n";
    expect(read(text, { NS: "shop" }).workloads.map(({ id }) => id)).toEqual(["shop/a[Pod]"]);
    const { workloads, problems, notEvaluated } = read(text);
    expect([workloads, problems]).toEqual([[], []]);
    expect(notEvaluated[0]?.reason).toContain("metadata.namespace is ${NS}");
  });

  it("keep their places", () => {
    const { policies } = read(policy("${N:=something-long}", "80"));
    expect(policies[0]?.origin.locator.locate(["spec", "ingress", 0])).toMatchObject({ line: 8, column: 5 });
    expect(policies[0]?.name).toBe("something-long");
  });

  it("that are escaped, or of scripts, are left alone", () => {
    const pod = `apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec:\n  containers:\n  - args: ["$\${x}", "\${y}"]\n`;
    expect(read(pod)).toMatchObject({ problems: [], notEvaluated: [], workloads: [{ name: "a" }] });
  });
});

describe("Templates of OpenShift", () => {
  const template = (parameters: string, objects: string): string =>
    `apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nlabels: {all: "\${L}"}\nparameters: ${parameters}\nobjects:\n${objects}`;
  const pod = (name: string, more = ""): string =>
    `- {apiVersion: v1, kind: Pod, metadata: {name: "${name}", labels: {a: b}${more}}, spec: {}}\n`;

  it("make their objects with the values of their parameters", () => {
    const text = template("[{name: NAME, value: web}, {name: L, value: x}, {name: E}]", pod("${NAME}-1${E}"));
    const { workloads, problems } = read(text);
    expect(problems).toEqual([]);
    expect(workloads.map(({ id, groups }) => [id, { ...groups[0]?.labels }])).toEqual([
      ["default/web-1[Pod]", { a: "b", all: "x" }],
    ]);
    expect(read(text, { NAME: "db" }).workloads[0]?.id).toBe("default/db-1[Pod]");
  });

  it("leave open what needs a value", () => {
    const text = template(
      "[{name: NAME, required: true}, {name: G, generate: expression}, {name: L}]",
      pod("${NAME}") + pod("x-${G}") + pod("c"),
    );
    const { workloads, notEvaluated, problems } = read(text);
    expect(problems).toEqual([]);
    expect(workloads.map(({ name }) => name)).toEqual(["c"]);
    expect(notEvaluated.map(({ reason }) => reason)).toEqual([
      "metadata.name is ${NAME}, which has no value here: --set-var NAME=VALUE gives it one",
      "metadata.name is ${G}, which has no value here: --set-var G=VALUE gives it one",
    ]);
  });

  it("know values that are no texts", () => {
    const objects =
      '- {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {replicas: "${{R}}", template: {metadata: {labels: {a: b}}}}}\n';
    const { workloads, problems } = read(template("[{name: R, value: '3'}, {name: L}]", objects));
    expect([problems, workloads[0]?.groups[0]?.pods]).toEqual([[], 3]);
  });

  it("of other projects are none, and hostile ones do no harm", () => {
    expect(
      read("apiVersion: x.example/v1\nkind: Template\nobjects: [{apiVersion: v1, kind: Pod, metadata: {name: a}}]\n"),
    ).toMatchObject({ workloads: [], problems: [] });
    const odd =
      "apiVersion: v1\nkind: Template\nlabels: []\nparameters: [1, {name: 2}, {name: __proto__, value: x}]\nobjects: [1, null, {metadata: 3}]\n";
    expect(read(odd).problems).toEqual([]);
  });
});
