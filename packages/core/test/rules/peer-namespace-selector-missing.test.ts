import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, placeOf, policy } from "./evaluate.ts";

const id = "peer-namespace-selector-missing";
const from = (peer: string): string => policy("db", `{ podSelector: {}, ingress: [{ from: [{ ${peer} }] }] }`);
const api = deployment("api", { app: "api" }, "prod");

describe("peer-namespace-selector-missing", () => {
  it("finds pods of another namespace, and is the only rule that speaks", () => {
    const input = documents(deployment("web"), api, from("podSelector: { matchLabels: { app: api } }"));
    const [finding] = findings(id, input);
    expect(placeOf(finding)).toBe("22 spec.ingress[0].from[0].podSelector");
    expect(finding?.message).toContain("pods with these labels are in prod");
    expect(evaluate(input, "peer-matches-nothing").findings).toEqual([]);
  });

  it("is silent when the own namespace has such a pod, or nobody has", () => {
    expect(findings(id, documents(deployment("api"), api, from("podSelector: { matchLabels: { app: api } }")))).toEqual(
      [],
    );
    expect(findings(id, documents(deployment("web"), api, from("podSelector: { matchLabels: { app: x } }")))).toEqual(
      [],
    );
    expect(
      findings(
        id,
        documents(deployment("web"), api, from("namespaceSelector: {}, podSelector: { matchLabels: { app: api } }")),
      ),
    ).toEqual([]);
  });

  it("does not judge a namespace whose workloads are not in the input", () => {
    expect(findings(id, documents(api, from("podSelector: { matchLabels: { app: api } }")))).toEqual([]);
  });
});
