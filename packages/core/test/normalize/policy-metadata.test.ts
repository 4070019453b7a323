import { readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";

const kinds = [
  ["networking.k8s.io/v1", "NetworkPolicy", "{podSelector: {}}"],
  ["cilium.io/v2", "CiliumNetworkPolicy", "{endpointSelector: {}, ingress: [{}]}"],
  ["projectcalico.org/v3", "NetworkPolicy", "{selector: all(), types: [Ingress]}"],
] as const;

function read([apiVersion, kind, spec]: (typeof kinds)[number], metadata: string): ReturnType<typeof readManifests> {
  const text = `{apiVersion: ${apiVersion}, kind: ${kind}, metadata: {name: deny, namespace: shop, ${metadata}}, spec: ${spec}}`;
  return readManifests([{ name: "a.yaml", text }]);
}

const owner = (more = ""): string => `{apiVersion: v1, kind: ConfigMap, name: c, uid: u${more}}`;

describe("metadata of policies that no answer needs", () => {
  it.each([
    ["managedFields: 3", "metadata.managedFields", "must be a list"],
    ["managedFields: [x]", "metadata.managedFields[0]", "must be a mapping"],
    ["finalizers: x", "metadata.finalizers", "must be a list"],
    ["finalizers: [1]", "metadata.finalizers[0]", "must be a string"],
    ["finalizers: [a b]", "metadata.finalizers[0]", "cannot be the name of a finalizer"],
    ["uid: 5", "metadata.uid", "must be a string"],
    ["resourceVersion: 5", "metadata.resourceVersion", "must be a string"],
    ["generation: x", "metadata.generation", "must be a whole number"],
    ["creationTimestamp: yesterday", "metadata.creationTimestamp", "is no time"],
    ["ownerReferences: 5", "metadata.ownerReferences", "must be a list"],
    ["ownerReferences: [5]", "metadata.ownerReferences[0]", "must be a mapping"],
    ["ownerReferences: [{apiVersion: v1, kind: Pod, name: x}]", "metadata.ownerReferences[0]", "uid is missing"],
    [
      `ownerReferences: [${owner(", controller: yes please")}]`,
      "metadata.ownerReferences[0].controller",
      "true or false",
    ],
    [
      `ownerReferences: [${owner(", controller: true")}, ${owner(", controller: true")}]`,
      "metadata.ownerReferences",
      "one owner at most",
    ],
  ])("%s is refused, and the policy is not in force", (metadata, path, words) => {
    for (const kind of kinds) {
      const { policies, problems } = read(kind, metadata);
      expect(policies).toEqual([]);
      const [problem] = problems;
      expect(problem?.location).toMatchObject({ path });
      expect(problem?.message).toContain(words);
    }
  });

  it("what servers and tools write is fine", () => {
    const written = `creationTimestamp: null, deletionTimestamp: 2026-01-31T12:00:00Z, generation: 2, uid: u, resourceVersion: "5", selfLink: "", finalizers: [example.org/x], managedFields: [{manager: kubectl}], ownerReferences: null`;
    for (const kind of kinds) expect(read(kind, written)).toMatchObject({ policies: [{}], problems: [] });
  });

  it("owners are told of: the policy goes with them", () => {
    for (const kind of kinds)
      expect(read(kind, `ownerReferences: [${owner()}]`)).toMatchObject({
        policies: [{}],
        problems: [{ code: "owned-policy", severity: "warning", location: { path: "metadata.ownerReferences" } }],
      });
  });
});
