import { readManifests } from "@npa/core";
import { describe, expect, it } from "vitest";

const policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}}\n";
const repository = (name: string, url: string): string =>
  `apiVersion: source.toolkit.fluxcd.io/v1\nkind: GitRepository\nmetadata: {name: ${name}, namespace: flux-system}\nspec: {url: ${url}}\n`;
const flux = (name: string, spec: string): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: ${name}, namespace: flux-system}\nspec: ${spec}\n`;
const argo = (name: string, source: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: ${name}, namespace: argocd}\nspec: {source: ${source}, destination: {namespace: shop}}\n`;

/** Where the policy of `apps/shop` is, and what is told to be not followed. */
function read(...documents: readonly string[]): unknown {
  const cluster = readManifests([
    { name: "clusters/prod/all.yaml", text: documents.join("---\n") },
    { name: "apps/shop/policy.yaml", text: policy },
  ]);
  return [
    cluster.policies.map(({ namespace }) => namespace),
    (cluster.inputs.notFollowed ?? []).flatMap(({ objects }) => objects),
  ];
}

describe("a directory of another repository that has the path of one of the input", () => {
  const own = repository("flux-system", "ssh://git@github.com/Us/fleet.git");
  const root = flux("flux-system", "{path: ./clusters/prod, sourceRef: {kind: GitRepository, name: flux-system}}");
  const shop = (name: string, kind = "GitRepository"): string =>
    flux("shop", `{path: ./apps/shop, targetNamespace: shop, sourceRef: {kind: ${kind}, name: ${name}}}`);

  it("is not followed, and told of, by the GitRepositories of Flux", () => {
    const other = repository("other", "https://github.com/them/shop");
    expect(read(own, other, root, shop("other"))).toEqual([["default"], ["flux-system/shop"]]);
  });

  it.each([
    ["the same source", [own, root, shop("flux-system")]],
    [
      "the same repository by another protocol",
      [own, repository("other", "https://github.com/us/fleet/"), root, shop("other")],
    ],
    ["a repository that the input does not have", [own, root, shop("other")]],
    [
      "what is no repository of git",
      [own, repository("other", "oci://ghcr.io/us/fleet"), root, shop("other", "OCIRepository")],
    ],
    ["what nothing of the input deploys", [own, repository("other", "https://github.com/them/shop"), shop("other")]],
  ])("is followed where it is %s", (_, documents) => {
    expect(read(...documents)).toEqual([["shop"], []]);
  });

  it("is told from one by the repoURL of Argo CD's Applications", () => {
    const apps = argo("apps", "{repoURL: git@github.com:us/fleet.git, path: clusters/prod}");
    const from = (url: string): string => argo("shop", `{repoURL: ${url}, path: apps/shop}`);
    expect(read(apps, from("https://github.com/them/shop"))).toEqual([["default"], ["argocd/shop"]]);
    expect(read(apps, from("https://github.com/us/fleet"))).toEqual([["shop"], []]);
    expect(read(apps, from("https://github.com/${OWNER}/shop"))).toEqual([["shop"], []]);
  });
});
