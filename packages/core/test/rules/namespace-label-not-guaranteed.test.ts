import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, namespace, policy } from "./evaluate.ts";

const id = "namespace-label-not-guaranteed";
const from = (labels: string): string =>
  policy(
    "web",
    `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ namespaceSelector: { matchLabels: { ${labels} } } }] }] }`,
  );

describe("namespace-label-not-guaranteed", () => {
  it("finds the name of a namespace under the key name, and says it once", () => {
    const yaml = documents(
      namespace("shop"),
      namespace("data"),
      deployment("db", { app: "db" }, "data"),
      from("name: data, team: a"),
    );
    const [finding, ...more] = findings(id, yaml);
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe("spec.ingress[0].from[0].namespaceSelector.matchLabels.name");
    expect(finding?.fix?.changes).toMatchObject([
      { type: "set", value: { matchLabels: { "kubernetes.io/metadata.name": "data", team: "a" } } },
    ]);
    expect(evaluate(yaml).findings.map(({ ruleId }) => ruleId)).not.toContain("peer-matches-nothing");
  });

  it.each([
    ["a namespace that has the label", documents(namespace("data", { name: "data" }), from("name: data"))],
    ["what is no namespace's name", from("name: backend")],
    ["another key", documents(namespace("data"), from("team: data"))],
    ["the label that is always there", documents(namespace("data"), from("kubernetes.io/metadata.name: data"))],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, yaml)).toEqual([]);
  });
});
