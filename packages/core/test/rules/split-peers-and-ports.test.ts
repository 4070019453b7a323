import { describe, expect, it } from "vitest";
import { findings, policy } from "./evaluate.ts";

const id = "split-peers-and-ports";
const ingress = (...rules: readonly string[]): string =>
  policy("db", `{ podSelector: {}, ingress: [${rules.join(", ")}] }`);
const peers = "{ from: [{ podSelector: {} }] }";
const ports = "{ ports: [{ port: 80 }] }";

describe("split-peers-and-ports", () => {
  it("finds the two halves in either order, at the second", () => {
    expect(findings(id, ingress(peers, ports)).map(({ location }) => location?.path)).toEqual(["spec.ingress[1]"]);
    expect(
      findings(id, ingress("{ from: [{ podSelector: {} }], ports: [{ port: 1 }] }", ports, peers)).map(
        ({ location }) => location?.path,
      ),
    ).toEqual(["spec.ingress[2]"]);
  });

  it.each([
    [[peers, peers]],
    [[ports, ports]],
    [["{}", ports]],
    [["{ from: [{ podSelector: {} }], ports: [{ port: 80 }] }", ports]],
  ])("is silent on %s", (rules) => {
    expect(findings(id, ingress(...rules))).toEqual([]);
  });

  it("lets a rule for DNS stand beside any other", () => {
    const egress = (port: number): string =>
      policy(
        "db",
        `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ podSelector: {} }] }, { ports: [{ port: ${port} }] }] }`,
      );
    expect(findings(id, egress(53))).toEqual([]);
    expect(findings(id, egress(80))).toHaveLength(1);
  });

  it("lets nodes in as a whole, and has no such reason towards nodes", () => {
    const cilium = (direction: string, entities: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: talos, namespace: shop }
spec:
  endpointSelector: {}
  ${direction}: [{ ${entities}: [host, remote-node] }, { toPorts: [{ ports: [{ port: "50000", protocol: TCP }] }] }]
`;
    expect(findings(id, cilium("ingress", "fromEntities"))).toEqual([]);
    expect(findings(id, cilium("egress", "toEntities")).map(({ location }) => location?.path)).toEqual([
      "spec.egress[1]",
    ]);
  });

  it("lets pings stand beside peers", () => {
    const cilium = (ports: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: gateway, namespace: shop }
spec: { endpointSelector: {}, egress: [{ toEntities: [cluster] }, { ${ports} }] }
`;
    expect(findings(id, cilium("icmps: [{ fields: [{ type: 8, family: IPv4 }] }]"))).toEqual([]);
    expect(findings(id, cilium('toPorts: [{ ports: [{ port: "80", protocol: TCP }] }]'))).toHaveLength(1);
  });
});
