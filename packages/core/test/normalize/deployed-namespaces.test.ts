import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const policy = (metadata: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: ${metadata}\nspec: {podSelector: {}}\n`;
const flux = (spec: string): string =>
  `apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: shop, namespace: flux-system}\nspec: ${spec}\n`;
const argo = (spec: string): string =>
  `apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: shop, namespace: argocd}\nspec: ${spec}\n`;

interface Read {
  /** Policies and workloads with their namespaces. */
  readonly objects: readonly string[];
  readonly warnings: readonly string[];
  readonly cluster: Cluster;
}

function read(files: Readonly<Record<string, string>>, variables: Readonly<Record<string, string>> = {}): Read {
  const sources = Object.entries(files).map(([name, text]) => ({ name, text }));
  const cluster = readManifests(sources, { variables: new Map(Object.entries(variables)) });
  return {
    objects: cluster.policies.map(({ namespace, name }) => `${namespace}/${name}`).toSorted(),
    warnings: cluster.problems.map(({ message }) => message),
    cluster,
  };
}

describe("a directory that Flux puts into a namespace", () => {
  const shop = flux("{path: ./apps/shop, targetNamespace: shop}");

  it("is in that namespace, whatever its objects say, and nothing beside it is", () => {
    const { objects, warnings } = read({
      "repo/clusters/prod/shop.yaml": shop,
      "repo/apps/shop/policies.yaml": `${policy("{name: a}")}---\n${policy("{name: b, namespace: other}")}`,
      "repo/apps/shop/deep/policies.yml": policy("{name: c, namespace: _}"),
      "repo/apps/elsewhere/policy.yaml": policy("{name: d}"),
    });
    expect(objects).toEqual(["default/d", "shop/a", "shop/b", "shop/c"]);
    expect(warnings).toEqual([]);
  });

  it("has of a kustomization what that builds, over the namespace that it sets", () => {
    const { objects } = read({
      "clusters/shop.yaml": shop,
      "apps/shop/kustomization.yaml": "namespace: other\nresources: [a.yaml, ../base]\n",
      "apps/shop/a.yaml": policy("{name: a}"),
      "apps/shop/left-out.yaml": policy("{name: b}"),
      "apps/base/kustomization.yaml": "resources: [c.yaml]\n",
      "apps/base/c.yaml": policy("{name: c}"),
    });
    expect(objects).toEqual(["shop/a", "shop/c"]);
  });

  it("without a kustomization has those below it built, and not what these leave out", () => {
    const { objects } = read({
      "clusters/shop.yaml": shop,
      "apps/shop/deep/kustomization.yaml": "resources: [a.yaml]\n",
      "apps/shop/deep/a.yaml": policy("{name: a}"),
      "apps/shop/deep/er/left-out.yaml": policy("{name: b}"),
    });
    expect(objects).toEqual(["default/b", "shop/a"]);
  });

  it("leaves the namespace to what it builds where it names none", () => {
    const { objects } = read({
      "clusters/shop.yaml": flux("{path: ./apps/shop}"),
      "apps/shop/kustomization.yaml": "namespace: other\nresources: [a.yaml]\n",
      "apps/shop/a.yaml": policy("{name: a}"),
    });
    expect(objects).toEqual(["other/a"]);
  });

  it("is nothing that the input lacks, but where it is elsewhere", () => {
    const notFollowed = (spec: string, more: Readonly<Record<string, string>> = {}): readonly number[] =>
      read({
        "clusters/shop.yaml": spec,
        "apps/shop/a.yaml": policy("{name: a}"),
        ...more,
      }).cluster.inputs.notFollowed?.map(({ count }) => count) ?? [];
    expect(notFollowed(shop)).toEqual([]);
    expect(notFollowed(`${shop}---\n${flux("{path: ./apps/other}").replace("name: shop", "name: other")}`)).toEqual([
      1,
    ]);
    expect(notFollowed(shop, { "apps/shop/Chart.yaml": "name: shop\n" })).toEqual([1]);
    expect(notFollowed(argo("{source: {path: apps/shop}, destination: {}}"))).toEqual([]);
    expect(notFollowed(argo("{sources: [{path: apps/shop}, {chart: c}], destination: {}}"))).toEqual([1]);
  });

  it("is not for the root of a repository, outside of it, in no directory of the input, or with an open name", () => {
    for (const spec of [
      "{path: ./, targetNamespace: shop}",
      "{targetNamespace: shop}",
      "{path: ../apps/shop, targetNamespace: shop}",
      "{path: ./apps/other, targetNamespace: shop}",
      "{path: [apps], targetNamespace: shop}",
      "{path: ./apps/shop, targetNamespace: '${NAMESPACE}'}",
    ]) {
      const { objects, warnings } = read({ "clusters/shop.yaml": flux(spec), "apps/shop/a.yaml": policy("{name: a}") });
      expect([objects, warnings]).toEqual([["default/a"], []]);
    }
  });

  it("is built into each of several namespaces", () => {
    const { objects, warnings } = read({
      "clusters/all.yaml": `${shop}---\n${flux("{path: apps/shop, targetNamespace: other}")}`,
      "apps/shop/policy.yaml": `${policy("{name: a}")}---\n${policy("{name: b, namespace: other}")}`,
    });
    expect(objects).toEqual(["other/a", "other/b", "shop/a", "shop/b"]);
    expect(warnings).toEqual([]);
  });

  it("is named, and not followed, where something else builds it for no namespace", () => {
    const files = {
      "clusters/all.yaml": `${shop}---\n${flux("{path: apps/shop}")}`,
      "apps/shop/policy.yaml": `${policy("{name: a}")}---\n${policy("{name: b, namespace: other}")}`,
    };
    const { objects, warnings, cluster } = read(files);
    expect(objects).toEqual(["default/a", "other/b"]);
    expect(warnings).toEqual([
      'Flux puts what is in "apps/shop" into the namespace shop, which npa does not follow, because that is not all that builds it: 2 objects there were read in default, other; analyse that directory by itself with --default-namespace shop',
    ]);
    expect(cluster.problems[0]).toMatchObject({
      severity: "warning",
      location: { file: "clusters/all.yaml", line: 4, path: "spec.targetNamespace" },
      object: { kind: "Kustomization", namespace: "flux-system", name: "shop" },
    });
    const kustomized = {
      "clusters/shop.yaml": shop,
      "apps/shop/kustomization.yaml": "resources: [policy.yaml]\n",
      "apps/shop/policy.yaml": policy("{name: a}"),
      "overlay/kustomization.yaml": "resources: [../apps/shop]\n",
    };
    expect(read(kustomized).objects).toEqual(["default/a"]);
    expect(read(kustomized).warnings).toHaveLength(1);
  });

  it("is named, and not followed, where the input has several such directories", () => {
    const { objects, warnings } = read({
      "a/clusters/shop.yaml": shop,
      "a/apps/shop/policy.yaml": policy("{name: a}"),
      "apps/shop/policy.yaml": policy("{name: b}"),
    });
    expect(objects).toEqual(["default/a", "default/b"]);
    expect(warnings).toEqual([
      'Flux puts what is in "apps/shop" into the namespace shop, which npa does not follow, because the input has 2 such directories: 2 objects there were read in default; analyse that directory by itself with --default-namespace shop',
    ]);
  });

  it("is named together with others where there are many", () => {
    const both = (name: string): string =>
      ["", `, targetNamespace: ${name}x`].map((more) => flux(`{path: apps/${name}${more}}`)).join("---\n");
    const { warnings } = read(
      Object.fromEntries(
        ["a", "b", "c", "d"].flatMap((name) => [
          [`clusters/${name}.yaml`, both(name)],
          [`apps/${name}/policy.yaml`, policy(`{name: ${name}}`)],
        ]),
      ),
    );
    expect(warnings).toEqual([
      'Flux puts what is in 4 directories into namespaces of their own ("apps/a" into ax, "apps/b" into bx, "apps/c" into cx, 1 more), which npa does not follow, because that is not all that builds them: objects there were read in default; analyse each of these directories by itself with --default-namespace',
    ]);
  });

  it("gets its patches, components and variables", () => {
    const spec = `
  path: ./apps/shop
  targetNamespace: shop
  components: [../../components/extra]
  postBuild: {substitute: {APP: web, PORT: 80}}
  patches:
  - patch: |
      $patch: delete
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: gone}
`;
    const files = {
      "clusters/shop.yaml": flux(spec),
      "apps/shop/policies.yaml": `${policy("{name: '${APP}'}")}---\n${policy("{name: gone}")}`,
      "components/extra/kustomization.yaml": "kind: Component\nresources: [more.yaml]\n",
      "components/extra/more.yaml": policy('{name: "${APP}-${PORT}"}'),
    };
    expect(read(files).objects).toEqual(["shop/web", "shop/web-80"]);
    expect(read(files).cluster.notEvaluated).toMatchObject([
      {
        ref: { apiVersion: "kustomize.toolkit.fluxcd.io/v1", namespace: "shop" },
        reason: "it changes labels, or what policies select by, of what it deploys, which npa does not follow",
      },
      {
        ref: { name: "gone" },
        reason: "a patch of the kustomization in clusters/shop.yaml (shop) takes it out of what is built",
      },
    ]);
    expect(read(files, { APP: "db" }).objects).toEqual(["shop/db", "shop/db-80"]);
    // Of what is built twice nothing tells which value is meant.
    const twice = { ...files, "clusters/other.yaml": flux("{path: ./apps/shop, targetNamespace: shop}") };
    expect(read(twice).objects).toEqual(["shop/gone", "shop/web-80"]);
  });
});

describe("a directory that Argo CD puts into a namespace", () => {
  const shop = argo("{source: {path: apps/shop}, destination: {namespace: shop}}");

  it("is in that namespace where its objects and kustomizations name none", () => {
    const plain = read({
      "argocd/shop.yaml": shop,
      "apps/shop/policy.yaml": `${policy("{name: a}")}---\n${policy("{name: b, namespace: other}")}`,
      "apps/shop/deep/policy.yaml": policy("{name: c}"),
    });
    expect(plain).toMatchObject({ objects: ["default/c", "other/b", "shop/a"], warnings: [] });
    const kustomized = read({
      "argocd/shop.yaml": shop,
      "apps/shop/kustomization.yaml": "namespace: other\nresources: [policy.yaml]\n",
      "apps/shop/policy.yaml": policy("{name: a}"),
    });
    expect(kustomized.objects).toEqual(["other/a"]);
  });

  it("has directories below it where it says so, and overlays of its own", () => {
    const { objects } = read({
      "argocd/shop.yaml": argo(
        "{sources: [{path: apps/a, directory: {recurse: true}}, {path: apps/b, kustomize: {namespace: b}}, {chart: c}], destination: {namespace: shop}}",
      ),
      "apps/a/deep/policy.yaml": policy("{name: a}"),
      "apps/b/kustomization.yaml": "resources: [policy.yaml]\n",
      "apps/b/policy.yaml": policy("{name: b, namespace: other}"),
    });
    expect(objects).toEqual(["b/b", "shop/a"]);
  });

  it("is named, and not followed, where several do", () => {
    const files = (metadata: string): Readonly<Record<string, string>> => ({
      "argocd/shop.yaml": `${shop}---\n${argo("{source: {path: apps/shop}, destination: {namespace: other}}")}`,
      "apps/shop/policy.yaml": policy(metadata),
    });
    expect(read(files("{name: a}"))).toMatchObject({ objects: ["default/a"] });
    expect(read(files("{name: a}")).warnings[0]).toContain(
      'Argo CD puts what is in "apps/shop" into the namespace shop',
    );
    expect(read(files("{name: a, namespace: third}"))).toMatchObject({ objects: ["third/a"], warnings: [] });
  });
});
