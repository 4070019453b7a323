import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, policy } from "./evaluate.ts";

const id = "dns-ingress-blocked";
const dns = deployment("coredns", { "k8s-app": "kube-dns" }, "kube-system");
const deny = policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }", "kube-system");
const admit = (from: string, protocols: readonly string[]): string =>
  policy(
    "dns",
    `{ podSelector: { matchLabels: { k8s-app: kube-dns } }, policyTypes: [Ingress], ingress: [{ from: [${from}], ports: [${protocols.map((protocol) => `{ protocol: ${protocol}, port: 53 }`).join()}] }] }`,
    "kube-system",
  );
const all = "{ namespaceSelector: {} }";

describe("dns-ingress-blocked", () => {
  it("finds a default deny over the DNS servers", () => {
    const [finding, ...more] = findings(id, documents(dns, deployment("web"), deny));
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "high", affected: ["shop/web[Deployment]"] });
    expect(finding?.fix?.changes).toMatchObject([{ type: "put", key: "ingress" }]);
  });

  it("names the servers, and nobody that policies do not tell from them", () => {
    const other = deployment("other", { "k8s-app": "heapster" }, "kube-system");
    const [finding] = findings(id, documents(dns, other, deployment("web"), deny));
    expect(finding?.message).toContain("the DNS servers kube-system/coredns[Deployment], and");
  });

  it("names those who are left out, and is mild where only TCP is missing", () => {
    const yaml = documents(dns, deployment("web"), deployment("db", { app: "db" }, "data"), deny);
    const shop = "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } } }";
    expect(findings(id, documents(yaml, admit(shop, ["UDP", "TCP"])))[0]?.affected).toEqual(["data/db[Deployment]"]);
    expect(findings(id, documents(yaml, admit(all, ["UDP"])))).toMatchObject([{ severity: "low" }]);
  });

  it.each([
    ["those who admit everybody", documents(dns, deployment("web"), deny, admit(all, ["UDP", "TCP"]))],
    ["open servers", documents(dns, deployment("web"))],
    [
      "one of two that is open",
      documents(
        dns,
        deployment("other", { "k8s-app": "kube-dns", a: "b" }, "kube-system"),
        deployment("web"),
        policy("one", "{ podSelector: { matchLabels: { a: b } }, policyTypes: [Ingress] }", "kube-system"),
      ),
    ],
    [
      "servers on the node",
      documents(
        deployment("coredns", { "k8s-app": "kube-dns" }, "kube-system", "hostNetwork: true"),
        deployment("web"),
        deny,
      ),
    ],
    ["pods that do not ask", documents(dns, deployment("web", { app: "web" }, "shop", "dnsPolicy: None"), deny)],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, yaml)).toEqual([]);
  });

  it("DNS for everybody is no exposure", () => {
    const ids = evaluate(documents(dns, deployment("web"), deny, admit(all, ["UDP", "TCP"]))).findings.map(
      ({ ruleId }) => ruleId,
    );
    expect(ids).not.toContain("all-namespaces-peer");
  });
});
