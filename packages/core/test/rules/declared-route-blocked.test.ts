import { describe, expect, it } from "vitest";
import { deployment, documents, evaluate, findings, namespace, policy, service } from "./evaluate.ts";

const id = "declared-route-blocked";
const web = deployment("web");
const front = service(
  "web",
  { app: "web" },
  "{ name: http, port: 80, targetPort: 8080 }, { name: admin, port: 81, targetPort: 8081 }",
);
const route = (port = "number: 80"): string => `apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: shop, namespace: shop }
spec: { defaultBackend: { service: { name: web, port: { ${port} } } } }`;
const ingress = (rules: string): string =>
  policy("web", `{ podSelector: { matchLabels: { app: web } }, policyTypes: [Ingress], ingress: [${rules}] }`);
const own = "{ from: [{ podSelector: { matchLabels: { app: web } } }] }";
const controller = deployment(
  "ingress-nginx-controller",
  { "app.kubernetes.io/name": "ingress-nginx" },
  "ingress-nginx",
);

describe("declared-route-blocked", () => {
  it("names the pods behind the Service, and no others that policies do not tell from them", () => {
    const deny = policy("deny", "{ podSelector: {}, policyTypes: [Ingress] }");
    const [finding] = findings(id, documents(web, deployment("other", { role: "other" }), front, route(), deny));
    expect(finding?.message).toContain("sends traffic to shop/web[Deployment] on TCP 8080");
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
  });

  it.each([
    ["a policy that allows nothing", ingress("")],
    [
      "pods that the namespace does not have",
      ingress("{ from: [{ podSelector: { matchLabels: { istio: gateway } } }] }"),
    ],
    [
      "pods that only sound like a gateway",
      documents(
        deployment("edge", { role: "gateway" }),
        ingress("{ from: [{ podSelector: { matchLabels: { role: gateway } } }] }"),
      ),
    ],
    ["a policy for pods that are something else", ingress(own)],
    ["the port of the Service", ingress("{ ports: [{ port: 80 }] }")],
    ["another port of the Service", ingress("{ ports: [{ port: 8081 }] }")],
    [
      "another namespace than that of the controller in the input",
      documents(
        controller,
        ingress("{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: monitoring } } }] }"),
      ),
    ],
  ])("finds %s", (_, yaml) => {
    const [finding, ...more] = findings(id, documents(web, front, route(), yaml));
    expect(more).toEqual([]);
    expect(finding?.severity).toBe("high");
    expect(finding?.object).toMatchObject({ kind: "Ingress", name: "shop" });
    expect(finding?.message).toContain("shop/web[Deployment] on TCP 8080 through Service shop/web");
    expect(finding?.affected).toEqual(["shop/web[Deployment]"]);
    expect(finding?.related).toHaveLength(1);
  });

  it.each([
    ["no policy", ""],
    ["every source", ingress("{ ports: [{ port: 8080 }] }")],
    ["another namespace", ingress("{ from: [{ namespaceSelector: { matchLabels: { team: edge } } }] }")],
    ["addresses", ingress("{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }")],
    [
      "the controller of the input",
      documents(
        controller,
        ingress("{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ingress-nginx } } }] }"),
      ),
    ],
    ["a policy for egress", policy("web", "{ podSelector: {}, policyTypes: [Egress] }")],
  ])("is silent on %s", (_, yaml) => {
    expect(findings(id, documents(web, front, route(), yaml))).toEqual([]);
  });

  it("follows the port by its name", () => {
    const rules = ingress("{ ports: [{ port: 8080 }] }");
    expect(findings(id, documents(web, front, route("name: admin"), rules))[0]?.message).toContain("TCP 8081");
    expect(findings(id, documents(web, front, route("name: http"), rules))).toEqual([]);
  });

  it("is silent where some pods behind the Service accept", () => {
    const both = service("web", { tier: "front" }, "{ port: 80, targetPort: 8080 }");
    const pods = documents(
      deployment("web", { app: "web", tier: "front" }),
      deployment("spare", { app: "spare", tier: "front" }),
    );
    expect(findings(id, documents(pods, both, route(), ingress("")))).toEqual([]);
  });

  describe("pods to be scraped", () => {
    const scraped = web.replace(
      "metadata: { labels",
      'metadata: { annotations: { prometheus.io/scrape: "true", prometheus.io/port: "9090" }, labels',
    );

    it("finds a port that nobody is admitted to", () => {
      const [finding, ...more] = findings(id, documents(scraped, ingress("{ ports: [{ port: 8080 }] }")));
      expect(more).toEqual([]);
      expect(finding?.severity).toBe("medium");
      expect(finding?.message).toContain("TCP 9090");
      expect(finding?.location?.path).toBe('spec.template.metadata.annotations["prometheus.io/scrape"]');
    });

    it.each([
      [
        "a port that somebody is admitted to",
        documents(scraped, ingress("{ from: [{ podSelector: {} }], ports: [{ port: 9090 }] }")),
      ],
      ["no policy", scraped],
      ["the annotation saying no", documents(scraped.replace('scrape: "true"', 'scrape: "false"'), ingress(""))],
      ["a port that is none", documents(scraped.replace('"9090"', '"metrics"'), ingress(""))],
    ])("is silent on %s", (_, yaml) => {
      expect(findings(id, yaml)).toEqual([]);
    });
  });

  const opened = (type: string): string => `${front.trim()}\n`.replace("spec: {", `spec: { type: ${type},`);

  it.each(["LoadBalancer", "NodePort"])("fires on a Service of type %s that no address reaches", (type) => {
    expect(findings(id, documents(web, opened(type), ingress(own)))).toMatchObject([
      { severity: "medium", message: expect.stringContaining(`of type ${type}`) as unknown },
    ]);
    expect(findings(id, documents(web, opened(type), ingress("{ from: [{ ipBlock: { cidr: 0.0.0.0/0 } }] }")))).toEqual(
      [],
    );
  });

  const monitor = (kind: string, spec: string): string =>
    `apiVersion: monitoring.coreos.com/v1\nkind: ${kind}\nmetadata: { name: m, namespace: shop }\nspec: ${spec}\n`;

  it("fires on a monitor whose pods admit nobody on the port that it scrapes", () => {
    const ofPods = monitor(
      "PodMonitor",
      "{ selector: { matchLabels: { app: web } }, podMetricsEndpoints: [{ portNumber: 9464 }] }",
    );
    const message = expect.stringContaining("TCP 9464") as unknown;
    expect(findings(id, documents(web, ofPods, ingress("")))).toMatchObject([{ severity: "medium", message }]);
    expect(findings(id, documents(web, ofPods, ingress("{ ports: [{ port: 9464 }] }")))).toEqual([]);
    expect(findings(id, documents(web, ofPods.replace("app: web", "app: other"), ingress("")))).toEqual([]);
  });

  const webhook = (kind: string, more = ""): string => `apiVersion: admissionregistration.k8s.io/v1
kind: ${kind}
metadata: { name: hook }
webhooks: [{ name: a.example.com, ${more}clientConfig: { service: { namespace: shop, name: web, port: 80 } } }]`;
  const api = `apiVersion: apiregistration.k8s.io/v1
kind: APIService
metadata: { name: v1.metrics.example.com }
spec: { service: { namespace: shop, name: web, port: 80 } }`;
  const crd = `apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: { name: shops.example.com }
spec:
  conversion: { strategy: Webhook, webhook: { clientConfig: { service: { namespace: shop, name: web, port: 80 } } } }`;

  describe("what the API server calls", () => {
    it.each([
      ["a webhook", webhook("ValidatingWebhookConfiguration"), "high", "webhooks[0].clientConfig.service"],
      ["a webhook that mutates", webhook("MutatingWebhookConfiguration"), "high", "webhooks[0].clientConfig.service"],
      [
        "a webhook that may fail",
        webhook("MutatingWebhookConfiguration", "failurePolicy: Ignore, "),
        "medium",
        "webhooks[0].clientConfig.service",
      ],
      ["an aggregated API", api, "high", "spec.service"],
      ["a webhook of conversion", crd, "high", "spec.conversion.webhook.clientConfig.service"],
    ])("finds %s", (_, yaml, severity, path) => {
      for (const rules of [
        own,
        "",
        "{ from: [{ namespaceSelector: {}, podSelector: { matchLabels: { app: x } } }] }",
      ]) {
        const [finding, ...more] = findings(id, documents(web, front, ingress(rules), yaml));
        expect(more).toEqual([]);
        expect(finding).toMatchObject({ severity, location: { path } });
        expect(finding?.message).toContain("call shop/web[Deployment] on TCP 8080 through Service shop/web");
      }
    });

    it.each([
      ["no policy", ""],
      ["every source", ingress("{ ports: [{ port: 8080 }] }")],
      ["an address, which may be its own", ingress("{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }] }")],
      ["pods through which it may come", ingress("{ from: [{ namespaceSelector: {} }] }")],
    ])("is silent on %s", (_, yaml) => {
      expect(findings(id, documents(web, front, webhook("ValidatingWebhookConfiguration"), yaml))).toEqual([]);
    });

    it("is silent on a Service that the input does not show, and on URLs", () => {
      const elsewhere = webhook("ValidatingWebhookConfiguration").replace("name: web", "name: other");
      expect(findings(id, documents(web, front, ingress(""), elsewhere))).toEqual([]);
      const url = webhook("ValidatingWebhookConfiguration").replace(/service: \{.*?\}/, "url: https://a.example.com");
      expect(findings(id, documents(web, front, ingress(""), url))).toEqual([]);
    });
  });

  const edge = "{ from: [{ namespaceSelector: { matchLabels: { team: edge } } }] }";

  it("lets a controller of the input count only when it certainly comes in", () => {
    const input = documents(web, front, route(), controller, ingress(edge));
    expect(evaluate(input, id)).toMatchObject({
      findings: [],
      notEvaluated: [{ reason: expect.stringContaining("depends on labels that the input does not give") as unknown }],
    });
    const settled = (labels: Readonly<Record<string, string>>): number =>
      findings(id, documents(input, namespace("ingress-nginx", labels))).length;
    expect([settled({ team: "edge" }), settled({})]).toEqual([0, 1]);
    const closed = policy("out", "{ podSelector: {}, policyTypes: [Egress] }", "ingress-nginx");
    expect(findings(id, documents(input, namespace("ingress-nginx", { team: "edge" }), closed))).toHaveLength(1);
  });

  it("fires beside an object that can only deny more", () => {
    const mesh =
      "apiVersion: security.istio.io/v1\nkind: AuthorizationPolicy\nmetadata: { name: a, namespace: shop }\nspec: {}\n";
    expect(findings(id, documents(web, front, route(), mesh, ingress("")))).toHaveLength(1);
  });
});
