import { describe, expect, it } from "vitest";
import { documents, findings } from "./evaluate.ts";

const id = "label-not-in-identity";
const cilium = (name: string, spec: string): string =>
  `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\nspec: ${spec}`;
const peers = (labels: string): readonly unknown[] =>
  findings(id, documents(cilium("web", `{ endpointSelector: {}, ingress: [{ fromEndpoints: [{ ${labels} }] }] }`)));

describe("label-not-in-identity", () => {
  it.each([
    "matchLabels: { kubernetes.io/metadata.name: web }",
    "matchLabels: { 'k8s:io.kubernetes.pod.namespaces': web }",
    "matchLabels: { pod-template-hash: '1' }",
    "matchLabels: { reserved: health }",
    "matchExpressions: [{ key: batch.kubernetes.io/controller-uid, operator: Exists }]",
    "matchExpressions: [{ key: apps.kubernetes.io/pod-index, operator: Exists }]",
    "matchLabels: { topology.kubernetes.io/zone: a }",
  ])("finds %s", (labels) => {
    expect(peers(labels)).toMatchObject([{ severity: "high", object: { kind: "CiliumNetworkPolicy" } }]);
  });

  it("is silent on what the option labels keeps", () => {
    const policy = cilium(
      "web",
      "{ endpointSelector: {}, ingress: [{ fromEndpoints: [{ matchLabels: { topology.kubernetes.io/zone: a } }] }] }",
    );
    const keeping = {
      assumptions: { dataplane: "cilium", ciliumIdentityLabels: "k8s:topology.kubernetes.io/zone" },
    } as const;
    expect(findings(id, documents(policy), keeping)).toEqual([]);
    expect(findings(id, documents(policy))).toHaveLength(1);
  });

  it("finds what the option labels leaves out, at its key", () => {
    const policy = cilium(
      "web",
      "{ endpointSelector: { matchLabels: { release: a } }, ingress: [{ fromEndpoints: [{ matchLabels: { app: a, k8s:tier: b } }] }] }",
    );
    const filtered = { assumptions: { dataplane: "cilium", ciliumIdentityLabels: "k8s:app k8s:!tier" } } as const;
    expect(findings(id, documents(policy))).toEqual([]);
    expect(findings(id, documents(policy), filtered)).toMatchObject([
      {
        message: expect.stringContaining(
          'CiliumNetworkPolicy shop/web: the option labels of Cilium (k8s:app k8s:!tier) leaves the label "release" out',
        ),
        location: { path: "spec.endpointSelector.matchLabels.release" },
      },
      {
        message: expect.stringContaining('leaves the label "tier" out'),
        location: { path: 'spec.ingress[0].fromEndpoints[0].matchLabels["k8s:tier"]' },
      },
    ]);
  });

  it("finds labels of namespaces, and of NetworkPolicies that Cilium enforces", () => {
    const policy =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web, namespace: shop }\nspec: { podSelector: { matchLabels: { pod-template-hash: a } }, ingress: [{ from: [{ namespaceSelector: { matchLabels: { team: a } } }] }] }";
    const filtered = {
      assumptions: { dataplane: "cilium", ciliumIdentityLabels: "!io.cilium.k8s.namespace.labels.team" },
    } as const;
    expect(findings(id, documents(policy))).toEqual([]);
    expect(findings(id, documents(policy), filtered)).toMatchObject([
      { location: { path: "spec.podSelector.matchLabels.pod-template-hash" } },
      { location: { path: "spec.ingress[0].from[0].namespaceSelector.matchLabels.team" } },
    ]);
  });

  it("finds what denies, requirements and policies for nodes ask for", () => {
    const hash = "matchLabels: { pod-template-hash: '1' }";
    const policy = cilium(
      "web",
      `{ endpointSelector: {}, ingressDeny: [{ fromEndpoints: [{ ${hash} }] }], egress: [{ toRequires: [{ ${hash} }] }] }`,
    );
    const nodes = `apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata: { name: nodes }\nspec: { nodeSelector: {}, ingress: [{ fromEndpoints: [{ ${hash} }] }] }`;
    const old = { assumptions: { dataplane: "cilium", ciliumVersion: "1.18" } } as const;
    expect(findings(id, documents(policy), old)).toHaveLength(2);
    expect(findings(id, documents(nodes, cilium("other", "{ endpointSelector: {}, ingress: [{}] }")))).toHaveLength(1);
  });

  it.each(["k8s:io.kubernetes.podNamespace", "kubernetes.io/metadata.name"])("says what is meant by %s", (key) => {
    expect(peers(`matchLabels: { '${key}': web }`)).toMatchObject([
      { message: expect.stringContaining("the namespace of pods is k8s:io.kubernetes.pod.namespace") },
    ]);
  });

  it.each([
    "matchLabels: { 'k8s:io.kubernetes.pod.namespace': web, app: web }",
    "matchLabels: { io.cilium.k8s.namespace.labels.kubernetes.io/metadata.name: web }",
    "matchLabels: { 'reserved:health': '' }",
    "matchLabels: { batch.kubernetes.io/job-name: web, job-name: web }",
    "matchLabels: { app.kubernetes.io/name: web, io.cilium.k8s.policy.serviceaccount: web }",
  ])("is silent on %s", (labels) => {
    expect(peers(labels)).toEqual([]);
  });
});
