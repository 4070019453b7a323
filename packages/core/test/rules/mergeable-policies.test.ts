import { describe, expect, it } from "vitest";
import { documents, findings, policy } from "./evaluate.ts";

const id = "mergeable-policies";
const from = (app: string, selector = "{ matchLabels: { app: web } }", types = "Ingress"): string =>
  `{ podSelector: ${selector}, policyTypes: [${types}], ingress: [{ from: [{ podSelector: { matchLabels: { app: ${app} } } }] }] }`;

describe("mergeable-policies", () => {
  it("finds policies for the same pods", () => {
    const [finding, ...more] = findings(
      id,
      documents(policy("a", from("api")), policy("b", from("proxy")), policy("c", from("job"))),
    );
    expect(more).toEqual([]);
    expect(finding?.severity).toBe("info");
    expect(finding?.object.name).toBe("a");
    expect(finding?.related).toHaveLength(2);
    expect(finding?.message).toContain("shop/a, NetworkPolicy shop/b and NetworkPolicy shop/c");
  });

  it("knows selectors that are equal in other words", () => {
    const other = "{ matchExpressions: [{ key: app, operator: In, values: [web, web] }] }";
    expect(findings(id, documents(policy("a", from("api")), policy("b", from("proxy", other))))).toHaveLength(1);
  });

  it.each([
    ["other pods", documents(policy("a", from("api")), policy("b", from("proxy", "{ matchLabels: { app: shop } }")))],
    ["other directions", documents(policy("a", from("api")), policy("b", from("proxy", undefined, "Ingress, Egress")))],
    ["other namespaces", documents(policy("a", from("api")), policy("b", from("proxy"), "prod"))],
    ["a duplicate", documents(policy("a", from("api")), policy("b", from("api")))],
    [
      "a default deny kept apart",
      documents(policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }"), policy("own", from("api", "{}"))),
    ],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, yaml)).toEqual([]);
  });
});
