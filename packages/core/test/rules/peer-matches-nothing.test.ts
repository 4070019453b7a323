import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, namespace, placeOf, policy } from "./evaluate.ts";

const id = "peer-matches-nothing";
const from = (peer: string): string =>
  policy("db", `{ podSelector: {}, ingress: [{ from: [{ podSelector: {} }, { ${peer} }] }] }`);
const name = (value: string): string => `namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${value} } }`;

describe("peer-matches-nothing", () => {
  it("finds peers of Cilium that no pod is, in the own namespace and in another", () => {
    const cilium = (labels: string): string =>
      `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { ${labels} } }] }] }`;
    const found = (labels: string): readonly unknown[] =>
      findings(id, documents(deployment("web"), deployment("api", { app: "api" }, "other"), cilium(labels)));
    expect(found("app: wbe")).toMatchObject([
      { object: { kind: "CiliumNetworkPolicy" }, location: { path: "spec.ingress[0].fromEndpoints[0]" } },
    ]);
    expect(found("'k8s:io.kubernetes.pod.namespace': other, app: web")).toHaveLength(1);
    expect(found("'k8s:io.kubernetes.pod.namespace': other, app: api")).toEqual([]);
    expect(found("app: web")).toEqual([]);
  });

  it("says nothing of DNS pods that the input does not show, as every cluster has some", () => {
    const system = deployment("cilium", { app: "cilium" }, "kube-system");
    const dns = `${name("kube-system")}, podSelector: { matchLabels: { k8s-app: kube-dns } }`;
    expect(findings(id, documents(deployment("web"), system, from(dns)))).toEqual([]);
    expect(findings(id, documents(deployment("web"), system, from(dns.replace("kube-dns", "gone"))))).toHaveLength(1);
    const other = deployment("coredns", { "k8s-app": "kube-dns" }, "kube-system");
    expect(findings(id, documents(deployment("web"), other, from(dns.replace("k8s-app", "k8s_app"))))).toHaveLength(1);
  });

  it("says of a label that Cilium gives pods that nothing tells of Cilium", () => {
    const peer =
      "podSelector: { matchLabels: { app: web }, matchExpressions: [{ key: io.cilium.k8s.policy.cluster, operator: Exists }] }";
    const [finding] = findings(id, documents(deployment("web"), from(peer)));
    expect(finding?.message).toContain(
      "io.cilium.k8s.policy.cluster is a label that Cilium gives pods, and nothing in the input tells that Cilium enforces",
    );
    expect(finding?.fix?.description).toContain("--assume dataplane=cilium");
    const told =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: any, namespace: shop }\nspec: { endpointSelector: {}, ingress: [{}] }";
    expect(findings(id, documents(deployment("web"), from(peer), told))).toEqual([]);
  });

  it("finds a local peer with a typo", () => {
    const [finding] = findings(id, documents(deployment("web"), from("podSelector: { matchLabels: { app: weeb } }")));
    expect(placeOf(finding)).toBe("13 spec.ingress[0].from[1].podSelector");
    expect(finding?.message).toContain("did you mean `app: web`?");
    expect(finding?.severity).toBe("medium");
  });

  it("finds labels that stand on the owner and not on the template of its pods", () => {
    const jobs = `apiVersion: batch/v1
kind: CronJob
metadata: { name: nightly, namespace: shop, labels: { role: batch } }
spec:
  schedule: "0 1 * * *"
  jobTemplate:
    metadata: { labels: { role: batch } }
    spec: { template: { spec: { restartPolicy: Never, containers: [{ name: main, image: "example:1" }] } } }`;
    const peer = from("podSelector: { matchLabels: { role: batch } }");
    const [finding] = findings(id, documents(deployment("web"), jobs, peer));
    expect(finding?.severity).toBe("medium");
    expect(finding?.message).toContain("shop/nightly[CronJob] has role=batch on itself");
    const onPods = jobs.replace("template: { spec", "template: { metadata: { labels: { role: batch } }, spec");
    expect(findings(id, documents(deployment("web"), onPods, peer))).toEqual([]);
  });

  it("finds pods that have all of it but labels that kustomize adds to every selector", () => {
    const own = policy(
      "app",
      "{ podSelector: { matchLabels: { team: blue } }, policyTypes: [Ingress], ingress: [{ from: [{ podSelector: { matchLabels: { app: proxy, team: blue } } }] }] }",
    );
    const [finding] = findings(id, documents(deployment("app", { team: "blue" }), deployment("proxy"), own));
    expect(finding?.severity).toBe("medium");
    expect(finding?.message).toContain("shop/proxy[Deployment] has all of it but team=blue, which the policy itself");
  });

  it("finds the same thing of another environment, and no other app", () => {
    const severity = (pod: string, wanted: string): string | undefined =>
      findings(id, documents(deployment(pod), from(`podSelector: { matchLabels: { app: ${wanted} } }`)))[0]?.severity;
    expect(severity("web-dev", "web-staging")).toBe("medium");
    expect(severity("prod-web", "uat-web")).toBe("medium");
    expect(severity("web-frontend", "web-backend")).toBe("low");
  });

  it("leaves pods that a policy waits for to policy-selects-no-pods, but for a hint at a typo", () => {
    const subject = (labels: string): string => policy("later", `{ podSelector: { matchLabels: ${labels} } }`);
    const peer = documents(deployment("web"), from("podSelector: { matchLabels: { role: cache } }"));
    expect(findings(id, peer)[0]?.severity).toBe("low");
    expect(findings(id, documents(peer, subject("{ role: cache, tier: back }")))).toEqual([]);
    expect(findings(id, documents(peer, subject("{ tier: back }")))).toHaveLength(1);
    const typo = documents(deployment("web"), from("podSelector: { matchLabels: { app: weeb } }"));
    expect(findings(id, documents(typo, subject("{ app: weeb }")))).toHaveLength(1);
  });

  it("ANDs the selectors of one peer", () => {
    const input = documents(
      deployment("web"),
      deployment("api", { app: "api" }, "prod"),
      from(`${name("prod")}, podSelector: { matchLabels: { app: web } }`),
    );
    expect(findings(id, input)).toHaveLength(1);
    expect(findings(id, input.replace("{ app: web } } }] }", "{ app: api } } }] }"))).toEqual([]);
  });

  it("finds a namespace by a label that it does not have", () => {
    const input = documents(deployment("web"), from("namespaceSelector: { matchLabels: { ns: monitoring } }"));
    expect(findings(id, input)).toEqual([]);
    const [finding] = findings(id, documents(input, namespace("monitoring")));
    expect(finding?.message).toContain("did you mean `kubernetes.io/metadata.name: monitoring`?");
    expect(finding?.location?.path).toBe("spec.ingress[0].from[1].namespaceSelector");
    expect(findings(id, documents(input, namespace("monitoring", { ns: "monitoring" })))).toEqual([]);
  });

  it("finds a misspelt namespace, but takes no other number for a typo", () => {
    expect(findings(id, documents(deployment("web"), namespace("monitoring"), from(name("monitorin"))))).toHaveLength(
      1,
    );
    expect(findings(id, documents(deployment("web"), namespace("team-1"), from(name("team-2"))))).toEqual([]);
  });

  it("says what it cannot know", () => {
    const { findings: found, notEvaluated } = evaluate(documents(deployment("web"), from(name("ingress-nginx"))), id);
    expect(found).toEqual([]);
    expect(notEvaluated[0]?.reason).toContain("1 peer");
    expect(findings(id, documents(deployment("web"), from(name("ingress-nginx"))), { live: true })).toHaveLength(1);
  });

  it("finds a peer that can match nothing", () => {
    const never =
      "namespaceSelector: { matchExpressions: [{ key: a, operator: Exists }, { key: a, operator: DoesNotExist }] }";
    expect(findings(id, documents(deployment("web"), from(never)))[0]?.message).toContain("can match nothing");
  });

  it("never speaks of an ipBlock, of {} or of a rule without effect", () => {
    expect(findings(id, documents(deployment("web"), from("ipBlock: { cidr: 10.0.0.0/8 }")))).toEqual([]);
    expect(
      findings(
        id,
        documents(
          deployment("web"),
          policy(
            "db",
            "{ podSelector: {}, policyTypes: [Ingress], egress: [{ to: [{ podSelector: { matchLabels: { app: x } } }] }] }",
          ),
        ),
      ),
    ).toEqual([]);
  });

  it("leaves pods of another namespace to peer-namespace-selector-missing", () => {
    expect(
      findings(
        id,
        documents(
          deployment("web"),
          deployment("api", { app: "api" }, "prod"),
          from("podSelector: { matchLabels: { app: api } }"),
        ),
      ),
    ).toEqual([]);
  });

  it("tells of a value of a list that is misspelt beside others that match", () => {
    const from = (peer: string): string =>
      documents(
        deployment("web"),
        deployment("api"),
        deployment("db"),
        policy(
          "db",
          `{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [{ from: [{ ${peer} }] }] }`,
        ),
      );
    const list = "podSelector: { matchExpressions: [{ key: app, operator: In, values: [apii, web] }] }";
    const [finding, ...more] = findings(id, from(list));
    expect(more).toEqual([]);
    expect(finding?.message).toBe(
      "a peer of NetworkPolicy shop/db (ingress) lists app=apii, which no pod of namespace shop has: only the other values match; did you mean `app: api`?",
    );
    expect(finding?.location?.path).toBe("spec.ingress[0].from[0].podSelector.matchExpressions[0].values[0]");
    const named = "namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }";
    expect(findings(id, from(`${named}, ${list}`))).toHaveLength(1);
    expect(findings(id, from(list.replace("apii", "payments")))).toEqual([]);
  });

  it("says of policies for the whole cluster that it cannot tell, beside the namespaces of others", () => {
    const ofCilium = (kind: string, metadata: string): string => `apiVersion: cilium.io/v2
kind: ${kind}
metadata: ${metadata}
spec: { endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { app: gone } }] }] }
`;
    const operator = "apiVersion: postgresql.cnpg.io/v1\nkind: Cluster\nmetadata: { name: db, namespace: shop }\n";
    const whole = ofCilium("CiliumClusterwideNetworkPolicy", "{ name: whole }");
    const own = ofCilium("CiliumNetworkPolicy", "{ name: own, namespace: shop }");
    const reasons = (...policies: readonly string[]): readonly string[] =>
      evaluate(documents(deployment("web"), operator, ...policies), id).notEvaluated.map(({ reason }) => reason);
    expect(reasons(whole)).toEqual([expect.stringMatching(/^in policies for the whole cluster: /)]);
    expect(reasons(own)).toEqual([expect.stringMatching(/^in shop: /)]);
    expect(reasons(whole, own)).toEqual([
      expect.stringMatching(/^in shop, and in policies for the whole cluster: Cluster shop\/db makes pods/),
    ]);
  });
});
