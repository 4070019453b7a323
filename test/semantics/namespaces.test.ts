import { describe, expect, it } from "vitest";
import { clusterOf, expectAccepted, expectAllowed, expectDenied, problems } from "./answers.ts";
import { denyIngress, namespace, pod, policy } from "./manifests.ts";

const fromNamespace = (name: string): string =>
  policy("a/in", `ingress: [{from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ${name}}}}]}]`);

describe("namespaces", () => {
  it("row 28: every namespace carries its name as a label, also where its manifest does not say so", () => {
    const yaml =
      namespace("a") + namespace("b", "{team: blue}") + pod("a/web") + pod("b/x") + pod("a/other") + fromNamespace("b");
    expectAllowed(yaml, ["b/x", "a/web"]);
    expectDenied(yaml, ["a/other", "a/web"]);
    expectAccepted(yaml);
  });

  it("row 28: a manifest cannot give the name label another value", () => {
    const yaml = namespace("a") + namespace("b", "{kubernetes.io/metadata.name: c}") + pod("a/web") + pod("b/x");
    expectAllowed(yaml + fromNamespace("b"), ["b/x", "a/web"]);
    expectDenied(yaml + fromNamespace("c"), ["b/x", "a/web"]);
  });

  it("row 28: a namespace that the input does not define carries its name too", () => {
    const yaml = pod("a/web") + pod("b/x") + pod("c/x") + fromNamespace("b");
    expectAllowed(yaml, ["b/x", "a/web"]);
    expectDenied(yaml, ["c/x", "a/web"]);
  });

  it("row 50: without a namespace an object is in default, or where the command says", () => {
    const yaml =
      pod("web", "{app: web}") + pod("default/client") + policy("p", "podSelector: {matchLabels: {app: web}}");
    expectDenied(yaml, ["default/client", "default/web"]);
    const elsewhere = clusterOf(yaml).workloads.map(({ id }) => id);
    expect(elsewhere).toEqual(["default/client[Pod]", "default/web[Pod]"]);
  });

  it("row 50: a name is unique in its namespace only", () => {
    const yaml =
      pod("a/web") + pod("b/web") + denyIngress("a") + policy("b/deny-ingress", "podSelector: {}\ningress: [{}]");
    expectDenied(yaml, ["b/web", "a/web"]);
    expectAllowed(yaml, ["a/web", "b/web"]);
    expect(problems(yaml, "duplicate-object")).toEqual([]);
  });
});
