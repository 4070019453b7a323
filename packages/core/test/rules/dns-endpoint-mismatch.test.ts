import { describe, expect, it } from "vitest";
import { deployment, documents, findings, findingsWith, policy } from "./evaluate.ts";

const id = "dns-endpoint-mismatch";
const web = deployment("web");
const dns = (ports = ""): string =>
  deployment("coredns", { "k8s-app": "kube-dns" }, "kube-system").replace("image:", `${ports} image:`);
const service = (target: string): string => `apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec: { selector: { k8s-app: kube-dns }, ports: [{ port: 53, protocol: UDP, targetPort: ${target} }] }`;
const cache = deployment("node-local-dns", { "k8s-app": "node-local-dns" }, "kube-system", "hostNetwork: true").replace(
  "kind: Deployment",
  "kind: DaemonSet",
);
const servers =
  "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }";
const egress = (rules: string, name = "web"): string =>
  policy(name, `{ podSelector: {}, policyTypes: [Egress], egress: [${rules}] }`);
const ask = (to: string, ...ports: readonly number[]): string =>
  `{ to: [${to}], ports: [${ports.map((port) => `{ port: ${port}, protocol: UDP }`).join()}] }`;

describe("dns-endpoint-mismatch", () => {
  it("finds the port of the Service where the pods have another", () => {
    const [finding, ...more] = findings(id, documents(web, dns(), service("5353"), egress(ask(servers, 53))));
    expect(more).toEqual([]);
    expect(finding?.message).toContain("listen on UDP 5353");
    expect(finding?.location?.path).toBe("spec.egress[0].ports[0]");
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
  });

  it("looks a named port up", () => {
    const pods = dns("ports: [{ containerPort: 5353, protocol: UDP, name: dns }],");
    expect(findings(id, documents(web, pods, service("dns"), egress(ask(servers, 53))))).toHaveLength(1);
  });

  it.each([
    ["the port of the pods", "5353", egress(ask(servers, 5353))],
    ["both ports", "5353", egress(ask(servers, 53, 5353))],
    [
      "the other port in another policy",
      "5353",
      documents(egress(ask(servers, 53)), egress(ask(servers, 5353), "more")),
    ],
    ["a port name", "5353", egress(`${ask(servers, 53)}, { to: [${servers}], ports: [{ port: dns, protocol: UDP }] }`)],
    ["all ports", "5353", egress(`{ to: [${servers}] }`)],
    ["port 53 behind the Service", "53", egress(ask(servers, 53))],
    ["other pods", "5353", egress(ask("{ podSelector: {} }", 53))],
  ])("is silent on %s", (_, target, yaml) => {
    expect(findings(id, documents(web, dns(), service(target), yaml))).toEqual([]);
  });

  it("finds a cache on the node that is left out", () => {
    const [finding] = findings(id, documents(web, dns(), cache, egress(ask(servers, 53))));
    expect(finding?.message).toContain("kube-system/node-local-dns[DaemonSet] on the network of their node");
    expect(finding?.fix?.description).toContain("169.254.20.10/32");
  });

  it.each([
    ["its address", egress(`${ask(servers, 53)}, ${ask("{ ipBlock: { cidr: 169.254.20.10/32 } }", 53)}`)],
    ["any destination", egress(`${ask(servers, 53)}, { ports: [{ port: 53, protocol: UDP }] }`)],
    [
      "its address in another policy",
      documents(egress(ask(servers, 53)), egress(ask("{ ipBlock: { cidr: 169.254.20.10/32 } }", 53), "cache")),
    ],
  ])("is silent when the cache is allowed by %s", (_, yaml) => {
    expect(findings(id, documents(web, dns(), cache, yaml))).toEqual([]);
  });

  it("knows of the cache from the configuration", () => {
    const yaml = documents(web, dns(), egress(ask(servers, 53)));
    expect(findings(id, yaml)).toEqual([]);
    expect(findingsWith(id, yaml, { nodeLocalDns: "10.0.0.10" })[0]?.message).toContain("10.0.0.10");
  });

  it("knows OpenShift's port when its namespace is named", () => {
    const openshift = "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: openshift-dns } } }";
    expect(findings(id, egress(ask(openshift, 53)))[0]?.message).toContain("DNS of openshift-dns listens on UDP 5353");
    expect(findings(id, egress(ask(openshift, 5353)))).toEqual([]);
    expect(findings(id, egress(ask("{ namespaceSelector: {} }", 53)))).toEqual([]);
  });
});
