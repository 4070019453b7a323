import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { allRules } from "../../src/rules/registry.ts";
import { runRules } from "../../src/rules/run-rules.ts";
import { clusterPolicy, deployment, documents, findings, namespace, policy } from "./evaluate.ts";

const id = "equal-priority-conflict";
const from = (action: string, labels = "{}"): string => `{ action: ${action}, from: [{ namespaces: ${labels} }] }`;
const test = "{ matchLabels: { env: test } }";
const subject = (team: string): { subject: string } => ({
  subject: `{ namespaces: { matchLabels: { team: ${team} } } }`,
});

describe("equal-priority-conflict", () => {
  it("finds two that do different things to the same traffic, with an example", () => {
    const yaml = documents(
      clusterPolicy("a", { ingress: from("Accept", test) }),
      clusterPolicy("b", { ingress: from("Deny") }),
    );
    const [finding, ...more] = findings(id, yaml);
    expect(more).toEqual([]);
    expect(finding).toMatchObject({ severity: "medium", fix: { kind: "manual" } });
    expect(finding?.location?.path).toBe("spec.ingress[0]");
    expect(finding?.message).toContain("env=test");
    expect(finding?.related).toHaveLength(1);
  });

  it("does not take the end of a tier for a rule: NetworkPolicies beside Calico's do not contradict each other", () => {
    const allow = (name: string, from: string): string =>
      policy(name, `{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [${from}] }] }`);
    const calico = `apiVersion: crd.projectcalico.org/v1\nkind: NetworkPolicy\nmetadata: { name: other, namespace: b }\nspec: { selector: all(), types: [Egress], egress: [{ action: Allow }] }\n`;
    const two = [allow("a", "{ podSelector: {} }"), allow("b", "{ namespaceSelector: { matchLabels: { x: z } } }")];
    expect(findings(id, documents(...two, calico))).toEqual([]);
  });

  it("tells of Calico's policy beside a NetworkPolicy: only its order can be changed", () => {
    const calico = `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: zz }\nspec: { order: 1000, selector: all(), types: [Ingress], ingress: [{ action: Deny }] }\n`;
    const allow = policy(
      "allow",
      "{ podSelector: {}, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: {} }] }] }",
    );
    for (const yaml of [documents(allow, calico), documents(calico, allow)]) {
      const report = analyze([{ name: "a.yaml", text: yaml }], { assumptions: { dataplane: "calico" } });
      const [finding, ...more] = report.findings.filter(({ ruleId }) => ruleId === id);
      expect(more).toEqual([]);
      expect(finding?.object.kind).toBe("GlobalNetworkPolicy");
      expect(finding?.fix?.description).toBe(
        "Give GlobalNetworkPolicy zz another order, lower to be asked before: NetworkPolicies of Kubernetes have 1000.",
      );
    }
  });

  it("leaves out what never comes to the two: a NetworkPolicy isolates the pods, or a rule behind a Pass decides", () => {
    const shop = {
      subject: "{ namespaces: { matchLabels: { kubernetes.io/metadata.name: shop } } }",
      tier: "Baseline",
    };
    const two = [
      clusterPolicy("a", { ingress: from("Accept") }, shop),
      clusterPolicy("b", { ingress: from("Deny") }, shop),
    ];
    expect(findings(id, documents(...two))).toHaveLength(1);
    expect(findings(id, documents(...two, policy("all", "{ podSelector: {}, policyTypes: [Ingress] }")))).toEqual([]);
    // What the first rule passes on comes to Baseline, and there both conflict.
    const before = (labels: string): string =>
      clusterPolicy("first", { ingress: `${from("Pass", labels)}, ${from("Deny")}` });
    expect(findings(id, documents(...two, before(test)))).toHaveLength(1);
    const other = [
      clusterPolicy("a", { ingress: from("Accept", "{ matchLabels: { env: live } }") }, shop),
      clusterPolicy("b", { ingress: from("Deny", "{ matchLabels: { env: live } }") }, shop),
    ];
    expect(findings(id, documents(...other, before(test)))).toEqual([]);
  });

  it("is a note where no pod of the input is concerned", () => {
    const yaml = documents(
      namespace("shop", { team: "a" }),
      deployment("web"),
      clusterPolicy("a", { ingress: from("Accept") }, { subject: "{ namespaces: { matchLabels: { team: a } } }" }),
      clusterPolicy("b", { ingress: from("Deny") }, { subject: "{ namespaces: { matchLabels: { env: test } } }" }),
    );
    expect(findings(id, yaml)).toMatchObject([{ severity: "info", affected: [] }]);
  });

  it.each([
    [
      "other priorities",
      [
        clusterPolicy("a", { ingress: from("Accept") }),
        clusterPolicy("b", { ingress: from("Deny") }, { priority: 11 }),
      ],
    ],
    [
      "other tiers",
      [
        clusterPolicy("a", { ingress: from("Accept") }),
        clusterPolicy("b", { ingress: from("Deny") }, { tier: "Baseline" }),
      ],
    ],
    [
      "the same action",
      [clusterPolicy("a", { ingress: from("Deny", test) }), clusterPolicy("b", { ingress: from("Deny") })],
    ],
    [
      "other subjects",
      [
        clusterPolicy("a", { ingress: from("Accept") }, subject("a")),
        clusterPolicy("b", { ingress: from("Deny") }, subject("b")),
      ],
    ],
    [
      "what an earlier rule of both decides alike",
      [
        clusterPolicy("a", { ingress: `${from("Accept", test)}, ${from("Deny")}` }),
        clusterPolicy("b", { ingress: from("Accept", test) }),
      ],
    ],
    [
      "what a lower priority decides",
      [
        clusterPolicy("first", { ingress: from("Deny") }, { priority: 1 }),
        clusterPolicy("a", { ingress: from("Accept") }),
        clusterPolicy("b", { ingress: from("Deny") }),
      ],
    ],
    [
      "a Pass that ends the same way",
      [clusterPolicy("a", { ingress: from("Pass") }), clusterPolicy("b", { ingress: from("Accept") })],
    ],
  ])("is silent on %s", (_, policies) => {
    expect(findings(id, documents(...policies))).toEqual([]);
  });

  it("finds a Pass that NetworkPolicies end otherwise", () => {
    const deny = policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }");
    const yaml = documents(
      deny,
      clusterPolicy("a", { ingress: from("Pass") }),
      clusterPolicy("b", { ingress: from("Accept") }),
    );
    expect(findings(id, yaml)).toHaveLength(1);
  });

  it("is silent where the name decides", () => {
    const text = documents(
      clusterPolicy("a", { ingress: from("Accept") }),
      clusterPolicy("b", { ingress: from("Deny") }),
    );
    const cluster = readManifests([{ name: "test.yaml", text }]);
    const reachability = new Reachability(cluster, { assumptions: { ...defaultAssumptions, equalPriority: "name" } });
    const rules = allRules.filter((rule) => rule.id === id);
    expect(runRules(reachability, { rules }).findings).toEqual([]);
  });
});
