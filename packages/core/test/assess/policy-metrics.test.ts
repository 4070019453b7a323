import { describe, expect, it } from "vitest";
import { assessmentOf, deployment, policy } from "./read.ts";

const pods = `${deployment("web", { app: "web" }).replace("spec:", "spec:\n  replicas: 3")}${deployment("db", { app: "db" })}`;

describe("metrics of policies", () => {
  it("count what is written, and what a dataplane may have to program", () => {
    const rules = `{
      podSelector: { matchLabels: { app: web } },
      policyTypes: [Ingress, Egress],
      ingress: [
        { from: [{ podSelector: { matchLabels: { app: db } } }, { podSelector: {} }], ports: [{ port: http }, { port: 80 }] },
        { from: [{ ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.2.0.0/16] } }] },
      ],
      egress: [{ ports: [{ port: 53, protocol: UDP }] }, { to: [{ podSelector: { matchLabels: { app: db } } }] }],
    }`;
    const [analysis] = assessmentOf(`${pods}${policy("a", rules)}`).namespaces["shop"]?.policies ?? [];
    expect(analysis?.metrics).toEqual({
      rules: 4,
      peers: 4,
      distinctSelectors: 3,
      selectorTerms: 3,
      namedPorts: 1,
      exceptEntries: 2,
      // 3 pods x ((1 + 4 peer pods) x 2 ports + 3 CIDRs + 1 port + 1 peer pod)
      expandedEntries: 45,
    });
  });

  it("leave rules without effect and policies without pods out of the entries", () => {
    const ignored = policy("a", "{ podSelector: {}, policyTypes: [Ingress], egress: [{}] }");
    const nobody = policy("b", "{ podSelector: { matchLabels: { app: x } }, ingress: [{}] }");
    const policies = assessmentOf(`${pods}${ignored}${nobody}`).namespaces["shop"]?.policies ?? [];
    expect(policies.map(({ metrics }) => [metrics.rules, metrics.expandedEntries])).toEqual([
      [1, 0],
      [1, 0],
    ]);
  });

  it("add up in the namespace, with the policies that a pod has", () => {
    const all = policy("a", "{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }] }] }");
    const db = (name: string): string => policy(name, "{ podSelector: { matchLabels: { app: db } }, ingress: [{}] }");
    const { metrics } = assessmentOf(`${pods}${all}${db("b")}${db("c")}`).namespaces["shop"] ?? {};
    expect(metrics).toEqual({
      policiesPerPod: { max: 3, median: 1 },
      rules: 3,
      peers: 1,
      distinctSelectors: 2,
      selectorTerms: 2,
      namedPorts: 0,
      exceptEntries: 0,
      expandedEntries: 4 * 4 + 1 + 1,
    });
  });
});
