import * as fc from "fast-check";

/** Manifests, one text each. */
export interface AdviceInput {
  readonly texts: readonly string[];
  /** Made of the pools of `adviceInputs` only, which `named-traffic` can read. */
  readonly isPlain?: boolean;
}

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

const namespaces = ["shop", "data", "kube-system"];
const apps = ["web", "db", "proxy"];

function workload(name: string, namespace: string, labels: Json, port: number, annotations: Json = {}): Json {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels, annotations },
        spec: { containers: [{ name: "main", image: "example", ports: [{ containerPort: port }] }] },
      },
    },
  };
}

const app = fc.record({
  name: fc.constantFrom(...apps),
  namespace: fc.constantFrom("shop", "data"),
  port: fc.constantFrom(80, 8080, 5432),
  scraped: fc.boolean(),
  service: fc.option(fc.constantFrom("ClusterIP", "LoadBalancer", "NodePort")),
  routed: fc.boolean(),
});

const selector: fc.Arbitrary<Json> = fc.oneof(
  fc.constant<Json>({}),
  fc.constantFrom(...apps).map((name): Json => ({ matchLabels: { app: name } })),
);

const peer: fc.Arbitrary<Json> = fc.oneof(
  selector.map((podSelector): Json => ({ podSelector })),
  fc.tuple(fc.constantFrom(...namespaces), selector).map(([name, podSelector]): Json => ({
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": name } },
    podSelector,
  })),
  fc.constantFrom<Json>(
    { namespaceSelector: {} },
    { ipBlock: { cidr: "0.0.0.0/0" } },
    { ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } },
    {
      namespaceSelector: {
        matchExpressions: [{ key: "kubernetes.io/metadata.name", operator: "NotIn", values: ["data"] }],
      },
    },
  ),
);

const port: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  { port: 80 },
  { port: 8080 },
  { port: 5432 },
  { protocol: "UDP", port: 53 },
  { port: 1, endPort: 6000 },
);

function rules(key: "from" | "to"): fc.Arbitrary<Json> {
  return fc.array(
    fc
      .record({ peers: fc.array(peer, { maxLength: 2 }), ports: fc.array(port, { maxLength: 2 }) })
      .map(({ peers, ports }): Json => ({
        ...(peers.length === 0 ? {} : { [key]: peers }),
        ...(ports.length === 0 ? {} : { ports }),
      })),
    { maxLength: 2 },
  );
}

const policy = fc.record({
  namespace: fc.constantFrom(...namespaces),
  podSelector: selector,
  types: fc.constantFrom(["Ingress"], ["Egress"], ["Ingress", "Egress"], undefined),
  ingress: rules("from"),
  egress: rules("to"),
});

/** A small cluster as people have it: Services, routes, scrapes, DNS, a controller, and policies of all sorts. */
export const adviceInputs: fc.Arbitrary<AdviceInput> = fc
  .record({
    workloads: fc.uniqueArray(app, { maxLength: 4, selector: ({ name, namespace }) => `${namespace}/${name}` }),
    policies: fc.array(policy, { maxLength: 4 }),
    dns: fc.boolean(),
    controller: fc.boolean(),
  })
  .map(({ workloads, policies, dns, controller }) => {
    const objects: readonly Json[] = [
      ...namespaces.map((name): Json => ({ apiVersion: "v1", kind: "Namespace", metadata: { name } })),
      ...workloads.flatMap(({ name, namespace, port: number, scraped, service, routed }): readonly Json[] => [
        workload(name, namespace, { app: name }, number, scraped ? { "prometheus.io/scrape": "true" } : {}),
        ...(service === null
          ? []
          : [
              {
                apiVersion: "v1",
                kind: "Service",
                metadata: { name, namespace },
                spec: { type: service, selector: { app: name }, ports: [{ port: 80, targetPort: number }] },
              },
            ]),
        ...(service !== null && routed
          ? [
              {
                apiVersion: "networking.k8s.io/v1",
                kind: "Ingress",
                metadata: { name, namespace },
                spec: { defaultBackend: { service: { name, port: { number: 80 } } } },
              },
            ]
          : []),
      ]),
      ...(dns ? [workload("coredns", "kube-system", { "k8s-app": "kube-dns" }, 53)] : []),
      ...(controller ? [workload("controller", "edge", { "app.kubernetes.io/name": "ingress-nginx" }, 443)] : []),
      ...policies.map(({ namespace, podSelector, types, ingress, egress }, i): Json => {
        const spec = { podSelector, ingress, egress, ...(types === undefined ? {} : { policyTypes: types }) };
        return {
          apiVersion: "networking.k8s.io/v1",
          kind: "NetworkPolicy",
          metadata: { name: `p${i}`, namespace },
          spec,
        };
      }),
    ];
    return { texts: objects.map((object) => JSON.stringify(object)) };
  });

const orderlyPeer: fc.Arbitrary<Json> = fc.constantFrom<Json>(
  { podSelector: { matchLabels: { app: "web" } } },
  { podSelector: { matchLabels: { app: "proxy" } } },
  { podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["web", "proxy"] }] } },
  { podSelector: {} },
);

const orderlyRule = fc.record({
  from: fc.array(orderlyPeer, { minLength: 1, maxLength: 2 }),
  ports: fc.array(fc.constantFrom<Json>({ port: 80 }, { port: 81 }, { port: 80, endPort: 82 }), {
    minLength: 1,
    maxLength: 2,
  }),
});

/** A namespace in order, but for what its policies say more than once: whoever restricts less than another undoes it. */
export const orderlyInputs: fc.Arbitrary<AdviceInput> = fc
  .array(
    fc.record({
      app: fc.constantFrom("db", "web"),
      rules: fc.array(orderlyRule, { minLength: 1, maxLength: 3 }),
    }),
    { minLength: 1, maxLength: 3 },
  )
  .map((policies) => {
    const objects: readonly Json[] = [
      { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop" } },
      ...apps.map((name) => workload(name, "shop", { app: name }, 80)),
      ...policies.map(({ app: name, rules: ingress }, i): Json => ({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: `p${i}`, namespace: "shop" },
        spec: { podSelector: { matchLabels: { app: name } }, policyTypes: ["Ingress"], ingress },
      })),
    ];
    return { texts: objects.map((object) => JSON.stringify(object)) };
  });
