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
