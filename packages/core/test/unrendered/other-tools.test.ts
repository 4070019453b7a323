import { describe, expect, it } from "vitest";
import { analyze } from "../../src/analysis/analyze.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { isOtherLanguage, makesManifests } from "../../src/unrendered/other-language.ts";

type Files = Readonly<Record<string, string>>;
const texts = (files: Files) => Object.entries(files).map(([name, text]) => ({ name, text }));
const policy = (name: string, namespace: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: ${name}\n  namespace: ${namespace}\nspec:\n  podSelector: {}\n`;
const open: Files = {
  "plain.yaml": ["shop", "other"]
    .map(
      (namespace) =>
        `apiVersion: v1\nkind: Pod\nmetadata: {name: web, namespace: ${namespace}}\nspec: {containers: []}\n`,
    )
    .join("---\n"),
};
/** The namespaces of which it is said that they have no policies. */
function unprotected(files: Files): readonly string[] {
  const { findings } = analyze(texts({ ...open, ...files }), { rules: ["namespace-without-policies"] });
  return findings
    .flatMap(({ ruleId, object }) => (ruleId === "namespace-without-policies" ? object.name : []))
    .toSorted();
}
/** What is counted as not read, and what as not here. */
function leftOut(files: Files): readonly string[] {
  const { inputs, problems } = readManifests(texts(files));
  expect(problems).toEqual([]);
  return [
    ...(inputs.unrendered ?? []).map(({ kind, files: names }) => `${kind}: ${names.join(" ")}`),
    ...(inputs.notFollowed ?? []).map(({ kind, objects }) => `${kind}: ${objects.join(" ")}`),
  ];
}

describe("other languages", () => {
  it.each([
    ["main.jsonnet", "{kind: 'NetworkPolicy'}"],
    ["np.cue", 'apiVersion: "networking.k8s.io/v1"\nkind: "NetworkPolicy"\n'],
    ["deep/np.yaml.j2", policy("{{ x }}", "shop")],
    ["np.yaml.gotmpl", policy("a", "b")],
    ["np.yml.tftpl", policy("${a}", "b")],
    ["np.json.erb", '{"kind": "NetworkPolicy"}'],
    ["main.tf", 'resource "kubernetes_network_policy" "np" {}'],
  ])("%s is counted as what must be rendered, and never read or blamed", (name, text) => {
    expect([isOtherLanguage(name), makesManifests({ name, text })]).toEqual([true, true]);
    expect(leftOut({ [name]: text })).toEqual([`template: ${name}`]);
  });

  it.each([
    ["main.tf", 'resource "aws_vpc" "main" {}'],
    ["math.star", "def f(x): return x"],
    ["site.conf.j2", "server {{ x }};"],
    ["np.yaml", "kind: NetworkPolicy"],
    ["values.tmpl", "a: 1"],
  ])("%s of something else is none of it", (name, text) => {
    expect(isOtherLanguage(name) && makesManifests({ name, text })).toBe(false);
  });
});

describe("files and objects that have other tools make manifests", () => {
  it.each([
    ["helmfile.yaml", "releases:\n- name: a\n", "helmfile"],
    ["helmfile.d/10-a.yaml", "releases: []\n", "helmfile"],
    ["apps/fleet.yaml", "helm:\n  chart: x\n", "Fleet bundle"],
    ["devspace.yaml", "version: v2beta1\ndeployments: {}\n", "DevSpace project"],
    [
      "skaffold.yaml",
      "apiVersion: skaffold/v4beta6\nkind: Config\ndeploy:\n  helm:\n    releases: []\n",
      "Skaffold project",
    ],
    ["inventory/targets/dev.yml", "parameters:\n  kapitan:\n    compile: []\n", "Kapitan target"],
    ["cdk8s.yaml", "language: go\napp: go run .\n", "cdk8s app"],
    ["vendir.yml", "apiVersion: vendir.k14s.io/v1alpha1\nkind: Config\ndirectories: []\n", "vendir configuration"],
  ])("%s", (name, text, kind) => {
    expect(leftOut({ [name]: text })).toEqual([`${kind}: ${name}`]);
  });

  it("what cdk8s has made is in the input; skaffold that applies plain files makes none", () => {
    const made = { "cdk8s.yaml": "app: go run .\n", "dist/app.k8s.yaml": policy("a", "b") };
    expect(leftOut(made)).toEqual([]);
    expect(leftOut({ "skaffold.yaml": "kind: Config\nmanifests:\n  rawYaml: [k8s/*.yaml]\n" })).toEqual([]);
  });

  it.each([
    ["packaging.carvel.dev/v1alpha1", "PackageInstall"],
    ["configsync.gke.io/v1beta1", "RootSync"],
    ["fluxcd.controlplane.io/v1", "ResourceSet"],
    ["addons.cluster.x-k8s.io/v1beta1", "ClusterResourceSet"],
  ])("%s %s", (apiVersion, kind) => {
    const text = `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a, namespace: b}\n`;
    expect(leftOut({ "a.yaml": text })).toEqual([`${kind}: b/a`]);
  });

  it("directives of Terraform make a template", () => {
    expect(leftOut({ "np.yaml": `${policy("a", "b")}%{ if x }\n  egress: []\n%{ endif }\n` })).toEqual([
      "template: np.yaml",
    ]);
  });
});

describe("policies that are not read", () => {
  it.each([
    ["no template", {}, ["other", "shop"]],
    [
      "a template without policies",
      { "a.yaml.j2": "kind: Deployment\nmetadata: {name: {{ x }}}\n" },
      ["other", "shop"],
    ],
    [
      "a template of another sort of policy",
      { "a.yaml": policy("{{ x }}", "b").replace("NetworkPolicy", "PodSecurityPolicy") },
      ["other", "shop"],
    ],
    [
      "a template that asks whether policies are on",
      {
        "c/Chart.yaml": "name: c\n",
        "c/templates/d.yaml": "kind: Deployment\n{{ if .Values.networkPolicy.enabled }}\n{{ end }}\n",
      },
      ["other", "shop"],
    ],
    [
      "a template that includes one",
      { "c/Chart.yaml": "name: c\n", "c/templates/np.yaml": '{{ include "common.networkpolicy" . }}\n' },
      [],
    ],
    ["a template with a policy of any namespace", { "np.yaml": policy("{{ x }}", "{{ ns }}") }, []],
    ["of a namespace that is written", { "np.yaml": policy("{{ x }}", "shop") }, ["other"]],
    ["of two", { "np.yaml": `${policy("{{ x }}", "shop")}---\n${policy("{{ x }}", "other")}` }, []],
    [
      "in a chart",
      { "c/Chart.yaml": "name: c\n", "c/templates/np.yaml": policy("{{ x }}", "{{ .Release.Namespace }}") },
      [],
    ],
    ["in a language", { "main.jsonnet": "local k = import 'k.libsonnet'; k.networking.v1.networkPolicy.new('x')" }, []],
    [
      "made by a rule of Kyverno",
      {
        "k.yaml":
          "apiVersion: kyverno.io/v1\nkind: ClusterPolicy\nmetadata: {name: deny}\nspec:\n  rules:\n  - generate: {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, name: deny, namespace: '{{request.object.metadata.name}}', data: {spec: {podSelector: {}}}}\n",
      },
      [],
    ],
    [
      "made by Crossplane",
      {
        "o.yaml":
          "apiVersion: kubernetes.crossplane.io/v1alpha2\nkind: Object\nmetadata: {name: o}\nspec:\n  forProvider:\n    manifest:\n      apiVersion: networking.k8s.io/v1\n      kind: NetworkPolicy\n      metadata: {name: np, namespace: shop}\n",
      },
      ["other"],
    ],
    [
      "only referred to",
      {
        "r.yaml":
          "apiVersion: wgpolicyk8s.io/v1alpha2\nkind: PolicyReport\nmetadata: {name: r, namespace: shop}\nresults:\n- resources:\n  - kind: NetworkPolicy\n    name: np\n",
      },
      ["other", "shop"],
    ],
    [
      "made by Capsule",
      {
        "t.yaml":
          "apiVersion: capsule.clastix.io/v1beta2\nkind: Tenant\nmetadata: {name: t}\nspec: {networkPolicies: {items: []}}\n",
      },
      [],
    ],
    [
      "inherited",
      {
        "h.yaml":
          "apiVersion: hnc.x-k8s.io/v1alpha2\nkind: HierarchyConfiguration\nmetadata: {name: hierarchy, namespace: shop}\nspec: {parent: org}\n",
      },
      ["other"],
    ],
  ] as const)("%s", (_name, files, expected) => {
    expect(unprotected(files)).toEqual(expected);
  });
});

it("objects that are yet to be named, or have no name, are told by what is known", () => {
  const run = (metadata: string): string => `apiVersion: tekton.dev/v1\nkind: TaskRun\nmetadata: ${metadata}\n`;
  const named = (metadata: string): readonly string[] =>
    analyze(texts({ ...open, "run.yaml": run(metadata) })).notEvaluated.flatMap(({ objects }) => objects);
  expect(named("{generateName: build-, namespace: ci}")).toEqual(["ci/build-*"]);
  expect(named("{generateName: 'x\\e[31m'}")).toEqual(["default/(no name)"]);
  expect(named("{}")).toEqual(["default/(no name)"]);
});
