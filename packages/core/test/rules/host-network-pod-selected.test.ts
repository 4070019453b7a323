import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "host-network-pod-selected";
const agent = deployment("agent", { app: "agent" }, "shop", "hostNetwork: true");
const from = (peer: string): string =>
  policy("web", `{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [{ ${peer} }] }] }`);

describe("host-network-pod-selected", () => {
  it("finds a policy for such pods, and policy-selects-no-pods leaves it alone", () => {
    const input = documents(
      agent,
      deployment("web"),
      policy("agent", "{ podSelector: { matchLabels: { app: agent } } }"),
    );
    const [finding] = findings(id, input);
    expect(finding?.location?.path).toBe("spec.podSelector");
    expect(finding?.affected).toEqual(["shop/agent[Deployment]"]);
    expect(evaluate(input, "policy-selects-no-pods").findings).toEqual([]);
  });

  it("finds a peer, in the own namespace and in others, and peer-matches-nothing leaves it alone", () => {
    for (const peer of [
      "podSelector: { matchLabels: { app: agent } }",
      "namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }, podSelector: { matchLabels: { app: agent } }",
    ]) {
      const input = documents(agent, deployment("web"), from(peer));
      expect(findings(id, input).map(({ location }) => location?.path)).toEqual([
        "spec.ingress[0].from[0].podSelector",
      ]);
      expect(evaluate(input, "peer-matches-nothing").findings).toEqual([]);
    }
  });

  it("is silent on selectors for all pods, and on other namespaces", () => {
    expect(findings(id, documents(agent, deployment("web"), policy("deny", "{ podSelector: {} }")))).toEqual([]);
    const other =
      "namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: other } }, podSelector: { matchLabels: { app: agent } }";
    expect(findings(id, documents(agent, deployment("web"), from(other)))).toEqual([]);
    expect(findings(id, documents(agent, deployment("web"), from("podSelector: {}")))).toEqual([]);
  });
});
