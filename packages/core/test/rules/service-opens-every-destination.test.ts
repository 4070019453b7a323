import { describe, expect, it } from "vitest";
import { deployment, documents, findings, service } from "./evaluate.ts";

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

  it("finds a Service without a selector whose addresses nothing tells", () => {
    const bare =
      "{apiVersion: v1, kind: Service, metadata: {name: bare, namespace: shop}, spec: {ports: [{port: 443}]}}";
    const slice =
      "{apiVersion: discovery.k8s.io/v1, kind: EndpointSlice, metadata: {name: bare-1, namespace: shop, labels: {kubernetes.io/service-name: bare}}, endpoints: [{addresses: [203.0.113.7]}], ports: [{port: 443}]}";
    expect(findings(id, documents(bare, to("bare")))).toMatchObject([
      {
        severity: "medium",
        message: expect.stringContaining(
          "Service shop/bare on TCP 443, of which the input has neither pods nor addresses",
        ) as string,
      },
    ]);
    expect(findings(id, documents(bare, slice, to("bare")))).toEqual([]);
    expect(findings(id, documents(bare, to("bare")), { live: true })).toMatchObject([{ severity: "high" }]);
  });

  it("says what other policies leave of it, and nothing where that is nothing", () => {
    const deny = (to: string): string =>
      `apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: { name: deny }\nspec: { endpointSelector: {}, egressDeny: [${to}] }`;
    const found = (to_: string): readonly (string | undefined)[] =>
      findings(id, documents(deployment("web"), payments, to("paymentz"), deny(to_)), {
        assumptions: { dataplane: "cilium" },
      }).map(({ message }) => message.split("the rule allows ").at(-1));
    expect(found("{ toEntities: [all] }")).toEqual([]);
    expect(found("{ toEntities: [cluster] }")).toEqual([
      "every destination on these ports but for what other policies deny",
    ]);
    expect(found('{ toCIDR: [203.0.113.0/32], toPorts: [{ ports: [{ port: "1" }] }] }')).toEqual([
      "every destination on these ports",
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
  });

  it("takes what every cluster has for there, but in a live one that does not", () => {
    const apiServer = to("kubernetes").replace("namespace: shop } }]", "namespace: default } }]");
    const dns = (selector: string): string =>
      to("x").replace("k8sService: { serviceName: x, namespace: shop }", `k8sServiceSelector: ${selector}`);
    const byLabel = dns("{ selector: { matchLabels: { k8s-app: kube-dns } } }");
    for (const yaml of [apiServer, byLabel]) {
      expect(findings(id, yaml)).toEqual([]);
      expect(findings(id, yaml, { live: true })).toHaveLength(1);
    }
    for (const other of [
      "namespace: dns, selector: { matchLabels: { k8s-app: kube-dns } }",
      "selector: { matchLabels: { app: dns } }",
    ])
      expect(findings(id, dns(`{ ${other} }`))).toHaveLength(1);
  });
});
