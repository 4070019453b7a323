import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, policy } from "./evaluate.ts";

const id = "end-port-invalid";

describe("end-port-invalid", () => {
  it.each([
    ["below port", "{ port: 80, endPort: 79 }"],
    ["without port", "{ endPort: 79 }"],
    ["with a name", "{ port: http, endPort: 90 }"],
    ["out of range", "{ port: 80, endPort: 70000 }"],
  ])("finds endPort %s, and invalid-policy leaves it alone", (_, port) => {
    const input = documents(deployment("web"), policy("web", `{ podSelector: {}, ingress: [{ ports: [${port}] }] }`));
    const found = evaluate(input).findings.filter(({ object }) => object.name === "web");
    const [finding, ...more] = found.filter(({ ruleId }) => ruleId === id || ruleId === "invalid-policy");
    expect(more).toEqual([]);
    expect(finding?.ruleId).toBe(id);
    expect(finding?.location?.path).toBe("spec.ingress[0].ports[0].endPort");
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
  });

  it("is silent on a range of one port", () => {
    expect(evaluate(policy("web", "{ ingress: [{ ports: [{ port: 80, endPort: 80 }] }] }"), id).findings).toEqual([]);
  });
});
