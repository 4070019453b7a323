import { readManifests } from "@npa/core";
import { findRoots, plainSources } from "@npa/core/node";
import { describe, expect, it } from "vitest";

const policy = (name: string): string =>
  `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: ${name}, namespace: shop}, spec: {podSelector: {}}}`;

function sourcesOf(
  files: Readonly<Record<string, string>>,
): readonly { readonly name: string; readonly text: string }[] {
  const all = { "netpols/web.yaml": policy("web"), "netpols/deny-all.yaml": policy("deny-all"), ...files };
  return Object.entries(all).map(([name, text]) => ({ name, text }));
}

function read(files: Readonly<Record<string, string>>): { readonly names: readonly string[]; readonly named: unknown } {
  const { policies, notEvaluated } = readManifests(sourcesOf(files));
  return {
    names: policies.map(({ name }) => name).toSorted(),
    named: notEvaluated.map(({ ref, reason, mayChange }) => [ref.name, reason, mayChange]),
  };
}

const passedOver = [
  ["deny-all", "the kustomization in netpols does not name its file, and nothing else builds it", {}],
];
const kustomization = "resources:\n  - web.yaml\n  # - deny-all.yaml\n";

describe("a file beside a kustomization that does not name it", () => {
  it("is no part of an answer, and named", () => {
    const found = read({ "netpols/kustomization.yaml": kustomization });
    expect(found).toEqual({ names: ["web"], named: passedOver });
  });

  it("is none either where the kustomization names others of other directories only", () => {
    const found = read({ "netpols/kustomization.yaml": "components: [../dns]\n" });
    expect(found.names).toEqual([]);
  });

  it.each([
    ["another kustomization names it", { "kustomization.yaml": "resources: [netpols, netpols/deny-all.yaml]\n" }],
    ["it is a base of the old form", { "netpols/kustomization.yaml": "bases: [web.yaml, ./deny-all.yaml]\n" }],
    ["the kustomization builds nothing", { "netpols/kustomization.yaml": "configMapGenerator: [{name: a}]\n" }],
    [
      "there is none beside it",
      { "netpols/kustomization.yaml": "", "kustomization.yaml": "resources: [netpols/web.yaml]\n" },
    ],
  ])("but it is where %s", (_, files) => {
    expect(read({ "netpols/kustomization.yaml": kustomization, ...files })).toEqual({
      names: ["deny-all", "web"],
      named: [],
    });
  });

  it("is applied to no cluster", () => {
    const sources = sourcesOf({ "netpols/kustomization.yaml": kustomization });
    const onto = { sources: [], notEvaluated: [] };
    const { policies } = readManifests(sources, { onto });
    expect(policies.map(({ name }) => name)).toEqual(["web"]);
  });

  it("is no plain manifest where the rest is rendered", () => {
    const sources = sourcesOf({ "netpols/kustomization.yaml": kustomization, "other/a.yaml": policy("a") });
    expect(findRoots(sources).map(({ path }) => path)).toEqual(["netpols"]);
    expect(plainSources(sources).map(({ name }) => name)).toEqual(["other/a.yaml"]);
  });
});
