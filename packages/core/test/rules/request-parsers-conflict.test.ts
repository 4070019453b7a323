import { describe, expect, it } from "vitest";
import { deployment, documents, findings } from "./evaluate.ts";

const id = "request-parsers-conflict";
const cilium = (name: string, app: string, ...entries: readonly string[]): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: { endpointSelector: { matchLabels: { app: ${app} } }, egress: [${entries.join()}] }`;
const entry = (rules: string, port = "53", peer = "proxy"): string =>
  `{ toEndpoints: [{ matchLabels: { app: ${peer} } }], toPorts: [{ ports: [{ port: "${port}", protocol: TCP }], rules: { ${rules} } }] }`;
const [http, dns] = ["http: [{}]", "dns: [{ matchPattern: '*' }]"];
const found = (...policies: readonly string[]): readonly unknown[] =>
  findings(id, documents(deployment("web"), deployment("api"), ...policies));

describe("request-parsers-conflict", () => {
  it("finds both in one policy and in two that select the same pods", () => {
    expect(found(cilium("a", "web", entry(dns), entry(http)))).toMatchObject([
      { severity: "high", location: { path: "spec.egress[1]" }, affected: ["shop/web[Deployment]"] },
    ]);
    expect(found(cilium("a", "web", entry(dns)), cilium("b", "web", entry(http)))).toHaveLength(1);
  });

  it("is silent on other ports, peers and pods", () => {
    expect(found(cilium("a", "web", entry(dns), entry(http, "80")))).toEqual([]);
    expect(found(cilium("a", "web", entry(dns), entry(http, "53", "other")))).toEqual([]);
    expect(found(cilium("a", "web", entry(dns)), cilium("b", "api", entry(http)))).toEqual([]);
  });
});
