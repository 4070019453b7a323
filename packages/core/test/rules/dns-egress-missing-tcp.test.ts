import { describe, expect, it } from "vitest";
import { deployment, documents, findings, placeOf, policy } from "./evaluate.ts";

const id = "dns-egress-missing-tcp";
const egress = (name: string, rule: string, podSelector = "{}"): string =>
  policy(name, `{ podSelector: ${podSelector}, policyTypes: [Egress], egress: [${rule}] }`);
const udp = egress("udp", "{ to: [{ namespaceSelector: {} }], ports: [{ port: 443 }, { port: 53, protocol: UDP }] }");
const tcp = egress("tcp", "{ to: [{ namespaceSelector: {} }], ports: [{ port: 53, protocol: TCP }] }");

describe("dns-egress-missing-tcp", () => {
  it("points at the port entry", () => {
    expect(findings(id, udp).map(placeOf)).toEqual(["4 spec.egress[0].ports[1]"]);
    expect(findings(id, documents(deployment("web"), udp)).map(({ affected }) => affected)).toEqual([
      ["shop/web[Deployment]"],
    ]);
  });

  it("judges the union of policies", () => {
    for (const pods of [[], [deployment("web")]]) expect(findings(id, documents(...pods, udp, tcp))).toEqual([]);
    const tcpForDb = egress("tcp", "{ ports: [{ port: 53 }] }", "{ matchLabels: { app: db } }");
    expect(
      findings(id, documents(deployment("web"), deployment("db"), udp, tcpForDb)).map(({ affected }) => affected),
    ).toEqual([["shop/web[Deployment]"]]);
  });

  it("finds DNS behind a namespace label of which nothing is known", () => {
    const named = egress(
      "udp",
      "{ to: [{ namespaceSelector: { matchLabels: { name: kube-system } } }], ports: [{ port: 53, protocol: UDP }] }",
    );
    expect(findings(id, documents(deployment("web"), named))).toHaveLength(1);
  });

  it("is silent where DNS is not allowed at all: that is missing-dns-egress", () => {
    expect(findings(id, documents(deployment("web"), egress("web", "{ ports: [{ port: 443 }] }")))).toEqual([]);
  });
});
