import { describe, expect, it } from "vitest";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { namedPortAmbiguous } from "../../src/rules/named-port-ambiguous.ts";
import { runRules } from "../../src/rules/run-rules.ts";
import { deployment, documents, findings, policy } from "./evaluate.ts";

const id = "named-port-ambiguous";
const cilium = (spec: string, name = "web"): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {${spec}}}`;
const pod = (name: string, port: number): string =>
  deployment(name).replace('image: "example:1"', `image: "example:1", ports: [{ name: http, containerPort: ${port} }]`);
const to = (port: string): string =>
  cilium(
    `endpointSelector: {}, egress: [{ toEndpoints: [{ matchLabels: { app: a } }], toPorts: [{ ports: [${port}] }] }]`,
  );
const named = "{ port: http, protocol: TCP }";

describe("named-port-ambiguous", () => {
  it("finds a name of which any pods have different numbers, once", () => {
    for (const port of [named, "{ port: http }"])
      expect(findings(id, documents(pod("a", 80), pod("b", 8080), to(port)))).toMatchObject([
        {
          severity: "low",
          location: { path: "spec.egress[0].toPorts[0].ports[0]" },
          message: expect.stringContaining("80 in shop/a[Deployment] and 8080 in shop/b[Deployment]") as string,
        },
      ]);
  });

  it("speaks of NetworkPolicies where Cilium enforces them", () => {
    const own = policy(
      "own",
      "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }], ports: [{ port: http }] }] }",
    );
    expect(findings(id, documents(pod("a", 80), pod("b", 8080), own))).toEqual([]);
    const ofCilium = cilium("endpointSelector: {}, ingress: [{}]", "other");
    expect(findings(id, documents(pod("a", 80), pod("b", 8080), own, ofCilium))).toMatchObject([
      { object: { kind: "NetworkPolicy" } },
    ]);
  });

  it("is certain of versions before 1.20", () => {
    const cluster = readManifests([{ name: "a.yaml", text: documents(pod("a", 80), pod("b", 8080), to(named)) }]);
    const old = new Reachability(cluster, { assumptions: { ...defaultAssumptions, ciliumVersion: "1.18" } });
    expect(runRules(old, { rules: [namedPortAmbiguous] }).findings).toMatchObject([{ severity: "high" }]);
  });

  it("is silent on one number, on numbers, and on ingress", () => {
    expect(findings(id, documents(pod("a", 80), pod("b", 80), to(named)))).toEqual([]);
    expect(findings(id, documents(pod("a", 80), pod("b", 8080), to('{ port: "80" }')))).toEqual([]);
    const ingress = cilium(
      `endpointSelector: {}, ingress: [{ fromEndpoints: [{}], toPorts: [{ ports: [${named}] }] }]`,
    );
    expect(findings(id, documents(pod("a", 80), pod("b", 8080), ingress))).toEqual([]);
  });
});
