import { describe, expect, it } from "vitest";
import { deployment, documents, findings, policy } from "./evaluate.ts";

const id = "named-port-unresolved";
const withPort = (text: string, port: string): string => text.replace("image:", `ports: [${port}], image:`);
const web = withPort(deployment("web"), "{ name: http, containerPort: 8080 }");
const ingress = (port: string): string =>
  policy("web", `{ podSelector: {}, ingress: [{ ports: [{ port: 1 }, ${port}] }] }`);

describe("named-port-unresolved", () => {
  it("needs the name and the protocol", () => {
    expect(findings(id, documents(web, ingress("{ port: http }")))).toEqual([]);
    for (const port of ["{ port: web }", "{ port: http, protocol: UDP }"]) {
      const [finding] = findings(id, documents(web, ingress(port)));
      expect(finding?.location?.path).toBe("spec.ingress[0].ports[1]");
      expect(finding?.severity).toBe("medium");
      expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
    }
  });

  it("is info when only some selected pods lack it", () => {
    const found = findings(id, documents(web, deployment("job"), ingress("{ port: http }")));
    expect(found.map(({ severity, affected }) => [severity, affected])).toEqual([["info", ["shop/job[Deployment]"]]]);
  });

  it("looks at the peers for egress, and knows that addresses have no names", () => {
    const egress = (to: string): string =>
      policy(
        "job",
        `{ podSelector: { matchLabels: { app: job } }, policyTypes: [Egress], egress: [{ ${to}ports: [{ port: http }] }] }`,
      );
    const pods = documents(web, deployment("job"), deployment("db"));
    expect(findings(id, documents(pods, egress("to: [{ podSelector: { matchLabels: { app: web } } }], ")))).toEqual([]);
    expect(findings(id, documents(pods, egress("to: [{ podSelector: { matchLabels: { app: db } } }], ")))).toHaveLength(
      1,
    );
    expect(findings(id, documents(pods, egress("to: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ")))).toHaveLength(1);
    expect(findings(id, documents(pods, egress("")))).toEqual([]);
  });

  it("does not judge addresses that pods may have", () => {
    const to = (peers: string): string =>
      policy(
        "job",
        `{ podSelector: { matchLabels: { app: job } }, policyTypes: [Egress], egress: [{ to: [${peers}], ports: [{ port: http }] }] }`,
      );
    const block = "{ ipBlock: { cidr: 10.0.0.0/8 } }";
    for (const peers of [block, `{ podSelector: { matchLabels: { app: db } } }, ${block}`]) {
      const input = documents(web, deployment("job"), deployment("db"), to(peers));
      const found = (ipBlockMatchesPods: boolean): number =>
        findings(id, input, { assumptions: { ipBlockMatchesPods } }).length;
      expect([found(false), found(true)]).toEqual([1, 0]);
    }
  });

  it("says the same beside a block, whatever reserved identities other policies name", () => {
    const egress = policy(
      "all",
      "{ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }, { podSelector: {} }], ports: [{ port: web }] }] }",
    );
    const naming = (entity: string): string => `apiVersion: cilium.io/v2
kind: CiliumClusterwideNetworkPolicy
metadata: { name: other }
spec: { endpointSelector: { matchLabels: { app: none } }, ingressDeny: [{ fromEntities: [${entity}] }] }
`;
    const said = ["world", "kube-apiserver"].map((entity) =>
      findings(id, documents(web, egress, naming(entity))).map(({ severity, message }) => [severity, message]),
    );
    expect(said[0]).toEqual([["medium", expect.stringContaining("(shop/web[Deployment])")]]);
    expect(said[1]).toEqual(said[0]);
  });

  it("does not judge a policy that selects nothing", () => {
    expect(
      findings(
        id,
        documents(web, ingress("{ port: web }").replace("podSelector: {}", "podSelector: { matchLabels: { a: b } }")),
      ),
    ).toEqual([]);
  });
});
