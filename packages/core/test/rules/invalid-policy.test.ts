import { describe, expect, it } from "vitest";
import { deployment, documents, findings, placeOf, policy } from "./evaluate.ts";

const id = "invalid-policy";

describe("invalid-policy", () => {
  it("reports a refused policy with the pods it leaves open", () => {
    const bad = policy(
      "web",
      "{ podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: 70000 }] }] }",
    );
    const [finding, ...more] = findings(id, documents(deployment("web"), deployment("db"), bad));
    expect(more).toEqual([]);
    expect(placeOf(finding)).toBe("22 spec.ingress[0].ports[0].port");
    expect(finding?.severity).toBe("high");
    expect(finding?.message).toContain("not in force");
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
  });

  it("reports every fault of a policy", () => {
    const bad = policy(
      "web",
      "{ podSelector: {}, ingress: [{ from: [{}] }, { from: [{ ipBlock: { cidr: 10.0.0.0/40 } }] }] }",
    );
    expect(findings(id, bad).map(({ location }) => location?.path)).toEqual([
      "spec.ingress[0].from[0]",
      "spec.ingress[1].from[0].ipBlock.cidr",
    ]);
  });

  it("reports a field that is dropped, with the nearest name", () => {
    const [finding] = findings(id, policy("web", "{ podSelector: { matchLables: { app: web } } }"));
    expect(finding?.severity).toBe("high");
    expect(finding?.location?.path).toBe("spec.podSelector.matchLables");
    expect(finding?.message).toContain("matchLabels");
  });

  it("reports host bits low", () => {
    const [finding] = findings(
      id,
      policy("web", "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 10.0.0.1/8 } }] }] }"),
    );
    expect(finding?.severity).toBe("low");
    expect(finding?.location?.path).toBe("spec.ingress[0].from[0].ipBlock.cidr");
  });

  it("is silent on problems of other objects and on what a live cluster has stored", () => {
    expect(
      findings(
        id,
        documents(deployment("web"), "apiVersion: v1\nkind: Service\nmetadata: { name: x }\nspec: { prots: [] }"),
      ),
    ).toEqual([]);
  });
});
