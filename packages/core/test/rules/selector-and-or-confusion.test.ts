import { describe, expect, it } from "vitest";
import { deployment, documents, findings, namespace, policy } from "./evaluate.ts";

const id = "selector-and-or-confusion";
const from = (...peers: readonly string[]): string =>
  policy("db", `{ podSelector: {}, ingress: [{ from: [${peers.join(", ")}] }] }`);
const front = "{ namespaceSelector: { matchLabels: { team: front } } }";
const web = "{ podSelector: { matchLabels: { app: web } } }";

describe("selector-and-or-confusion", () => {
  it.each([
    ["one after the other", [front, web], "spec.ingress[0].from[1]"],
    ["the other way round, further down", ["{ ipBlock: { cidr: 10.0.0.0/8 } }", web, front], "spec.ingress[0].from[2]"],
    ["all namespaces", ["{ namespaceSelector: {} }", web], "spec.ingress[0].from[1]"],
  ])("finds %s", (_, peers, path) => {
    expect(findings(id, from(...peers)).map(({ location }) => location?.path)).toEqual([path]);
  });

  it.each([
    [
      "one item",
      ["{ namespaceSelector: { matchLabels: { team: front } }, podSelector: { matchLabels: { app: web } } }"],
    ],
    ["all own pods", [front, "{ podSelector: {} }"]],
    ["not side by side", [front, "{ ipBlock: { cidr: 10.0.0.0/8 } }", web]],
    ["two of a kind", [web, web]],
  ])("is silent on %s", (_, peers) => {
    expect(findings(id, from(...peers))).toEqual([]);
  });

  it("is milder where OR fits the pods of the input", () => {
    const others = documents(
      namespace("front", { team: "front" }),
      namespace("shop"),
      deployment("ui", { app: "ui" }, "front"),
    );
    const severityWith = (...more: readonly string[]): readonly string[] =>
      findings(id, documents(others, ...more, from(front, web))).map(({ severity }) => severity);
    expect(severityWith(deployment("web"))).toEqual(["low"]);
    expect(severityWith(deployment("web", { app: "web" }, "front"))).toEqual(["high"]);
    // No policy looks at the label in that namespace, which must not hide it.
    expect(severityWith(deployment("web"), deployment("copy", { app: "web" }, "front"))).toEqual(["high"]);
  });
});
