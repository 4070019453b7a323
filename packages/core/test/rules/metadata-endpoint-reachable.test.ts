import { describe, expect, it } from "vitest";
import { deployment, documents, findings, findingsWith, policy } from "./evaluate.ts";

const id = "metadata-endpoint-reachable";
const egress = (rule: string, name = "web"): string =>
  policy(name, `{ podSelector: {}, policyTypes: [Egress], egress: [${rule}] }`);
const block = (cidr: string, except = ""): string =>
  `{ to: [{ ipBlock: { cidr: "${cidr}", except: [${except}] } }], ports: [{ port: 80 }] }`;

describe("metadata-endpoint-reachable", () => {
  it.each([
    ["IPv4", block("0.0.0.0/0"), "169.254.169.254 on TCP 80", "spec.egress[0].to[0].ipBlock.cidr"],
    ["link-local", block("169.254.0.0/16"), "169.254.169.254 on TCP 80", "spec.egress[0].to[0].ipBlock.cidr"],
    ["IPv6", block("::/0"), "fd00:ec2::254", "spec.egress[0].to[0].ipBlock.cidr"],
    ["no peers", "{ ports: [{ port: 1, endPort: 100 }] }", "names no peer", "spec.egress[0]"],
  ])("finds %s", (_, rule, words, path) => {
    const [finding, ...more] = findings(id, documents(deployment("web"), egress(rule)));
    expect(more).toEqual([]);
    expect(finding?.message).toContain(words);
    expect(finding?.location?.path).toBe(path);
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
  });

  it.each([
    ["an except", block("0.0.0.0/0", "169.254.169.254/32")],
    ["another port", "{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }], ports: [{ port: 443 }] }"],
    ["another protocol", "{ ports: [{ port: 80, protocol: UDP }] }"],
    ["pods", "{ to: [{ namespaceSelector: {} }] }"],
  ])("is silent on %s", (_, rule) => {
    expect(findings(id, egress(rule))).toEqual([]);
  });

  it("knows Alibaba's by what the input shows", () => {
    const pods = deployment("web", { app: "web", "alibabacloud.com/pool": "a" });
    const [finding] = findings(id, documents(pods, egress(block("0.0.0.0/0"))));
    expect(finding?.fix?.changes).toMatchObject([
      { key: "except", value: ["169.254.169.254/32", "100.100.100.200/32"] },
    ]);
  });

  it.each([
    ["aws", ["169.254.169.254", "fd00:ec2::254"]],
    ["gce", ["169.254.169.254"]],
    ["azure", ["169.254.169.254"]],
    ["hcloud", ["169.254.169.254"]],
  ])("knows the endpoints of %s", (provider, endpoints) => {
    const node = `apiVersion: v1\nkind: Node\nmetadata: { name: node-1 }\nspec: { providerID: "${provider}:///x" }`;
    const both = egress(`${block("0.0.0.0/0")}, ${block("::/0")}`);
    const [finding] = findings(id, documents(node, deployment("web"), both));
    const cidrs = endpoints.map((text) => `${text}/${text.includes(":") ? 128 : 32}`);
    expect(finding?.fix?.changes).toMatchObject(cidrs.map((cidr) => ({ value: [cidr] })));
  });

  it.each([
    ["aws", "high"],
    ["hcloud", "high"],
    ["kind", "medium"],
    ["k3s", "medium"],
  ])("is as grave as what the nodes of %s tell: %s", (provider, severity) => {
    const node = `apiVersion: v1\nkind: Node\nmetadata: { name: node-1 }\nspec: { providerID: "${provider}:///x" }`;
    const [finding] = findings(id, documents(node, deployment("web"), egress(block("0.0.0.0/0"))));
    expect(finding).toMatchObject({ severity });
    expect(finding?.message.includes("does not tell whether the cluster runs in a cloud")).toBe(severity === "medium");
    expect(findingsWith(id, egress(block("0.0.0.0/0")), { platform: "google" })[0]?.severity).toBe("high");
    expect(findings(id, egress(block("0.0.0.0/0")))[0]?.severity).toBe("medium");
  });

  it("takes the cloud of the settings before that of the input", () => {
    const pods = deployment("web", { app: "web", "alibabacloud.com/pool": "a" });
    const [finding] = findingsWith(id, documents(pods, egress(block("0.0.0.0/0"))), { platform: "other" });
    expect(finding?.fix?.changes).toMatchObject([{ value: ["169.254.169.254/32"] }]);
  });

  it("finds the policy that lets in again what another leaves out", () => {
    const careful = egress(block("0.0.0.0/0", "169.254.169.254/32, 100.100.100.200/32"));
    expect(
      findings(id, documents(careful, egress(block("169.254.0.0/16"), "again"))).map(({ object }) => object.name),
    ).toEqual(["again"]);
  });
});
