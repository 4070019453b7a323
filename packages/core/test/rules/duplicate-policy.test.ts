import { describe, expect, it } from "vitest";
import { documents, evaluate, findings, placeOf, policy } from "./evaluate.ts";

const id = "duplicate-policy";
const spec = (from: string, extra = ""): string =>
  `{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [${from}] }]${extra} }`;
const proxy = "{ podSelector: { matchLabels: { app: proxy } } }";
const api = "{ podSelector: { matchLabels: { app: api } } }";

describe("duplicate-policy", () => {
  it.each([
    ["equal text", spec(proxy), spec(proxy)],
    ["the defaults written", spec(proxy), spec(proxy, ", policyTypes: [Ingress]")],
    ["another order", spec(`${proxy}, ${api}`), spec(`${api}, ${proxy}`)],
    ["a peer twice", spec(proxy), spec(`${proxy}, ${proxy}`)],
    [
      "an expression for a label",
      spec(proxy),
      spec("{ podSelector: { matchExpressions: [{ key: app, operator: In, values: [proxy] }] } }"),
    ],
    ["rules without effect", spec(proxy), spec(proxy, ", policyTypes: [Ingress], egress: [{}]")],
  ])("finds %s", (_, one, other) => {
    const [finding, ...more] = findings(id, documents(policy("a", one), policy("b", other)));
    expect(more).toEqual([]);
    expect(finding?.message).toContain("NetworkPolicy shop/b says what NetworkPolicy shop/a says");
    expect(placeOf(finding)).toBe("8 metadata.name");
    expect(finding?.fix?.kind).toBe("safe");
  });

  it.each([
    ["another peer", policy("b", spec(api))],
    ["another direction", policy("b", spec(proxy, ", policyTypes: [Ingress, Egress]"))],
    ["another namespace", policy("b", spec(proxy), "prod")],
    ["other ports", policy("b", spec(proxy).replace("from:", "ports: [{ port: 80 }], from:"))],
  ])("is silent on %s", (_, other) => {
    expect(findings(id, documents(policy("a", spec(proxy)), other))).toEqual([]);
  });

  it("keeps one of three", () => {
    const names = findings(id, documents(...["a", "b", "c"].map((name) => policy(name, spec(proxy))))).map(
      ({ object }) => object.name,
    );
    expect(names).toEqual(["b", "c"]);
  });

  it("is told of by no other rule", () => {
    const ids = evaluate(documents(policy("a", spec(proxy)), policy("b", spec(proxy))))
      .findings.filter(({ category }) => category === "optimization")
      .map(({ ruleId }) => ruleId);
    expect(ids).toEqual([id]);
  });
});
