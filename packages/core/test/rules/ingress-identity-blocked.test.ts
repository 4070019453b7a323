import { describe, expect, it } from "vitest";
import { deployment, documents, findings, policy, service } from "./evaluate.ts";

const id = "ingress-identity-blocked";
const web = deployment("web").replace('image: "example:1"', 'image: "example:1", ports: [{ containerPort: 8080 }]');
const front = service("web", { app: "web" }, "{ port: 80, targetPort: 8080 }");
const ingress = (head: string, rest = ""): string =>
  `{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: web, namespace: shop${head}}, spec: {${rest}defaultBackend: {service: {name: web, port: {number: 80}}}}}`;
const byClass = ingress("", "ingressClassName: cilium, ");
const gateway = (name: string): string =>
  `{apiVersion: gateway.networking.k8s.io/v1, kind: Gateway, metadata: {name: edge, namespace: shop}, spec: {gatewayClassName: ${name}, listeners: [{name: http, port: 80, protocol: HTTP}]}}`;
const route =
  "{apiVersion: gateway.networking.k8s.io/v1, kind: HTTPRoute, metadata: {name: web, namespace: shop}, spec: {parentRefs: [{name: edge}], rules: [{backendRefs: [{name: web, port: 80}]}]}}";
const own = (entry: string): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: web, namespace: shop}, spec: {endpointSelector: {matchLabels: {app: web}}, ingress: [${entry}]}}`;
const places = (rule: string, ...texts: readonly string[]): readonly unknown[] =>
  findings(rule, documents(web, front, ...texts)).map(({ object }) => object.kind);
const world = own("{ fromEntities: [world] }");

describe("ingress-identity-blocked", () => {
  it("finds routes of Cilium's class whose pods admit the client and not Envoy", () => {
    expect(places(id, byClass, world)).toEqual(["Ingress"]);
    expect(places(id, ingress(", annotations: {kubernetes.io/ingress.class: cilium}"), world)).toEqual(["Ingress"]);
    expect(places(id, gateway("cilium"), route, world)).toEqual(["HTTPRoute"]);
    // It is told once.
    expect(places("declared-route-blocked", byClass, world)).toEqual([]);
  });

  it.each([
    ["namespaces", "{ fromEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': kube-system } }] }"],
    ["blocks", "{ fromCIDR: [10.0.0.0/8] }"],
    [
      "every pod, which Envoy is none of",
      "{ fromEndpoints: [{ matchExpressions: [{ key: io.kubernetes.pod.namespace, operator: Exists }] }] }",
    ],
    ["another port", "{ fromEntities: [ingress], toPorts: [{ ports: [{ port: '9000' }] }] }"],
  ])("finds what admits %s", (_, entry) => {
    expect(places(id, byClass, own(entry))).toEqual(["Ingress"]);
  });

  it("finds NetworkPolicies, which cannot name it", () => {
    const blocks = policy(
      "web",
      "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { namespaceSelector: {} }] }] }",
    );
    const [finding] = findings(id, documents(web, front, byClass, blocks));
    expect(finding?.fix?.description).toContain("CiliumNetworkPolicy");
    expect(places(id, byClass, policy("web", "{ podSelector: {}, ingress: [{}] }"))).toEqual([]);
  });

  it.each([
    ["the entity", "{ fromEntities: [ingress] }"],
    ["its label", "{ fromEndpoints: [{ matchLabels: { 'reserved:ingress': '' } }] }"],
    ["the cluster", "{ fromEntities: [cluster] }"],
    ["all", "{ fromEntities: [all] }"],
    ["ports for everybody", "{ toPorts: [{ ports: [{ port: '8080' }] }] }"],
  ])("is silent on %s", (_, entry) => {
    expect(places(id, byClass, own(entry))).toEqual([]);
  });

  it("is silent on other classes, and where nothing isolates", () => {
    expect(places(id, gateway("envoy"), route, world)).toEqual([]);
    expect(places(id, ingress("", "ingressClassName: nginx, "), world)).toEqual([]);
    expect(places(id, route, world)).toEqual([]);
    expect(places(id, byClass)).toEqual([]);
  });
});
