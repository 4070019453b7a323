import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import { deployment, documents, evaluate, namespace, policy, service } from "./evaluate.ts";

const operator = `apiVersion: kafka.strimzi.io/v1beta2
kind: Kafka
metadata: { name: events, namespace: shop }
spec: {}`;
const firewall = `apiVersion: k8s.ovn.org/v1
kind: EgressFirewall
metadata: { name: default, namespace: shop }
spec: { egress: [{ type: Deny, to: { cidrSelector: 0.0.0.0/0 } }] }`;
const mesh = `apiVersion: security.istio.io/v1
kind: AuthorizationPolicy
metadata: { name: deny, namespace: shop }
spec: {}`;
const other = `apiVersion: crd.antrea.io/v1beta1
kind: NetworkPolicy
metadata: { name: dns, namespace: shop }
spec: {}`;
const udp = deployment("dns", { app: "dns" }).replace(
  'image: "example:1"',
  'image: "example:1", ports: [{ containerPort: 5353, protocol: UDP }]',
);
const dns = documents(
  deployment("coredns", { "k8s-app": "kube-dns" }, "kube-system"),
  `apiVersion: v1
kind: Service
metadata: { name: kube-dns, namespace: kube-system }
spec: { selector: { k8s-app: kube-dns }, ports: [{ port: 53, protocol: UDP, targetPort: 5353 }] }`,
);
const dnsPeer =
  "{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: kube-system } }, podSelector: { matchLabels: { k8s-app: kube-dns } } }";

describe("what is not evaluated may be otherwise", () => {
  it.each([
    [
      "named-port-unresolved",
      documents(deployment("web"), policy("web", "{ podSelector: {}, ingress: [{ ports: [{ port: http }] }] }")),
      operator,
      "Kafka shop/events",
    ],
    [
      "service-port-instead-of-target-port",
      documents(
        deployment("web"),
        service("web", { app: "web" }, "{ port: 80, targetPort: 8080 }"),
        policy("web", "{ podSelector: { matchLabels: { app: web } }, ingress: [{ ports: [{ port: 80 }] }] }"),
      ),
      operator,
      "Kafka shop/events",
    ],
    [
      "protocol-mismatch",
      documents(udp, policy("dns", "{ podSelector: {}, ingress: [{ ports: [{ port: 5353 }] }] }")),
      operator,
      "Kafka shop/events",
    ],
    [
      "dns-endpoint-mismatch",
      documents(
        dns,
        deployment("web"),
        policy(
          "dns",
          `{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [${dnsPeer}], ports: [{ port: 53, protocol: UDP }] }] }`,
        ),
      ),
      other,
      "NetworkPolicy shop/dns",
    ],
    [
      "internet-egress-open",
      documents(
        deployment("web"),
        policy(
          "web",
          "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }",
        ),
      ),
      firewall,
      "EgressFirewall shop/default",
    ],
    [
      "internet-ingress-open",
      documents(
        deployment("web"),
        policy("web", "{ podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }"),
      ),
      mesh,
      "AuthorizationPolicy shop/deny",
    ],
  ])("%s", (id, yaml, unread, name) => {
    expect(evaluate(yaml, id).findings).toHaveLength(1);
    expect(evaluate(documents(yaml, unread), id)).toMatchObject({
      findings: [],
      notEvaluated: [{ ruleId: id, reason: expect.stringContaining(name) as unknown }],
    });
    // In another namespace it changes nothing.
    expect(evaluate(documents(yaml, unread.replace("namespace: shop", "namespace: other")), id).findings).toHaveLength(
      1,
    );
  });
});

describe("what a kustomization changes", () => {
  it("is not taken for absent, and takes nothing back that a rule opens", () => {
    const files = {
      "kustomization.yaml": "resources: [a.yaml]\ncommonLabels: { team: a }\n",
      "a.yaml": documents(
        deployment("web"),
        policy(
          "team",
          "{ podSelector: { matchLabels: { team: a } }, ingress: [{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }] }",
        ),
      ),
    };
    const report = analyze(Object.entries(files).map(([name, text]) => ({ name, text })));
    const found = report.findings.map(({ ruleId }) => ruleId);
    expect(found).toContain("internet-ingress-open");
    for (const rule of ["policy-selects-no-pods", "namespace-without-policies"]) {
      expect(found).not.toContain(rule);
      expect(report.rulesNotEvaluated).toContainEqual({
        ruleId: rule,
        reason: "in shop: Kustomization . changes labels and was not rendered",
      });
    }
    expect(report.securityScore).toBe(null);
  });
});

describe("policies of other kinds", () => {
  const web = documents(
    deployment("web"),
    policy("api", "{ podSelector: { matchLabels: { app: api } }, policyTypes: [Ingress, Egress] }"),
  );
  const calico = (spec: string): string =>
    `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: { name: deny }\nspec: { ${spec}, types: [Ingress, Egress] }`;
  const baseline = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: { name: default }
spec:
  subject: { namespaces: { matchLabels: { team: a } } }
  egress: [{ name: all, action: Deny, to: [{ namespaces: {} }, { networks: ["0.0.0.0/0", "::/0"] }] }]`;
  const found = (yaml: string): readonly string[] =>
    ["namespace-without-policies", "missing-default-deny-ingress", "missing-default-deny-egress"].flatMap((id) => {
      const { findings, notEvaluated } = evaluate(yaml, id);
      return [...findings.map(({ ruleId }) => ruleId), ...notEvaluated.map(({ ruleId }) => `${ruleId}?`)];
    });

  it("are a default deny where they close every pod, and may be one where labels are not known", () => {
    expect(found(web)).toEqual(["namespace-without-policies"]);
    expect(found(documents(web, calico("selector: all()")))).toEqual([]);
    const unknown = ["missing-default-deny-ingress?", "missing-default-deny-egress?"];
    const byTeam = documents(web, calico(`namespaceSelector: 'team == "a"'`));
    expect(found(byTeam)).toEqual(unknown);
    expect(found(documents(byTeam, namespace("shop", { team: "a" })))).toEqual([]);
    expect(found(documents(byTeam, namespace("shop", { team: "b" })))).toEqual(["namespace-without-policies"]);
    expect(found(documents(web, baseline))).toEqual(["missing-default-deny-ingress", "missing-default-deny-egress?"]);
    const ofTeam = documents(web, baseline, namespace("shop", { team: "a" }));
    expect(found(ofTeam)).toEqual(["missing-default-deny-ingress"]);
  });
});
