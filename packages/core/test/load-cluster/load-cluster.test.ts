import { describe, expect, it } from "vitest";
import { listConnectivity } from "../../src/analysis/stream-connectivity.ts";
import {
  allKinds,
  customKinds,
  type KubeObject,
  objectsFromManifests,
  type ServedKind,
} from "../../../fixtures/src/api-server/index.ts";
import { builtInKinds } from "../../src/load/cluster/cluster-kinds.ts";
import { podMakerKinds } from "../../src/load/cluster/pod-maker-kinds.ts";
import { workloadKinds } from "../../src/normalize/workload-kinds.ts";
import { loadCluster } from "../../src/load/cluster.ts";
import { readManifests, readDocuments } from "../../src/read/read-manifests.ts";
import { fileWith, load, objectsOf, podNames, pods, serverFor } from "./cluster-helpers.ts";

const labels = (app: string): object => ({ metadata: { labels: { app } }, spec: { containers: [container] } });
const container = {
  name: "main",
  image: "x",
  env: [{ name: "PASSWORD", value: "hunter2" }],
  ports: [{ name: "http", containerPort: 8080 }],
};

const shop: readonly KubeObject[] = [
  { apiVersion: "v1", kind: "Namespace", metadata: { name: "shop", labels: { team: "a" } } },
  {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "web", namespace: "shop" },
    spec: { replicas: 3, template: labels("web") },
  },
  {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: { name: "db", namespace: "shop" },
    spec: { replicas: 2, template: labels("db") },
  },
  {
    apiVersion: "batch/v1",
    kind: "CronJob",
    metadata: { name: "sweep", namespace: "shop" },
    spec: { schedule: "* * * * *", jobTemplate: { spec: { template: labels("sweep") } } },
  },
  {
    apiVersion: "v1",
    kind: "Service",
    metadata: { name: "web", namespace: "shop" },
    spec: { selector: { app: "web" }, ports: [{ port: 80, targetPort: "http" }] },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "Ingress",
    metadata: { name: "web", namespace: "shop" },
    spec: {
      rules: [
        {
          http: {
            paths: [{ path: "/", pathType: "Prefix", backend: { service: { name: "web", port: { number: 80 } } } }],
          },
        },
      ],
    },
  },
  {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "db", namespace: "shop" },
    spec: {
      podSelector: { matchLabels: { app: "db" } },
      ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }], ports: [{ port: "http" }] }],
    },
  },
];

function manifestText(objects: readonly KubeObject[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
}

describe("a cluster", () => {
  it("gives the same connectivity as the manifests it was made from", async () => {
    const server = await serverFor({ objects: objectsFromManifests(shop) });
    const read = await load(server);
    const live = listConnectivity(readDocuments(read.sources, read));
    const offline = listConnectivity(readManifests([{ name: "shop.json", text: manifestText(shop) }]));
    const names = live.endpoints.map(({ id }) => id);
    expect(names).toContain("shop/web[Deployment]");
    expect(names).toContain("shop/sweep[CronJob]");
    expect(live.connections).toEqual(offline.connections);
    expect(names).toEqual(offline.endpoints.map(({ id }) => id));
    expect(live.notEvaluated).toEqual([]);
  });

  it("tells of itself in ConfigMaps that are asked for by name, and of no others", async () => {
    const configMap = (name: string, data: Record<string, string>, namespace = "kube-system"): KubeObject => ({
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name, namespace },
      data,
    });
    const objects = objectsFromManifests([
      configMap("cilium-config", {
        "cluster-pool-ipv4-cidr": "10.1.0.0/16",
        "enable-policy": "always",
        "enable-host-firewall": "true",
        "policy-cidr-match-mode": "nodes",
        "identity-allocation-mode": "crd",
      }),
      configMap("kube-flannel-cfg", { "net-conf.json": '{"Network": "10.5.0.0/16"}' }, "kube-flannel"),
      configMap("kubeadm-config", { ClusterConfiguration: "networking: {serviceSubnet: 10.96.0.0/12}" }),
      configMap("passwords", { "config.conf": "clusterCIDR: 10.9.0.0/16" }),
    ]);
    const server = await serverFor({ objects });
    const read = await load(server);
    const { facts = [], assumed } = readDocuments(read.sources, read);
    expect(assumed).toMatchObject({ ciliumEnforcement: "always", ciliumCidrMatchMode: "nodes" });
    expect(facts).toContainEqual(expect.objectContaining({ type: "host-firewall", enabled: true }));
    expect(
      facts.flatMap((fact) => (fact.type === "cidr" ? [`${fact.use} ${fact.cidr} ${fact.object.name}`] : [])),
    ).toEqual([
      "pods 10.1.0.0/16 cilium-config",
      "services 10.96.0.0/12 kubeadm-config",
      "pods 10.5.0.0/16 kube-flannel-cfg",
    ]);
    expect(JSON.stringify(read)).not.toContain("identity-allocation-mode");
    const asked = server.requests.filter(({ resource }) => resource === "configmaps");
    expect(asked.map(({ verb, name, status }) => `${verb} ${name} ${status}`).toSorted()).toEqual([
      "get canal-config 404",
      "get cilium-config 200",
      "get kube-flannel-cfg 200",
      "get kube-flannel-cfg 404",
      "get kube-proxy 404",
      "get kubeadm-config 200",
    ]);
  });

  it("is read with GET lists in pages, several at a time, over few connections", async () => {
    const server = await serverFor({ objects: objectsFromManifests(pods(25)) });
    const read = await load(server, { pageSize: 10 });
    expect(objectsOf(read)).toEqual(["Namespace web", ...podNames(25)]);
    expect(
      server.requests.every(
        ({ method, verb, resource, path }) =>
          method === "GET" && (verb === "list" || resource === "configmaps" || /^\/apis(?:\/[^/]+\/v\w+)?$/.test(path)),
      ),
    ).toBe(true);
    expect(server.requests.filter(({ resource }) => resource === "pods").map(({ query }) => query["limit"])).toEqual([
      "10",
      "10",
      "10",
    ]);
    expect(server.requests.some(({ path }) => path.includes("secret"))).toBe(false);
    expect(server.connections).toBeLessThanOrEqual(4);
  });

  it("has the owners that other projects brought, and what tells of the cluster itself", async () => {
    const owned = (kind: string, name: string): object => ({
      apiVersion: "argoproj.io/v1alpha1",
      kind,
      name,
      uid: "1",
      controller: true,
    });
    const rollout = (name: string, replicas: number): KubeObject => ({
      apiVersion: "argoproj.io/v1alpha1",
      kind: "Rollout",
      metadata: { name, namespace: "shop" },
      spec: { replicas, template: labels(name) },
    });
    const objects = [
      rollout("web", 1),
      rollout("idle", 0),
      {
        apiVersion: "apps/v1",
        kind: "ReplicaSet",
        metadata: { name: "web-1", namespace: "shop", ownerReferences: [owned("Rollout", "web")] },
        spec: { replicas: 1, template: labels("web") },
      },
      {
        apiVersion: "v1",
        kind: "Node",
        metadata: { name: "node-1" },
        spec: { podCIDR: "10.1.0.0/24", podCIDRs: ["10.1.0.0/24"], providerID: "aws:///a/i-1" },
        status: { addresses: [{ type: "InternalIP", address: "192.168.0.1" }], images: [{ names: ["hunter2"] }] },
      },
      {
        apiVersion: "admissionregistration.k8s.io/v1",
        kind: "ValidatingWebhookConfiguration",
        metadata: { name: "hook" },
        webhooks: [{ name: "a.b", clientConfig: { caBundle: "hunter2", service: { namespace: "shop", name: "web" } } }],
      },
    ];
    const kind = (group: string, version: string, name: string, resource: string): ServedKind => ({
      group,
      version,
      kind: name,
      resource,
      shortNames: [],
      namespaced: group === "argoproj.io",
      inAll: false,
      custom: group === "argoproj.io",
    });
    const kinds = [
      ...allKinds,
      kind("argoproj.io", "v1alpha1", "Rollout", "rollouts"),
      kind("", "v1", "Node", "nodes"),
      kind("admissionregistration.k8s.io", "v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations"),
    ];
    const server = await serverFor({ kinds, objects: objectsFromManifests(objects) });
    const read = await load(server);
    expect(JSON.stringify(read.sources)).not.toContain("hunter2");
    const cluster = readDocuments(read.sources, read);
    expect(cluster.workloads.map(({ id }) => id)).toEqual(["shop/idle[Rollout]", "shop/web[Rollout]"]);
    expect(cluster.nodes).toMatchObject([{ name: "node-1", addresses: ["192.168.0.1"] }]);
    expect(cluster.facts).toMatchObject([
      { type: "cidr", use: "pods", cidr: "10.1.0.0/24" },
      { type: "platform", platform: "aws" },
    ]);
    expect(cluster.apiServerCalls).toMatchObject([{ service: { namespace: "shop", name: "web", port: 443 } }]);
  });

  it("is asked for every kind that makes pods in files", () => {
    const live = new Set([...builtInKinds, ...podMakerKinds].map(({ group, kind: name }) => `${group}/${name}`));
    const old = new Set(["extensions", ""]);
    const files = workloadKinds.flatMap(({ kind: name, groups }) =>
      groups.filter((group) => !old.has(group) || name === "ReplicationController").map((group) => `${group}/${name}`),
    );
    expect(files.filter((each) => !live.has(each))).toEqual([]);
  });

  it("is cut down to what npa reads", async () => {
    const server = await serverFor({ objects: objectsFromManifests(shop) });
    const read = await load(server);
    const text = JSON.stringify(read.sources.flatMap(({ documents }) => documents.map(({ value }) => value)));
    expect(text).not.toContain("hunter2");
    expect(text).not.toContain("resourceVersion");
    expect(text).toContain('"podIPs"');
  });

  it("names every object by a relative file", async () => {
    const server = await serverFor({ objects: objectsFromManifests(shop) });
    const read = await load(server, {}, { context: "arn:aws:eks:eu/prod" });
    const files = read.sources.flatMap(({ documents }) => documents.map(({ file }) => file));
    expect(files).toContain("cluster/arn_aws_eks_eu_prod/shop/networkpolicy/db.yaml");
    expect(files).toContain("cluster/arn_aws_eks_eu_prod/namespace/shop.yaml");
    const policy = read.sources[0]?.documents.find(({ file }) => file.endsWith("networkpolicy/db.yaml"));
    expect(policy?.locate(["spec", "ingress", 0])).toEqual({
      file: "cluster/arn_aws_eks_eu_prod/shop/networkpolicy/db.yaml",
      line: 1,
      column: 1,
      endLine: 1,
      endColumn: 1,
      path: "spec.ingress[0]",
    });
  });

  it("tells how far it is, and which server and namespace it is", async () => {
    const server = await serverFor({ objects: objectsFromManifests(pods(25)) });
    const seen: string[] = [];
    const read = await load(
      server,
      {
        pageSize: 10,
        onProgress: ({ resource, read: count, total }) => {
          if (resource === "pods") seen.push(`${count}/${total}`);
        },
      },
      { namespace: "web", context: "here" },
    );
    expect(seen).toEqual(["10/25", "20/25", "25/25"]);
    expect([read.context, read.server, read.defaultNamespace]).toEqual(["here", server.url, "web"]);
  });

  it("keeps keys like __proto__ and constructor as labels", async () => {
    const metadata = JSON.parse(
      '{"name":"odd","namespace":"web","labels":{"__proto__":"x","constructor":"y"}}',
    ) as KubeObject["metadata"] & object;
    const server = await serverFor({
      objects: [{ apiVersion: "v1", kind: "Pod", metadata, spec: { containers: [] } }],
    });
    const read = await load(server);
    const cluster = readDocuments(read.sources, read);
    const found = cluster.workloads[0]?.groups[0]?.labels ?? {};
    expect(Object.entries(found)).toEqual([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
    expect("toString" in found).toBe(false);
  });
});

describe("kinds that are not Kubernetes' own", () => {
  const policyOf = (apiVersion: string, kind: string, namespace?: string): KubeObject => ({
    apiVersion,
    kind,
    metadata: { name: "p", ...(namespace === undefined ? {} : { namespace }) },
    spec: { secret: "none of ours" },
  });
  const objects = [
    policyOf("security.istio.io/v1", "AuthorizationPolicy", "web"),
    policyOf("k8s.cni.cncf.io/v1beta1", "MultiNetworkPolicy", "web"),
  ];

  it("are found by discovery and named as not evaluated", async () => {
    const server = await serverFor({ kinds: allKinds, objects });
    const read = await load(server);
    const cluster = readDocuments(read.sources, read);
    expect(cluster.notEvaluated.map(({ ref }) => ref.kind)).toEqual(["AuthorizationPolicy", "MultiNetworkPolicy"]);
    expect(cluster.policies).toEqual([]);
    expect(read.sources[0]?.documents.map(({ file }) => file)).toContain(
      "cluster/test/web/authorizationpolicy.security.istio.io/p.yaml",
    );
    expect(JSON.stringify(read.sources[0]?.documents.map(({ value }) => value))).not.toContain("none of ours");
  });

  it("policies of Calico and Cilium are read whole, and evaluated", async () => {
    const calico = {
      apiVersion: "crd.projectcalico.org/v1",
      kind: "NetworkPolicy",
      metadata: { name: "default.p", namespace: "web" },
      spec: { selector: "all()", types: ["Ingress"] },
    };
    const cilium = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: "p", namespace: "web" },
      specs: [{ endpointSelector: {}, egress: [{ toEntities: ["world"] }] }],
    };
    const read = await load(await serverFor({ kinds: allKinds, objects: [calico, cilium] }));
    const cluster = readDocuments(read.sources, read);
    expect(cluster.policies.map(({ ref, isolates }) => [ref.kind, isolates])).toEqual([
      ["CiliumNetworkPolicy", { ingress: false, egress: true }],
      ["NetworkPolicy", { ingress: true, egress: false }],
    ]);
    expect(cluster.notEvaluated).toEqual([]);
  });

  it("EndpointSlices that no Service with a selector has tell where the API server is", async () => {
    const slice = (service: string, address: string, labels: object = {}): KubeObject => ({
      apiVersion: "discovery.k8s.io/v1",
      kind: "EndpointSlice",
      metadata: { name: service, namespace: "default", labels: { "kubernetes.io/service-name": service, ...labels } },
      addressType: "IPv4",
      endpoints: [{ addresses: [address] }],
      ports: [{ name: "https", port: 6443, protocol: "TCP" }],
    });
    const managed = { "endpointslice.kubernetes.io/managed-by": "endpointslice-controller.k8s.io" };
    const policy = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: "p", namespace: "web" },
      spec: { endpointSelector: {}, egress: [{ toEntities: ["kube-apiserver"] }] },
    };
    const objects = [policy, slice("kubernetes", "203.0.113.7"), slice("other", "10.0.0.1", managed)];
    const slices: ServedKind = {
      group: "discovery.k8s.io",
      version: "v1",
      kind: "EndpointSlice",
      resource: "endpointslices",
      shortNames: [],
      namespaced: true,
      inAll: false,
      custom: false,
    };
    const read = await load(await serverFor({ kinds: [...allKinds, slices], objects }));
    expect(objectsOf(read).filter((name) => name.startsWith("EndpointSlice"))).toEqual([
      "EndpointSlice default/kubernetes",
    ]);
    expect(readDocuments(read.sources, read).assumed).toMatchObject({ kubeApiserver: "203.0.113.7" });
  });

  it("cluster-wide policies are read whole, and evaluated", async () => {
    const deny = { subject: { namespaces: {} }, ingress: [{ action: "Deny", from: [{ namespaces: {} }] }] };
    const server = await serverFor({
      kinds: allKinds,
      objects: [
        { ...policyOf("policy.networking.k8s.io/v1alpha1", "AdminNetworkPolicy"), spec: { priority: 5, ...deny } },
        {
          ...policyOf("policy.networking.k8s.io/v1alpha2", "ClusterNetworkPolicy"),
          spec: { tier: "Baseline", priority: 5, ...deny },
        },
      ],
    });
    const read = await load(server);
    const cluster = readDocuments(read.sources, read);
    expect(cluster.notEvaluated).toEqual([]);
    expect(cluster.policies.map(({ ref, tier, priority }) => [ref.kind, tier.name, priority])).toEqual([
      ["AdminNetworkPolicy", "Admin", 5],
      ["ClusterNetworkPolicy", "Baseline", 5],
    ]);
  });

  it("ClusterNetworkPolicies are read in the version that the server prefers", async () => {
    const version = "v1beta1";
    const kinds = allKinds.map((kind) => (kind.kind === "ClusterNetworkPolicy" ? { ...kind, version } : kind));
    const policy = policyOf("policy.networking.k8s.io/v1beta1", "ClusterNetworkPolicy");
    const spec = { tier: "Admin", priority: 5, subject: { namespaces: {} } };
    const read = await load(await serverFor({ kinds, objects: [{ ...policy, spec }] }));
    const cluster = readDocuments(read.sources, read);
    expect(cluster.policies.map(({ ref, tier }) => [ref.apiVersion, tier.name])).toEqual([
      ["policy.networking.k8s.io/v1beta1", "Admin"],
    ]);
  });

  it("are not asked for where they are not installed", async () => {
    const server = await serverFor({ objects: objectsFromManifests(pods(1)) });
    const read = await load(server);
    expect(server.requests.filter(({ path }) => /cilium\.io|calico|policy\.networking/.test(path))).toEqual([]);
    expect([read.absent, read.notEvaluated]).toEqual([[], []]);
  });

  it("that route from outside are read without their keys", async () => {
    const route: KubeObject = {
      apiVersion: "route.openshift.io/v1",
      kind: "Route",
      metadata: { name: "r", namespace: "web" },
      spec: { to: { kind: "Service", name: "web" }, tls: { key: "PRIVATE KEY" } },
    };
    const server = await serverFor({
      kinds: [...customKinds.openshift, ...allKinds.filter(({ custom }) => !custom)],
      objects: [route],
    });
    const read = await load(server);
    expect(readDocuments(read.sources, read).routes.map(({ name }) => name)).toEqual(["r"]);
    expect(JSON.stringify(read.sources[0]?.documents.map(({ value }) => value))).not.toContain("PRIVATE");
  });

  it("whose server is down do not stop the rest", async () => {
    const server = await serverFor({
      kinds: allKinds,
      objects: objectsFromManifests(pods(2)),
      faults: [
        { on: { resource: "ciliumnetworkpolicies.cilium.io" }, times: Infinity, action: { kind: "status", code: 503 } },
      ],
    });
    const read = await load(server);
    expect(objectsOf(read)).toEqual(["Namespace web", ...podNames(2)]);
    expect(read.notEvaluated.map(({ reason }) => reason)).toEqual([
      "ciliumnetworkpolicies.cilium.io could not be listed (the server answers 503: the server is currently unable to handle the request): what is called allowed may be denied by one of them, and what is called denied allowed",
    ]);
  });
});

it("is loaded with the defaults of the environment", async () => {
  const server = await serverFor({ objects: objectsFromManifests(pods(1)) });
  const read = await loadCluster({ env: { KUBECONFIG: fileWith(server.kubeconfig()) } });
  expect(objectsOf(read)).toEqual(["Namespace web", ...podNames(1)]);
});
