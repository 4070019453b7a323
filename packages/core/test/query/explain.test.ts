import { describe, expect, it } from "vitest";
import { can, readManifests } from "../../src/entries/index.ts";
import {
  explain,
  type Explanation,
  explanationMarkdown,
  explanationMermaid,
  explanationText,
  toExplanationJson,
} from "../../src/entries/explain.ts";
import { schemaErrors } from "../report/schemas.ts";

const workloads = `
apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: v1
kind: Namespace
metadata: {name: ops, labels: {team: ops}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template: {metadata: {labels: {app: web}}, spec: {containers: [{name: c, image: i, ports: [{name: http, containerPort: 8080}]}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web, namespace: shop}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: http}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: shop, labels: {app: db}}
spec: {containers: [{name: c, image: i, ports: [{containerPort: 5432}]}]}
---
apiVersion: v1
kind: Pod
metadata: {name: probe, namespace: ops, labels: {app: probe}}
spec: {containers: [{name: c, image: i}]}
`;

function policy(name: string, spec: string, namespace = "shop"): string {
  return `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec:\n${spec}\n`;
}

function ask(policies: string, source: string, target: string, port?: string): Explanation {
  const cluster = readManifests([{ name: "a.yaml", text: `${workloads}${policies}` }]);
  const question = { source, target, ...(port === undefined ? {} : { port }) };
  const explanation = explain(cluster, question);
  expect(explanation.answer).toBe(can(cluster, question).answer);
  expect(schemaErrors(toExplanationJson(explanation))).toEqual([]);
  return explanation;
}

const toWeb = (rule: string): string =>
  policy("web", `  podSelector: {matchLabels: {app: web}}\n  policyTypes: [Ingress]\n  ingress:\n${rule}`);

describe("explain", () => {
  it("names the port of a Service that a rule takes for that of the pods", () => {
    const policies = toWeb("    - from: [{podSelector: {matchLabels: {app: db}}}]\n      ports: [{port: 80}]");
    const explanation = ask(policies, "shop/db", "shop/Service/web", "80");
    expect(explanation.servicePorts).toEqual([
      { service: "shop/web", port: "80/TCP", targetPort: "http", podPorts: ["8080/TCP"] },
    ]);
    expect(explanation.ingress.nearMisses[0]?.lacks).toEqual([
      "it is for TCP 80: that is the port of Service shop/web, which leads to 8080/TCP of its pods, and policies see the port of the pods",
    ]);
    const [change] = explanation.changes;
    expect(change).toMatchObject({
      effect: "allow",
      description: "add the port to spec.ingress[0] of NetworkPolicy shop/web",
      edits: [{ type: "append", path: ["spec", "ingress", 0, "ports"], value: { protocol: "TCP", port: 8080 } }],
      openCount: 0,
      closeCount: 0,
    });
    expect(ask("", "shop/db", "shop/web", "80").notes.join()).toContain("80/TCP is the port of Service shop/web");
  });

  it("tells AND from OR", () => {
    const both = toWeb(
      "    - from:\n        - namespaceSelector: {matchLabels: {team: ops}}\n          podSelector: {matchLabels: {app: grafana}}",
    );
    const and = ask(both, "ops/probe", "shop/web", "8080");
    expect(and.ingress.nearMisses[0]?.lacks).toEqual([
      "the source lacks app=grafana (it has app=probe); its namespace matches, but namespaceSelector and podSelector in one item must both match",
    ]);
    const or = ask(
      both.replace("  podSelector: {matchLabels: {app: grafana}}", "- podSelector: {matchLabels: {app: grafana}}"),
      "ops/probe",
      "shop/web",
      "8080",
    );
    expect(or.answer).toBe("yes");
    expect(or.ingress.steps[0]?.because).toBe(
      "allows TCP 8080 through from[0]: items of the list are alternatives, so every pod of these namespaces matches, whatever its labels are",
    );
  });

  it("tells of policies that nearly speak of the pods", () => {
    const misses = (text: string): unknown =>
      ask(text, "shop/db", "shop/web", "8080").ingress.nearMisses.map(({ rule, lacks }) => [rule, lacks.join()]);
    const deny = "  podSelector: {matchLabels: {app: wep}}\n  policyTypes: [Ingress]";
    expect(misses(policy("typo", deny))).toEqual([
      ["spec.podSelector", "it does not select shop/web[Deployment], which lacks app=wep (it has app=web)"],
    ]);
    expect(misses(policy("elsewhere", deny.replace("wep", "web"), "ops"))).toEqual([
      ["metadata.namespace", "it selects pods of namespace ops only, and shop/web[Deployment] is in shop"],
    ]);
    expect(misses(policy("types", "  podSelector: {}\n  policyTypes: [Egress]\n  ingress: [{}]"))).toEqual([
      ["spec.ingress", "its ingress rules are not in force: policyTypes lacks Ingress"],
    ]);
  });

  it("quotes rules and says where they are", () => {
    const [step] = ask(
      toWeb("    - from:\n        - podSelector:\n            matchLabels: {app: db}"),
      "shop/db",
      "shop/web",
    ).ingress.steps;
    expect(step).toMatchObject({
      rule: "spec.ingress[0]",
      matches: "yes",
      decides: true,
      location: { file: "a.yaml", line: 39 },
    });
    expect(step?.quote).toBe("from:\n  - podSelector:\n      matchLabels: {app: db}");
  });

  it("edits both ends where both block", () => {
    const deny = policy("deny", "  podSelector: {}\n  policyTypes: [Ingress, Egress]");
    const explanation = ask(deny, "shop/web", "shop/db", "5432");
    expect(explanation.changes.map(({ edits }) => edits.length)).toEqual([2, 0]);
    expect(explanation.changes[0]).toMatchObject({ openCount: 0, closeCount: 0 });
    expect(explanation.notes.join()).toContain("may send DNS (port 53) to nobody");
  });

  it("says what an edit would open or close beside", () => {
    const all = policy("all", "  podSelector: {}\n  policyTypes: [Ingress]\n  ingress: [{}]");
    const block = ask(all, "shop/db", "shop/web").changes;
    expect(block.map(({ effect }) => effect)).toEqual(["block", "block"]);
    expect(block[0]?.closeCount).toBeGreaterThan(3);
    expect(block[1]).toMatchObject({ description: expect.stringContaining("lets out everything else"), closeCount: 0 });
  });

  it("says that an edit changes what hangs on missing facts: the other names of a rule", () => {
    const to = (names: string): string => `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: {name: out, namespace: shop}
spec:
  endpointSelector: {}
  egress:
    - toFQDNs: [${names}]
    - toEndpoints: [{matchLabels: {k8s:io.kubernetes.pod.namespace: kube-system}}]
      toPorts: [{ports: [{port: "53", protocol: ANY}], rules: {dns: [{matchPattern: "*"}]}}]
`;
    const counts = (names: string): unknown =>
      ask(to(names), "shop/db", "api.example.com", "443").changes.map(({ closeCount, uncertainCount }) => [
        closeCount,
        uncertainCount > 0,
      ])[0];
    expect(counts("{matchName: api.example.com}, {matchName: other.example.com}")).toEqual([0, true]);
    expect(counts('{matchPattern: "*.example.com"}')).toEqual([0, true]);
    expect(counts("{matchName: API.example.com.}")).toEqual([0, false]);
  });

  it("takes out the rule of a higher tier that denies", () => {
    const admin = `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: AdminNetworkPolicy
metadata: {name: no-db}
spec:
  priority: 5
  subject: {namespaces: {}}
  ingress:
    - {name: refuse, action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}]}
`;
    const explanation = ask(admin, "shop/db", "shop/web", "8080");
    expect(explanation.ingress.steps[0]).toMatchObject({ tier: "Admin", action: "deny", decides: true });
    expect(explanation.changes[0]).toMatchObject({ object: { kind: "AdminNetworkPolicy" }, effect: "allow" });
    expect(explanation.changes[0]?.openCount).toBeGreaterThan(0);
  });

  it("does not say that a rule is decided before where the order of equal priorities is not known", () => {
    const admin = (name: string, priority: number, rule: string): string => `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: ${name}}
spec: {tier: Admin, priority: ${priority}, subject: {namespaces: {}}, ingress: [{action: ${rule}, from: [{namespaces: {}}]}]}
`;
    const said = (priority: number): readonly string[] =>
      ask(`${admin("a", 1, "Accept")}${admin("b", priority, "Deny")}`, "shop/db", "shop/web", "8080").ingress.steps.map(
        ({ because }) => because,
      );
    expect(said(1)[1]).toBe("matches TCP 8080, but what is asked before it may decide that");
    expect(said(2)[1]).toBe("matches TCP 8080, but that is decided before it");
  });

  it("says that a rule that may match comes too late where what is asked before decides all", () => {
    const admin = `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: first}
spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}]}, {action: Accept, to: [{networks: [10.0.0.0/8]}]}]}
`;
    const [, late] = ask(admin, "shop/db", "shop/web", "8080").egress.steps;
    expect(late).toMatchObject({ matches: "unknown", because: "may match TCP 8080, but that is decided before it" });
  });

  it("names the NetworkPolicy behind which no tier is asked, and not what would be asked there", () => {
    const baseline = `---
apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: {name: default}
spec: {subject: {namespaces: {}}, egress: [{action: Deny, to: [{namespaces: {}}]}]}
`;
    const inward = policy("in", "  podSelector: {}\n  policyTypes: [Ingress]\n  ingress: [{}]");
    const cluster = readManifests([{ name: "a.yaml", text: `${workloads}${baseline}${inward}` }]);
    const question = { source: "shop/db", target: "shop/web" };
    expect(can(cluster, question)).toMatchObject({ answer: "no", restsOn: ["npTierFinal"] });
    const assumptions = { npTierFinal: "per-pod" } as const;
    const { egress, ...verdict } = can(cluster, question, { assumptions });
    expect({ egress, verdict }).toMatchObject({
      egress: { answer: "yes", isolated: false, allowedBy: [{ policy: { name: "in" }, path: "spec" }], blockedBy: [] },
      verdict: { answer: "yes", restsOn: ["npTierFinal"] },
    });
    const { steps, byDefault } = explain(cluster, question, { assumptions }).egress;
    expect(byDefault).toBe(true);
    expect(steps.map(({ object, decides }) => `${object.name} ${decides}`)).toEqual(["in true", "default false"]);
    // In the direction that it has rules for it decides by them.
    expect(can(cluster, question, { assumptions }).ingress.allowedBy).toMatchObject([{ path: "spec.ingress[0]" }]);
  });

  it("names what denies, not the isolation behind it, and no edit that does more than one that suffices", () => {
    const admin = `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: no-db}
spec:
  tier: Admin
  priority: 5
  subject: {namespaces: {}}
  ingress:
    - {name: refuse, action: Deny, from: [{pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: db}}}}]}
`;
    const open = policy("open", "  podSelector: {}\n  policyTypes: [Ingress]\n  ingress: [{}]");
    const denied = ask(`${admin}${open}`, "shop/db", "shop/web");
    expect(explanationText(denied)).toContain("blocked by a rule that denies it");
    expect(denied.changes.map(({ edits }) => edits.length)).toEqual([1]);
    const closed = policy("closed", "  podSelector: {}\n  policyTypes: [Ingress]");
    const both = ask(`${admin}${closed}`, "shop/db", "shop/web");
    expect(both.changes.map(({ edits }) => edits.length)).toEqual([2, 1]);
  });

  describe("from the ingress controller", () => {
    const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: web, namespace: shop}
spec: {defaultBackend: {service: {name: web, port: {number: 80}}}}
`;
    const from = "    - from: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: ingress}}}]\n";

    it("tells the port of the Service from that of the pods, and adds the latter", () => {
      const wrong = ask(`${ingress}${toWeb(`${from}      ports: [{port: 80}]`)}`, "ingress-controller", "shop/svc/web");
      expect(wrong.answer).toBe("no");
      expect(wrong.ingress.steps[0]).toMatchObject({ rule: "spec.ingress[0]", matches: "no", decides: false });
      expect(wrong.ingress.nearMisses[0]?.lacks.join()).toContain(
        "that is the port of Service shop/web, which leads to 8080",
      );
      expect(wrong.servicePorts).toMatchObject([{ service: "shop/web", podPorts: ["8080/TCP"] }]);
      expect(wrong.changes).toMatchObject([
        { effect: "allow", edits: [{ path: ["spec", "ingress", 0, "ports"], value: { protocol: "TCP", port: 8080 } }] },
      ]);
    });

    it("leaves open whether it has the labels of a rule, and says what else names nobody like it", () => {
      const rules = `${from}      ports: [{port: http}]\n    - from: [{ipBlock: {cidr: 10.0.0.0/8}}]`;
      const { answer, ingress: end } = ask(`${ingress}${toWeb(rules)}`, "ingress-controller", "shop/web");
      expect(answer).toBe("unknown");
      expect(end.steps.map(({ matches, decides }) => [matches, decides])).toEqual([
        ["unknown", true],
        ["no", false],
        ["no", false],
      ]);
      expect(end.steps[1]?.because).toBe("the ingress controller is not among what it names");
    });

    it("names no rule of a tier that an earlier one has decided before, and does not say so where that is not known", () => {
      const admin = (name: string, action: string): string => `---
apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: ${name}}
spec: {tier: Admin, priority: 1, subject: {namespaces: {}}, ingress: [{action: ${action}, from: [{namespaces: {}}]}]}
`;
      const open = toWeb("    - {}");
      const denied = ask(`${ingress}${open}${admin("a", "Deny")}`, "ingress-controller", "shop/web");
      expect(denied.answer).toBe("no");
      expect(denied.ingress.decidedBy).toMatchObject([{ policy: { name: "a" }, action: "deny" }]);
      expect(denied.ingress.steps[1]?.because).toBe("matches TCP 8080, but that is decided before it");
      const tied = ask(`${ingress}${admin("a", "Deny")}${admin("b", "Accept")}`, "ingress-controller", "shop/web");
      expect(tied.answer).toBe("unknown");
      expect(tied.ingress.steps[1]?.because).toBe("matches TCP 8080, but what is asked before it may decide that");
    });

    it("takes the controller of the input", () => {
      const pod = `---
apiVersion: v1
kind: Pod
metadata: {name: c, namespace: ingress, labels: {app.kubernetes.io/name: ingress-nginx}}
spec: {containers: [{name: c, image: i}]}
`;
      const { answer, ingress: end } = ask(
        `${ingress}${pod}${toWeb(`${from}      ports: [{port: 8080}]`)}`,
        "ingress-controller",
        "shop/web",
      );
      expect(answer).toBe("yes");
      expect(end.steps[0]).toMatchObject({ matches: "yes", decides: true, because: "allows TCP 8080" });
    });
  });

  it("names the default, an unknown fact, and addresses", () => {
    const open = ask("", "internet", "shop/web");
    expect(open.ingress).toMatchObject({ byDefault: true, steps: [], answer: "yes" });
    expect(open.changes[0]).toMatchObject({ effect: "block", closeCount: 1, closes: [{ source: "external" }] });
    const cidr = toWeb("    - from: [{ipBlock: {cidr: 10.0.0.0/8}}]");
    expect(ask(cidr, "shop/db", "shop/web").ingress.nearMisses[0]?.lacks.join()).toContain("ipBlockMatchesPods=true");
    expect(ask(cidr, "shop/db", "shop/web").restsOn).toEqual(["ipBlockMatchesPods"]);
    expect(ask(cidr, "11.0.0.1", "shop/web").changes[0]?.patch).toContain("cidr: 11.0.0.1/32");
    const label = toWeb("    - from: [{namespaceSelector: {matchLabels: {team: x}}}]");
    const cluster = readManifests([{ name: "a.yaml", text: `${workloads}${label}` }]);
    const unknown = explain(cluster, { source: "app=x in nowhere", target: "shop/web" });
    expect(unknown).toMatchObject({ answer: "unknown", changes: [], restsOn: ["unknownNamespaceLabels"] });
  });

  it("takes every workload of a namespace", () => {
    const deny = policy("deny", "  podSelector: {matchLabels: {app: web}}\n  policyTypes: [Ingress]");
    expect(ask(deny, "ops/probe", "shop/*", "8080")).toMatchObject({ answer: "yes", partial: true, target: "shop/*" });
    expect(() => ask("", "ops/probe", "nowhere/*")).toThrow('no workload in namespace "nowhere"');
  });

  it("prints every form", () => {
    const policies = toWeb("    - from: [{podSelector: {matchLabels: {app: db}}}]\n      ports: [{port: 80}]");
    const explanation = ask(policies, "ops/probe", "shop/web", "8080");
    expect(explanationText(explanation)).toMatch(/^no {2}ops\/probe\[Pod\] to shop\/web\[Deployment\] on 8080\/TCP\n/);
    expect(explanationMarkdown(explanation)).toMatch(/^\*\*no\*\* `ops\/probe\[Pod\]`/);
    expect(explanationMermaid(explanation)).toMatch(/^flowchart TD\n {2}src\["ops\/probe/);
  });
});
