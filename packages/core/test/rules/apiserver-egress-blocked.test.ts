import { describe, expect, it } from "vitest";
import { deployment, documents, findings } from "./evaluate.ts";

const id = "apiserver-egress-blocked";
const cilium = (spec: string, name = "web"): string =>
  `{apiVersion: cilium.io/v2, kind: CiliumNetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {${spec}}}`;
const egress = (...entries: readonly string[]): string =>
  cilium(`endpointSelector: { matchLabels: { app: operator } }, egress: [${entries.join()}]`);
const operator = deployment("operator", { app: "operator" }, "shop", "serviceAccountName: operator");
const binding =
  "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: operator}, roleRef: {kind: ClusterRole, name: edit, apiGroup: rbac.authorization.k8s.io}, subjects: [{kind: ServiceAccount, name: operator, namespace: shop}]}";
const dns =
  "{ toEndpoints: [{ matchLabels: { 'k8s:io.kubernetes.pod.namespace': kube-system } }], toPorts: [{ ports: [{ port: '53' }] }] }";
const block = (cidr: string, port = "443"): string =>
  `{ toCIDR: [${cidr}], toPorts: [{ ports: [{ port: '${port}', protocol: TCP }] }] }`;
const found = (...texts: readonly string[]): readonly unknown[] =>
  findings(id, documents(...texts)).map(({ location }) => location?.path);

describe("apiserver-egress-blocked", () => {
  it("finds the address of the Service, as the input has it or as installers choose it", () => {
    expect(found(egress(block("10.96.0.1/32")))).toEqual(["spec.egress[0].toCIDR[0]"]);
    expect(found(egress(block("10.43.0.1")))).toEqual(["spec.egress[0].toCIDR[0]"]);
    const kubernetes =
      "{apiVersion: v1, kind: Service, metadata: {name: kubernetes, namespace: default}, spec: {clusterIP: 10.9.0.1, clusterIPs: [10.9.0.1], ports: [{port: 443, targetPort: 6443}]}}";
    expect(found(kubernetes, egress(block("10.9.0.1/32", "6443")))).toEqual(["spec.egress[0].toCIDR[0]"]);
    expect(found(kubernetes, egress(block("10.96.0.1/32")))).toEqual([]);
  });

  it("is silent on other addresses, wider blocks and other ports", () => {
    for (const entry of [block("203.0.113.7/32"), block("10.96.0.0/12"), block("10.96.0.1/32", "53")])
      expect(found(egress(entry))).toEqual([]);
  });

  it("leaves the address alone beside what lets them through", () => {
    expect(found(egress(block("10.96.0.1/32"), "{ toEntities: [kube-apiserver] }"))).toEqual([]);
    const other = cilium("endpointSelector: {}, egress: [{ toEntities: [kube-apiserver] }]", "other");
    expect(found(operator, egress(block("10.96.0.1/32")), other)).toEqual([]);
  });

  it("finds pods with a role that are kept from the API server", () => {
    expect(found(operator, binding, egress(dns))).toEqual(["spec.egress"]);
    expect(found(operator, binding, egress(dns, block("10.96.0.1/32")))).toEqual([
      "spec.egress",
      "spec.egress[1].toCIDR[0]",
    ]);
  });

  it.each([
    ["the entity", "{ toEntities: [kube-apiserver] }"],
    ["an entity that holds it", "{ toEntities: [cluster] }"],
    ["nodes", "{ toEntities: [host, remote-node] }"],
    ["a block that may hold it", block("10.0.0.0/8", "6443")],
    ["ports alone", "{ toPorts: [{ ports: [{ port: '6443' }] }] }"],
    ["the Service", "{ toServices: [{ k8sService: { serviceName: kubernetes, namespace: default } }] }"],
  ])("is silent on %s", (_, entry) => {
    expect(found(operator, binding, egress(dns, entry))).toEqual([]);
  });

  it("is silent on pods without a role, and where nothing isolates", () => {
    expect(found(operator, egress(dns))).toEqual([]);
    expect(
      found(operator, binding, egress(dns).replace("egress:", "enableDefaultDeny: {egress: false}, egress:")),
    ).toEqual([]);
  });
});
