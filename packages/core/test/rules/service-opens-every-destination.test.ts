import { describe, expect, it } from "vitest";
import { documents, findings, service } from "./evaluate.ts";

const id = "service-opens-every-destination";
const to = (name: string, field = "egress", ports = 'toPorts: [{ ports: [{ port: "443", protocol: TCP }] }]'): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec: { endpointSelector: {}, ${field}: [{ toServices: [{ k8sService: { serviceName: ${name}, namespace: shop } }]${ports === "" ? "" : `, ${ports}`} }] }`;
const payments = service("payments", { app: "payments" }, "{ port: 443 }");

describe("service-opens-every-destination", () => {
  it("finds a Service that is not there, and is sure of a live cluster", () => {
    const yaml = documents(payments, to("paymentz"));
    expect(findings(id, yaml)).toMatchObject([{ severity: "medium", location: { path: "spec.egress[0]" } }]);
    expect(findings(id, yaml, { live: true })).toMatchObject([
      { severity: "high", message: expect.stringContaining("Service shop/paymentz") as string },
    ]);
  });

  it("finds every Service in a deny", () => {
    expect(findings(id, documents(payments, to("payments", "egressDeny")))).toMatchObject([
      { severity: "high", location: { path: "spec.egressDeny[0]" } },
    ]);
  });

  it("is silent on Services that are there, and without ports", () => {
    expect(findings(id, documents(payments, to("payments")))).toEqual([]);
    expect(findings(id, to("paymentz", "egress", ""))).toEqual([]);
    // Every cluster has it.
    expect(findings(id, to("kubernetes").replace("namespace: shop } }]", "namespace: default } }]"))).toEqual([]);
  });
});
