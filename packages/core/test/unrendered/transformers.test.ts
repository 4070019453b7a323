import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const policy = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: a}\nspec: {podSelector: {}}\n";
const namespace = "apiVersion: v1\nkind: Namespace\nmetadata: {name: .invalid}\n";
const ofNamespace = (more = ""): string =>
  `apiVersion: builtin\nkind: NamespaceTransformer\nmetadata: {name: t, namespace: x}\nfieldSpecs: [{path: metadata/name, kind: Namespace, create: true}${more}]\n`;
const deploys = ", {path: spec/targetNamespace, kind: Kustomization, create: true}";
const flux =
  "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: web}\nspec: {path: ./apps/web/app, sourceRef: {kind: GitRepository, name: r}}\n";

function read(files: Readonly<Record<string, string>>): Cluster {
  return readManifests(Object.entries(files).map(([name, text]) => ({ name, text })));
}

const app = {
  "apps/namespace.yaml": namespace,
  "apps/a.yaml": policy,
  "apps/kustomization.yaml": "resources: [namespace.yaml, a.yaml]\ntransformers: [./transformers]\n",
  "apps/transformers/kustomization.yaml": "namespace: shop\nresources: [../../transformers]\n",
  "transformers/kustomization.yaml": "resources: [t.yaml]\n",
};

describe("transformers of a kustomization", () => {
  it("set the namespace of what it builds, and its name", () => {
    const { policies, namespaces, problems } = read({ ...app, "transformers/t.yaml": ofNamespace() });
    expect(problems).toEqual([]);
    expect(policies.map((each) => each.namespace)).toEqual(["shop"]);
    expect([...namespaces.keys()]).toEqual(["shop"]);
  });

  it("count for more than its own namespace", () => {
    const kustomization = `namespace: other\n${app["apps/kustomization.yaml"]}`;
    const { policies } = read({
      ...app,
      "apps/kustomization.yaml": kustomization,
      "transformers/t.yaml": ofNamespace(),
    });
    expect(policies.map((each) => each.namespace)).toEqual(["shop"]);
  });

  it("set the namespace that Flux deploys into, where they say so", () => {
    const deployed = {
      ...app,
      "apps/kustomization.yaml": "resources: [namespace.yaml, web/ks.yaml]\ntransformers: [./transformers]\n",
      "apps/web/ks.yaml": flux,
      "apps/web/app/kustomization.yaml": "resources: [b.yaml]\n",
      "apps/web/app/b.yaml": policy,
    };
    const { "apps/a.yaml": _, ...files } = deployed;
    const placed = (transformer: string): readonly unknown[] =>
      read({ ...files, "transformers/t.yaml": transformer }).policies.map((each) => each.namespace);
    expect(placed(ofNamespace(deploys))).toEqual(["shop"]);
    expect(placed(ofNamespace())).toEqual(["default"]);
  });

  it.each([
    ["one that changes labels", "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: t}\nlabels: {a: b}\n"],
    ["one that is not in the input", undefined],
  ])("leave %s open", (_, transformer) => {
    const { notEvaluated } = read({
      ...app,
      ...(transformer === undefined ? {} : { "transformers/t.yaml": transformer }),
    });
    expect(notEvaluated.map(({ ref, reason }) => [ref.kind, reason])).toContainEqual([
      "Kustomization",
      expect.stringContaining("it changes labels"),
    ]);
  });

  it("change nothing that npa asks for by annotations", () => {
    const annotations = "apiVersion: builtin\nkind: AnnotationsTransformer\nmetadata: {name: t}\nannotations: {a: b}\n";
    const { notEvaluated } = read({
      "apps/a.yaml": policy,
      "apps/kustomization.yaml": "resources: [a.yaml]\ntransformers: [t.yaml]\n",
      "apps/t.yaml": annotations,
    });
    expect(notEvaluated).toEqual([]);
  });

  it("end where they name themselves", () => {
    const { notEvaluated } = read({ ...app, "transformers/kustomization.yaml": "resources: [.]\n" });
    expect(notEvaluated).toHaveLength(1);
  });
});
