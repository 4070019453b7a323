import { describe, expect, it } from "vitest";
import { documents, findings, deployment, policy, service } from "./evaluate.ts";

const id = "deny-only-policy-isolates";
const cilium = (name: string, spec: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;
const web = "endpointSelector: { matchLabels: { app: web } }";
const deny = `{ ${web}, ingressDeny: [{ fromEndpoints: [{ matchLabels: { app: intruder } }] }] }`;

describe("deny-only-policy-isolates", () => {
  it("finds a policy that denies one and cuts all, with and without pods in the input", () => {
    expect(findings(id, documents(deployment("web"), cilium("deny", deny)))).toMatchObject([
      { severity: "high", affected: ["shop/web[Deployment]"], location: { path: "spec.ingressDeny[0]" } },
    ]);
    expect(findings(id, cilium("deny", deny))).toHaveLength(1);
  });

  it("is milder where all that is outside is denied to pods that serve nobody", () => {
    const outside = cilium("deny", `{ ${web}, ingressDeny: [{ fromEntities: [world] }] }`);
    const serving = service("web", { app: "web" }, "{ port: 80 }");
    const severities = [[], [serving]].map((more) =>
      findings(id, documents(deployment("web"), outside, ...more)).map(({ severity }) => severity),
    );
    expect(severities).toEqual([["medium"], ["high"]]);
  });

  it.each([
    ["enableDefaultDeny", [cilium("deny", deny.replace("{ end", "{ enableDefaultDeny: { ingress: false }, end"))]],
    ["an allow of another kind", [cilium("deny", deny), policy("allow", "{ podSelector: {}, ingress: [{}] }")]],
    [
      "an allow beside it",
      [cilium("deny", deny.replace("ingressDeny", "ingress: [{ fromEndpoints: [{}] }], ingressDeny"))],
    ],
    ["a deny of everything", [cilium("deny", `{ ${web}, ingressDeny: [{ fromEntities: [all] }] }`)]],
    ["a default deny", [cilium("deny", `{ ${web}, ingressDeny: [{}] }`)]],
  ])("is silent on %s", (_, texts) => {
    expect(findings(id, documents(deployment("web"), ...texts))).toEqual([]);
  });
});
