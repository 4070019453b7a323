import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/read/read-manifests.ts";

const policy = (metadata: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: ${metadata}\nspec: {podSelector: {}}\n`;
const flux = (spec: string): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: shop, namespace: flux-system}\nspec: ${spec}\n`;
const argo = (spec: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\nspec: ${spec}\n`;

/** What is said of namespaces that a tool sets, in an input of these files. */
function warnings(files: Readonly<Record<string, string>>): readonly string[] {
  const { problems } = readManifests(Object.entries(files).map(([name, text]) => ({ name, text })));
  return problems.filter(({ message }) => message.includes("which npa does not follow")).map(({ message }) => message);
}

describe("a directory that Flux puts into a namespace", () => {
  it("is named where its objects are read in another one, with the way out, at the field", () => {
    const files = {
      "repo/clusters/prod/shop.yaml": flux("{path: ./apps/shop, targetNamespace: shop}"),
      "repo/apps/shop/policies.yaml": `${policy("{name: a}")}---\n${policy("{name: b, namespace: other}")}`,
      "repo/apps/elsewhere/policy.yaml": policy("{name: c}"),
    };
    const { problems } = readManifests(Object.entries(files).map(([name, text]) => ({ name, text })));
    expect(problems).toMatchObject([
      {
        severity: "warning",
        location: { file: "repo/clusters/prod/shop.yaml", line: 4, path: "spec.targetNamespace" },
        object: { kind: "Kustomization", name: "shop" },
      },
    ]);
    expect(warnings(files)).toEqual([
      'Flux puts what is in "apps/shop" into the namespace shop, which npa does not follow: 2 objects there were read in default, other; write the namespace into the kustomization or the objects of that directory, or analyse it by itself with --default-namespace shop',
    ]);
  });

  it("is named together with others where there are many", () => {
    const files = Object.fromEntries(
      ["a", "b", "c", "d"].flatMap((name) => [
        [`clusters/${name}.yaml`, flux(`{path: apps/${name}, targetNamespace: ${name}}`)],
        [`apps/${name}/policy.yaml`, policy(`{name: ${name}}`)],
      ]),
    );
    expect(warnings(files)).toEqual([
      'Flux puts what is in 4 directories into namespaces of their own ("apps/a" into a, "apps/b" into b, "apps/c" into c, 1 more), which npa does not follow: objects there were read in default; write the namespaces into the kustomizations or the objects of these directories, or analyse each by itself with --default-namespace',
    ]);
    const { "clusters/d.yaml": _, ...three } = files;
    expect(warnings(three)).toHaveLength(3);
  });

  it("is not where they are in that namespace, or a kustomization puts them there", () => {
    expect(
      warnings({
        "clusters/shop.yaml": flux("{path: apps/shop/, targetNamespace: shop}"),
        "apps/shop/policy.yaml": policy("{name: a, namespace: shop}"),
      }),
    ).toEqual([]);
    expect(
      warnings({
        "clusters/shop.yaml": flux("{path: ./apps/shop, targetNamespace: shop}"),
        "apps/shop/kustomization.yaml": "namespace: shop\nresources: [policy.yaml]\n",
        "apps/shop/policy.yaml": policy("{name: a}"),
      }),
    ).toEqual([]);
  });

  it("is not without a namespace, for the root of a repository, outside of it, or in no directory of the input", () => {
    for (const spec of [
      "{path: ./apps/shop}",
      "{path: ./, targetNamespace: shop}",
      "{targetNamespace: shop}",
      "{path: ../apps/shop, targetNamespace: shop}",
      "{path: ./apps/other, targetNamespace: shop}",
      "{path: [apps], targetNamespace: shop}",
      "{path: ./apps/shop, targetNamespace: '${NAMESPACE}'}",
    ])
      expect(warnings({ "clusters/shop.yaml": flux(spec), "apps/shop/policy.yaml": policy("{name: a}") })).toEqual([]);
  });
});

describe("a directory that Argo CD puts into a namespace", () => {
  it("is named where objects of it that name none are read in another one", () => {
    const files = (metadata: string): Readonly<Record<string, string>> => ({
      "argocd/shop.yaml": argo("{source: {path: apps/shop}, destination: {namespace: shop}}"),
      "apps/shop/policy.yaml": policy(metadata),
    });
    expect(warnings(files("{name: a}"))).toEqual([
      'Argo CD puts what is in "apps/shop" into the namespace shop, which npa does not follow: 1 object there was read in default; write the namespace into the kustomization or the objects of that directory, or analyse it by itself with --default-namespace shop',
    ]);
    expect(warnings(files("{name: a, namespace: other}"))).toEqual([]);
  });

  it("may come from several sources", () => {
    expect(
      warnings({
        "argocd/shop.yaml": argo(
          "{sources: [{path: apps/a}, {path: apps/b}, {chart: c}], destination: {namespace: shop}}",
        ),
        "apps/a/policy.yaml": policy("{name: a}"),
        "apps/b/policy.yaml": policy("{name: b}"),
      }),
    ).toHaveLength(2);
  });
});
