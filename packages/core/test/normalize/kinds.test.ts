import { describe, expect, it } from "vitest";
import { builtInKinds, installedKinds } from "../../src/load/cluster/cluster-kinds.ts";
import type { Policy } from "../../src/model/policy.ts";
import { ClusterDraft } from "../../src/normalize/cluster-draft.ts";
import { hasReader, isClusterWideKind } from "../../src/normalize/registry.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

describe("kinds of objects", () => {
  it.each([...builtInKinds, ...installedKinds].filter(({ kind }) => kind !== "Namespace" && hasReader(kind)))(
    "are outside namespaces in files as they are in a cluster: $kind of $group",
    ({ kind, namespaced }) => {
      expect(isClusterWideKind(kind)).toBe(!namespaced);
    },
  );

  it("keep policies of one name apart, whichever kind has it", () => {
    const origin = { locator: { file: "a.yaml", locate: () => ({}) as never }, path: [] };
    const policy = (apiVersion: string, kind: string, index: number, namespace?: string): Policy => {
      const place = namespace === undefined ? {} : { namespace };
      const asked: Partial<Policy> = {
        ref: { apiVersion, kind, name: "web", ...place },
        name: "web",
        ...place,
        origin,
        index,
      };
      return asked as Policy; // no more is asked of it
    };
    const draft = new ClusterDraft({ defaultNamespace: "default", live: false }, () => undefined);
    const apart = [
      policy("networking.k8s.io/v1", "NetworkPolicy", 0, "shop"),
      policy("example.com/v1", "NetworkPolicy", 1, "shop"),
      policy("example.com/v1", "Fence", 2, "shop"),
      policy("example.com/v1", "Fence", 3),
      policy("example.org/v1", "Fence", 4),
    ];
    for (const each of apart) draft.putPolicy(each);
    expect(new Set(draft.policies.objects())).toEqual(new Set(apart));
    const later = [policy("networking.k8s.io/v1", "NetworkPolicy", 5, "shop"), policy("example.com/v2", "Fence", 6)];
    for (const each of later) draft.putPolicy(each);
    expect(draft.policies.objects().map(({ index }) => index)).toEqual(expect.arrayContaining([1, 2, 4, 5, 6]));
    expect(draft.policies.objects()).toHaveLength(5);
  });

  it("tell of a policy in a template that kubectl would apply, also of a kind that is not called one", () => {
    const object = (kind: string): string =>
      `apiVersion: k8s.ovn.org/v1\nkind: ${kind}\nmetadata: {name: default, namespace: shop}\nspec: {}\n`;
    const told = (kind: string): readonly string[] =>
      readManifests([
        { name: "chart/Chart.yaml", text: "name: shop\nversion: 1.0.0\n" },
        { name: "chart/templates/all.yaml", text: `${object(kind)}---\na: {{ .Values.a }}\n` },
      ]).problems.map(({ message }) => message);
    expect(told("EgressFirewall")).toEqual([expect.stringMatching(/^this EgressFirewall was not read, because /)]);
    expect(told("EgressQoS")).toEqual([]);
  });
});
