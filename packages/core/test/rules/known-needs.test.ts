import { describe, expect, it } from "vitest";
import type { Fix } from "../../src/answers/finding.ts";
import { analyze } from "../../src/analysis/analyze.ts";
import { deployment, documents, evaluate, findings, policy, service } from "./evaluate.ts";

function suggestion(...texts: readonly string[]): Fix | undefined {
  return findings("namespace-without-policies", documents(...texts)).find(({ object }) => object.name === "shop")?.fix;
}

const web = deployment("web", { app: "web" }, "shop", "serviceAccountName: web").replace(
  "name: main,",
  "name: main, ports: [{ name: metrics, containerPort: 9102 }, { containerPort: 8080 }],",
);

function binding(account: string): string {
  return `apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: { name: web, namespace: shop }
roleRef: { apiGroup: rbac.authorization.k8s.io, kind: Role, name: web }
subjects: [{ kind: ServiceAccount, name: ${account} }]`;
}

const apiServer = `apiVersion: v1
kind: Pod
metadata: { name: kube-apiserver-one, namespace: kube-system, labels: { component: kube-apiserver } }
spec: { hostNetwork: true, containers: [{ name: main, image: example }] }
status: { phase: Running, podIPs: [{ ip: 192.168.0.10 }] }`;

describe("what a suggested default deny is seeded with", () => {
  it("admits Prometheus where a ServiceMonitor or a PodMonitor scrapes", () => {
    const monitor = (kind: string, rest: string): string =>
      `apiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: web, namespace: shop }\nspec: { selector: { matchLabels: { app: web } }, ${rest} }`;
    const pod = suggestion(web, monitor("PodMonitor", "podMetricsEndpoints: [{ port: metrics }]"))?.manifest;
    expect(pod).toContain("# PodMonitor shop/web: Prometheus, by its usual label");
    expect(pod).toMatch(/app\.kubernetes\.io\/name: prometheus\n {6}ports:\n {8}- protocol: TCP\n {10}port: 9102\n/);
    const labelled = service("web", { app: "web" }, "{ name: m, port: 80, targetPort: metrics }").replace(
      "namespace: shop }",
      "namespace: shop, labels: { app: web } }",
    );
    const behind = suggestion(web, labelled, monitor("ServiceMonitor", "endpoints: [{ port: m }]"))?.manifest;
    expect(behind).toContain("# ServiceMonitor shop/web: Prometheus");
  });

  it("leaves nothing to the reader to begin where npa writes it, and says what to begin with where it does not", () => {
    expect(suggestion(web, apiServer)).toMatchObject({
      kind: "suggested",
      description:
        "Isolate every pod of shop by a default deny, and allow beside it DNS and what else is known to be needed.",
    });
    const inWords = suggestion(web, binding("web"));
    expect(inWords?.kind).toBe("manual");
    expect(inWords?.description).toMatch(/^Start with a policy .* npa does not write it: /);
  });

  it("opens nothing for pods that policies of Cilium isolate", () => {
    const isolating = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: api, namespace: shop }
spec: { endpointSelector: { matchLabels: { app: api } }, egress: [{ toEntities: [kube-apiserver] }] }`;
    const text = documents(web, deployment("api", { app: "api" }), isolating, apiServer);
    const [finding] = findings("missing-default-deny-egress", text);
    const [deny, allow = ""] = (finding?.fix?.manifest ?? "").split("---\n");
    expect(deny).toContain("podSelector: {}\n");
    expect(deny).not.toContain("# the pods of shop");
    expect(allow).toContain("podSelector:\n    matchLabels:\n      app: web\n");
    expect(allow).toContain("# the pods of shop");
    expect(allow).not.toContain("io.cilium.k8s");
  });

  it("is not written where a later tier denies what it would allow", () => {
    const baseline = (direction: string): string => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: base }
spec: { tier: Baseline, priority: 1, subject: { namespaces: {} }, ${direction} }`;
    const fixOf = (...texts: readonly string[]): Fix | undefined =>
      findings("missing-default-deny-egress", documents(web, apiServer, ...texts))[0]?.fix;
    expect(fixOf(baseline("egress: [{ action: Deny, to: [{ namespaces: {} }] }]"))?.description).toContain(
      "ClusterNetworkPolicy base denies some of it, which a NetworkPolicy would allow before that is asked",
    );
    expect(fixOf(baseline("egress: [{ action: Accept, to: [{ namespaces: {} }] }]"))?.kind).toBe("suggested");
  });

  it("is not written where something makes pods there that the input does not show", () => {
    const made = (apiVersion: string, kind: string, metadata: string, spec = "{}"): string | undefined =>
      suggestion(
        deployment("web", { app: "web" }),
        apiServer,
        `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: ${metadata}\nspec: ${spec}`,
      )?.description;
    const helm = "helm.toolkit.fluxcd.io/v2";
    expect(made("postgresql.cnpg.io/v1", "Cluster", "{ name: db, namespace: shop }")).toMatch(
      /npa does not write it: Cluster shop\/db makes pods that the input does not show\.$/,
    );
    expect(made(helm, "HelmRelease", "{ name: db, namespace: shop }")).toMatch(/HelmRelease shop\/db makes pods/);
    expect(made(helm, "HelmRelease", "{ name: db, namespace: flux }", "{ targetNamespace: shop }")).toMatch(
      /HelmRelease flux\/db makes pods/,
    );
    const argo = "argoproj.io/v1alpha1";
    const application = (rest: string): string => `{ ${rest}, destination: { namespace: shop } }`;
    expect(made(argo, "Application", "{ name: db, namespace: argocd }", application("source: { chart: db }"))).toMatch(
      /Application argocd\/db makes pods/,
    );
    expect(
      made(argo, "Application", "{ name: db, namespace: argocd }", application("sources: [{ ref: v }, { chart: db }]")),
    ).toMatch(/Application argocd\/db makes pods/);
    expect(made(argo, "ApplicationSet", "{ name: db }", `{ template: { spec: ${application("a: 1")} } }`)).toMatch(
      /ApplicationSet \S*db makes pods/,
    );
    for (const elsewhere of [
      made(argo, "Application", "{ name: db, namespace: shop }", "{ destination: { namespace: data } }"),
      made(
        argo,
        "ApplicationSet",
        "{ name: db, namespace: shop }",
        "{ template: { spec: { destination: { namespace: '{{ shop }}' } } } }",
      ),
      made("postgresql.cnpg.io/v1", "Cluster", "{ name: db, namespace: data }"),
      made(helm, "HelmRelease", "{ name: db, namespace: shop }", "{ targetNamespace: data }"),
    ])
      expect(elsewhere).toMatch(/^Isolate every pod of shop/);
  });

  it("is not written where a tunnel to a network elsewhere would be closed", () => {
    const named = (name: string, labels: object): string => deployment(name, labels as Record<string, string>);
    for (const tunnel of [
      named("cloudflared", { app: "x" }),
      named("shop-tunnel", { app: "x" }),
      named("x", { "app.kubernetes.io/name": "tailscale" }),
    ])
      expect(suggestion(tunnel, apiServer)?.description).toMatch(
        /npa does not write it: \S+ looks like a tunnel to a network elsewhere, and the input does not show where to\.$/,
      );
    expect(suggestion(named("tunneling", { app: "scalewayfrpc" }), apiServer)?.kind).toBe("suggested");
  });

  it("opens the API server to pods with a token, where it is known", () => {
    const manifest = suggestion(web, apiServer)?.manifest;
    expect(manifest).toMatch(
      /# the API server, for pods with a token\n {4}- to:\n {8}- ipBlock:\n {12}cidr: "192\.168\.0\.10\/32"\n {6}ports:\n {8}- protocol: TCP\n {10}port: 6443\n/,
    );
    const without = suggestion(
      web.replace("hostNetwork", "x").replace("serviceAccountName: web", "automountServiceAccountToken: false"),
      apiServer,
    );
    expect(without?.manifest).not.toContain("API server");
    const one = suggestion(
      web,
      deployment("db", { app: "db" }, "shop", "automountServiceAccountToken: false"),
      apiServer,
    );
    expect(one?.manifest).toMatch(/name: allow-egress-web\n[\s\S]*API server/);
  });

  it("says once what two Services of the same pods need", () => {
    const twice = suggestion(
      web,
      service("web", { app: "web" }, "{ port: 80, targetPort: 8080 }"),
      service("web-admin", { app: "web" }, "{ port: 81, targetPort: 9102 }, { port: 80, targetPort: 8080 }"),
    )?.manifest;
    expect(twice).toContain(
      "# Service web: the pods of this namespace; Service web-admin: the pods of this namespace\n",
    );
    expect(twice?.match(/- from:/g)).toHaveLength(1);
    expect(twice?.match(/port: 8080/g)).toHaveLength(1);
  });

  it("says nothing of some pods that it says of more", () => {
    const named = policy(
      "p0",
      "{ podSelector: {}, policyTypes: [Egress], egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }, podSelector: {} }], ports: [{ port: 8080 }] }] }",
    );
    const input = documents(web, service("web", { app: "web" }, "{ port: 80, targetPort: 8080 }"), named);
    const [finding] = findings("missing-default-deny-ingress", input);
    expect([...(finding?.fix?.manifest?.matchAll(/name: (.*)/g) ?? [])].map(([, name]) => name)).toEqual([
      "default-deny-ingress",
      "allow-ingress-all",
    ]);
  });

  it("names nobody beside everybody, where blocks match pods", () => {
    const balanced = service("web", { app: "web" }, "{ port: 80, targetPort: 8080 }").replace(
      "spec: {",
      "spec: { type: LoadBalancer,",
    );
    const peersUnder = (ipBlockMatchesPods: boolean): readonly string[] => {
      const input = documents(web, balanced);
      const found = findings("namespace-without-policies", input, { assumptions: { ipBlockMatchesPods } });
      return [...(found[0]?.fix?.manifest?.matchAll(/# (Service .*)/g) ?? [])].map(([, reason = ""]) => reason);
    };
    const everybody = "Service web is of type LoadBalancer: everybody";
    expect(peersUnder(false)).toEqual(["Service web: the pods of this namespace", everybody]);
    expect(peersUnder(true)).toEqual([everybody]);
  });

  it("has what other kinds name only as a NetworkPolicy can say it", () => {
    const cilium = (selector: string): string =>
      `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: a, namespace: data }\nspec: { endpointSelector: ${selector}, egress: [{ toEndpoints: [{ matchLabels: { app: web, "k8s:io.kubernetes.pod.namespace": shop } }] }] }`;
    const named = suggestion(web, cilium("{ matchLabels: { app: db } }"));
    expect(named?.manifest).toContain("# CiliumNetworkPolicy data/a names them");
    const health = suggestion(web, cilium('{ matchExpressions: [{ key: "reserved:health", operator: Exists }] }'));
    expect(health?.kind).toBe("suggested");
    expect(health?.manifest).not.toContain("reserved");
    const calico = (selector: string): string =>
      `apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\nmetadata: { name: a, namespace: data }\nspec: { selector: ${selector}, types: [Egress], egress: [{ action: Allow, destination: { namespaceSelector: "kubernetes.io/metadata.name == 'shop'", selector: "app == 'web'" } }] }`;
    const both = suggestion(web, calico(`"app == 'db' || tier == 'data'"`))?.manifest;
    expect(both).toMatch(/- db\n[\s\S]*- data\n {6}ports:/);
    const parts = suggestion(web, calico(`"app starts with 'd'"`));
    expect(parts?.description).toMatch(
      /npa does not write it: NetworkPolicy data\/a chooses pods as no NetworkPolicy can/,
    );
  });

  it("is not written for workloads that the input does not show", () => {
    const { findings: found } = evaluate(
      documents(policy("a", "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress, Egress] }")),
    );
    const fixes = found.filter(({ ruleId }) => ruleId.startsWith("missing-default-deny")).map(({ fix }) => fix);
    expect(fixes.map((fix) => fix?.kind)).toEqual(["manual", "manual"]);
    expect(fixes[0]?.description).toMatch(
      /npa does not write it: the input shows no workload of shop, and so not what it needs\.$/,
    );
  });

  it("is not written where pods that have a role would lose an API server that is not shown", () => {
    const refused = suggestion(web, binding("web"));
    expect(refused?.kind).toBe("manual");
    expect(refused?.description).toMatch(
      /npa does not write it: web uses the API server, and the input does not show where it listens\.$/,
    );
    expect(suggestion(web, binding("other"))?.kind).toBe("suggested");
    expect(suggestion(web, binding("web"), apiServer)?.kind).toBe("suggested");
    const off = web.replace("serviceAccountName: web", "serviceAccountName: web, automountServiceAccountToken: false");
    expect(suggestion(off, binding("web"))?.kind).toBe("suggested");
  });

  it("is not written for an account of its own where kustomize may bind roles to it", () => {
    const fixIn = (...more: readonly string[]): Fix | undefined =>
      analyze([
        { name: "web.yaml", text: web },
        ...more.map((text) => ({ name: "kustomization.yaml", text })),
      ]).findings.find(({ ruleId }) => ruleId === "namespace-without-policies")?.fix;
    expect(fixIn()?.kind).toBe("suggested");
    const refused = fixIn("namePrefix: my-\nresources: [web.yaml]\n");
    expect(refused?.description).toMatch(/web uses the API server, and the input does not show where it listens\.$/);
  });

  it("comes with the names of policies that then add nothing", () => {
    const all = policy("all", "{ podSelector: {}, policyTypes: [Ingress] }");
    const db = policy("db", "{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress, Egress] }");
    const [finding] = findings("missing-default-deny-egress", documents(deployment("web"), all, db));
    expect(finding?.fix?.kind).toBe("suggested");
    expect(finding?.fix?.description).toMatch(/ NetworkPolicy shop\/db, which only denies, then adds nothing\.$/);
  });

  it("is not written where it would cut what a policy without a namespace names on purpose", () => {
    const shop = "namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: shop } }";
    const cluster = (tier: string, rules: string): string =>
      `apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: { name: all }\nspec: { tier: ${tier}, priority: 1, subject: { namespaces: {} }, ${rules} }`;
    const peer = (selectors: string): string =>
      `[{ pods: { ${selectors}, podSelector: { matchLabels: { app: web } } } }]`;
    const ports = "protocols: [{ tcp: { destinationPort: { number: 8080 } } }]";
    const given = (tier: string, rules: string): string | undefined =>
      findings(
        "missing-default-deny-ingress",
        documents(
          deployment("web"),
          policy("web", "{ podSelector: { matchLabels: { app: web } } , policyTypes: [Egress] }"),
          cluster(tier, rules),
        ),
      ).find(({ object }) => object.name === "shop")?.fix?.kind;
    const from = (selectors: string): string => `ingress: [{ action: Accept, from: ${peer(selectors)}, ${ports} }]`;
    const to = (selectors: string): string => `egress: [{ action: Accept, to: ${peer(selectors)}, ${ports} }]`;
    // Behind NetworkPolicies nothing of it is asked any more; before them it decides all the same.
    expect(given("Baseline", from(shop))).toBe("manual");
    expect(given("Admin", from(shop))).toBe("suggested");
    // At the other end it opens nothing here.
    expect(given("Admin", to(shop))).toBe("manual");
    expect(given("Admin", to(shop.replace("shop", "data")))).toBe("suggested");
  });
});
