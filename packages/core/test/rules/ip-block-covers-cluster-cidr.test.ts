import { describe, expect, it } from "vitest";
import { documents, evaluate, findings, findingsWith, podAt, policy } from "./evaluate.ts";

const id = "ip-block-covers-cluster-cidr";
const blocks = (...cidrs: readonly string[]): string =>
  policy(
    "web",
    `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${cidrs.map((cidr) => `{ ipBlock: { cidr: "${cidr}" } }`).join()}] }] }`,
  );
const db = podAt("db", ["10.1.2.3", "fd00::3"]);

describe("ip-block-covers-cluster-cidr", () => {
  it.each(["10.1.0.0/16", "10.1.2.3/32", "fd00::/64"])("finds the pod in %s", (cidr) => {
    const [finding, ...more] = findings(id, documents(db, blocks(cidr)));
    expect(more).toEqual([]);
    expect(finding?.severity).toBe("medium");
    expect(finding?.message).toContain("of shop/db[Pod]");
    expect(finding?.location?.path).toBe("spec.egress[0].to[0].ipBlock.cidr");
  });

  it.each(["10.1.2.4/32", "10.2.0.0/16", "fd00:1::/64"])("is silent on %s", (cidr) => {
    expect(findings(id, documents(db, blocks(cidr)))).toEqual([]);
  });

  it("is silent when an except leaves the pod out", () => {
    const careful = policy(
      "web",
      "{ podSelector: {}, egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0, except: [10.0.0.0/8] } }] }] }",
    );
    expect(findings(id, documents(db, careful))).toEqual([]);
  });

  it("only notes a block for everywhere", () => {
    expect(findings(id, documents(db, blocks("0.0.0.0/0")))[0]?.severity).toBe("info");
  });

  it("reports a policy once, at the worst of its blocks", () => {
    const [finding, ...more] = findings(id, documents(db, blocks("0.0.0.0/0", "10.0.0.0/8", "::/0")));
    expect(more).toEqual([]);
    expect(finding?.location?.path).toBe("spec.egress[0].to[1].ipBlock.cidr");
    expect(finding?.message).toContain("2 more");
    expect(finding?.related).toHaveLength(2);
  });

  it("takes the addresses of pods on the host network for those of nodes", () => {
    const node = podAt("agent", ["10.9.0.1"], "hostNetwork: true");
    expect(findings(id, documents(node, blocks("10.9.0.0/16")))[0]?.severity).toBe("info");
  });

  it("knows the CIDRs of the configuration", () => {
    const clusterCidrs = { services: ["10.96.0.0/12"], pods: ["10.244.0.0/16"] };
    expect(findingsWith(id, blocks("10.96.0.1/32"), { clusterCidrs })[0]?.message).toContain(
      "Service CIDR 10.96.0.0/12",
    );
    expect(findingsWith(id, blocks("10.244.1.0/24"), { clusterCidrs })[0]?.message).toContain("pod CIDR 10.244.0.0/16");
    expect(findingsWith(id, blocks("192.168.0.0/16"), { clusterCidrs })).toEqual([]);
  });

  it("knows what objects of the input tell, unless the configuration says otherwise", () => {
    const pool =
      "apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: { name: p }\nspec: { cidr: 10.244.0.0/16 }";
    const dns =
      "apiVersion: v1\nkind: Service\nmetadata: { name: dns, namespace: kube-system }\nspec: { clusterIP: 10.96.0.10, ports: [{ port: 53 }] }";
    const ofPool = documents(pool, blocks("10.244.1.0/24"));
    expect(findings(id, ofPool, { assumptions: { dataplane: "kubernetes" } })[0]?.message).toContain(
      "the pod CIDR 10.244.0.0/16 of IPPool p",
    );
    // Of Calico it is known that blocks match pods.
    expect(findings(id, ofPool)).toEqual([]);
    expect(findings(id, documents(dns, blocks("10.96.0.0/16")))[0]?.message).toContain(
      "the address 10.96.0.10 of Service kube-system/dns",
    );
    expect(
      findingsWith(id, documents(pool, blocks("10.244.1.0/24")), { clusterCidrs: { pods: ["10.0.0.0/24"] } }),
    ).toEqual([]);
    const node =
      "apiVersion: v1\nkind: Node\nmetadata: { name: node-1 }\nstatus: { addresses: [{ type: InternalIP, address: 10.9.0.1 }] }";
    expect(findings(id, documents(dns, node, blocks("10.9.0.0/16")))).toMatchObject([
      { severity: "info", message: expect.stringContaining("the address 10.9.0.1 of Node node-1") as unknown },
    ]);
  });

  it("is not evaluated where no address is known", () => {
    expect(evaluate(blocks("10.0.0.0/8"), id).notEvaluated.map(({ ruleId }) => ruleId)).toEqual([id]);
  });
});
