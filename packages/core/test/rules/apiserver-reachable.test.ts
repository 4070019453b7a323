import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "apiserver-reachable";
const service = `apiVersion: v1
kind: Service
metadata: { name: kubernetes, namespace: default }
spec: { clusterIP: 10.96.0.1, ports: [{ port: 443, targetPort: 6443 }] }`;
const server = `apiVersion: v1
kind: Pod
metadata: { name: kube-apiserver-a, namespace: kube-system, labels: { component: kube-apiserver } }
spec: { hostNetwork: true, containers: [{ name: kube-apiserver }] }
status: { podIPs: [{ ip: 192.168.0.2 }] }`;
const web = deployment("web", { app: "web" }, "shop", "automountServiceAccountToken: false");
const egress = (cidr: string, ports = ""): string =>
  policy(
    "web",
    `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: ${cidr} } }]${ports} }] }`,
  );
const account = `apiVersion: v1
kind: ServiceAccount
metadata: { name: default, namespace: shop }
automountServiceAccountToken: false`;

describe("apiserver-reachable", () => {
  it.each([
    ["the Service", documents(service, web, egress("10.96.0.0/12")), "10.96.0.1:443"],
    ["the node", documents(server, web, egress("192.168.0.0/16", ", ports: [{ port: 6443 }]")), "192.168.0.2:6443"],
    [
      "a service account without tokens",
      documents(service, account, deployment("web"), egress("10.96.0.1/32")),
      "10.96.0.1",
    ],
  ])("finds %s", (_, yaml, text) => {
    const [finding, ...more] = findings(id, yaml);
    expect(more).toEqual([]);
    expect(finding?.message).toContain(text);
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
    expect(finding?.location?.path).toBe("spec.egress[0].to[0].ipBlock.cidr");
  });

  const ownToken = deployment("web", { app: "web" }, "shop", "automountServiceAccountToken: true");

  it.each([
    ["pods with a token", documents(service, deployment("web"), egress("10.96.0.0/12"))],
    ["pods that ask for one", documents(service, account, ownToken, egress("10.96.0.0/12"))],
    ["another port", documents(server, web, egress("192.168.0.0/16", ", ports: [{ port: 443 }]"))],
    ["other addresses", documents(service, web, egress("10.97.0.0/16"))],
    ["everywhere, which is told of already", documents(service, web, egress("0.0.0.0/0"))],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, yaml)).toEqual([]);
  });

  it("is not evaluated where nothing tells of the API server", () => {
    expect(evaluate(documents(web, egress("10.0.0.0/8")), id).notEvaluated).toHaveLength(1);
  });
});
