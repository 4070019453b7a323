import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/read/read-manifests.ts";

function read(apiVersion: string, kind: string): { messages: readonly string[]; workloads: number } {
  const cluster = readManifests([
    {
      name: "a.yaml",
      text: `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\nspec: {containers: [], template: {metadata: {labels: {a: b}}}}\n`,
    },
  ]);
  return { messages: cluster.problems.map(({ message }) => message), workloads: cluster.workloads.length };
}

describe("a kind under an API that does not have it", () => {
  it.each([
    ["apps/v1", "Pod", "v1"],
    ["v1", "Deployment", "apps/v1"],
    ["batch/v1", "StatefulSet", "apps/v1"],
  ])("%s %s is a problem that names the right one", (apiVersion, kind, home) => {
    const { messages, workloads } = read(apiVersion, kind);
    expect(workloads).toBe(0);
    expect(messages).toEqual([expect.stringContaining(`Write apiVersion: ${home}`)]);
  });

  it("of another project is none of our business", () => {
    expect(read("serving.knative.dev/v1", "Service").messages).toEqual([]);
    expect(read("apps.kruise.io/v1alpha1", "StatefulSet").messages).toEqual([]);
  });
});
