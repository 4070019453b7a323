import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

const policy = (name: string, namespace: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: ${namespace}}\nspec: {podSelector: {}}\n`;
const deployment = (name: string, more = ""): string =>
  `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}${more}}\nspec: {template: {metadata: {labels: {app: ${name}}}, spec: {containers: []}}}\n`;

function read(files: Readonly<Record<string, string>>): Cluster {
  return readManifests(Object.entries(files).map(([name, text]) => ({ name, text })));
}

/** What is left unread, as `kind: files`. */
function unrendered({ inputs }: Cluster): readonly string[] {
  return (inputs.unrendered ?? []).map(({ kind, files }) => `${kind}: ${files.join(" ")}`);
}

describe("templates", () => {
  it.each([
    ["in words", "kind: NetworkPolicy"],
    ["in quotes", '"kind" : "NetworkPolicy"'],
    ["on the next line", "kind:\n  NetworkPolicy"],
    ["with a tag", "kind: !k!str NetworkPolicy"],
    ["with an anchor", "kind: &a NetworkPolicy"],
    ["in a block", "kind: >-\n  NetworkPolicy"],
    ["with an escape", String.raw`kind: "Network\x50olicy"`],
    ["under a key with an escape", String.raw`"k\u0069nd": NetworkPolicy`],
  ])("make policies whose kind is written %s", (_, kind) => {
    const text = `#@ x\napiVersion: networking.k8s.io/v1\n${kind}\nmetadata: {name: open}\nspec: {ingress: [{}]}\n`;
    const { notEvaluated, policies } = read({ "a.yaml": text, "b.yaml": deployment("web") });
    expect(policies).toEqual([]);
    expect(notEvaluated.map(({ ref }) => `${ref.kind} ${ref.name}`)).toEqual(["template a.yaml"]);
  });

  it.each([
    ["ytt: a statement", '#@ load("@ytt:data", "data")\n---\n' + policy("a", "b")],
    ["ytt: a value", policy("a", "b") + "x: #@ data.values.x\n"],
    ["ytt: an overlay", "#@overlay/match by=overlay.all\n---\n" + policy("a", "b")],
    ["ytt: text in a value", policy("(@= data.values.name @)", "b")],
    ["Go: a value", policy("{{ .Release.Name }}", "b")],
    ["Go: a quoted value", policy("'{{ .Release.Name }}'", "b")],
    ["Go: part of a value", policy("web-{{ .Release.Name }}", "b")],
    ["Go: a label", deployment("a", ', labels: {app: "{{ .x }}"}')],
    ["Go: a selector", policy("a", "b").replace("podSelector: {}", "podSelector: {matchLabels: {'{{ .k }}': v}}")],
    ["Go: a number", deployment("a").replace("{template:", "{replicas: '{{ .n }}', template:")],
    ["Jinja", `{% if x %}\n${policy("a", "b")}{% endif %}\n`],
    ["ERB: a value", policy("<%= name %>", "b")],
    ["ERB: a line", `${policy("a", "b")}<% if x %>\n  y: z\n`],
    ["spruce", policy("(( grab meta.name ))", "b")],
    ["autoconf and sed", policy("@STS_NAME@", "b")],
    ["sed, quoted", policy("'@@STS_NAME@@'", "b")],
    ["Chainsaw", policy("web", "\"(join('-', ['team', $namespace]))\"")],
    ["a name between percent signs", policy("%NAME%", "b")],
    ["a name between underscores", policy("__NAME__", "b")],
    ["a variable of a shell", policy("web-$NAME", "b")],
    ["what the reader is to fill in", policy("<your-app>", "b")],
    [
      "an address to fill in",
      policy("a", "b").replace("podSelector: {}", "podSelector: {}, egress: [{to: [{ipBlock: {cidr: <your-cidr>}}]}]"),
    ],
  ])("%s is counted, and never read or blamed", (_name, text) => {
    // What kubectl would apply as it stands makes the answer incomplete.
    const isApplied = /name: a\b/.test(text) && text.includes("#@") && !text.includes("(@=");
    const cluster = read({ "a.yaml": text });
    expect(unrendered(cluster)).toEqual(["template: a.yaml"]);
    expect(cluster.problems.filter(({ code }) => code !== "unreadable-file")).toEqual([]);
    expect(cluster.problems.length).toBe(isApplied ? 1 : 0);
    expect([...cluster.policies, ...cluster.workloads, ...cluster.refusedPolicies]).toEqual([]);
  });

  it.each([
    ["a comment", `# {{ x }} and #@x\n${policy("a", "b")}`],
    ["an annotation", policy("a", "b").replace("{name: a", "{annotations: {note: '{{ x }} <% y'}, name: a")],
    ["a ytt comment in a block text", `${policy("a", "b")}note: |\n  #@ x\n`],
    ["an unknown field", policy("a", "b").replace("podSelector", "note: '{{ x }}', podSelector")],
    ["another document's data", `kind: ConfigMap\napiVersion: v1\ndata: {a: "{{ x }}"}\n---\n${policy("a", "b")}`],
  ])("marks in %s make no template", (_name, text) => {
    const cluster = read({ "a.yaml": text });
    expect(unrendered(cluster)).toEqual([]);
    expect(cluster.policies).toHaveLength(1);
  });

  it.each([
    ["a template of ytt", { "a.yaml": `# %YAML 1.1\r%TAG !k! tag:yaml.org,2002:\r---\r#@ x\n${policy("a", "b")}` }],
    [
      "a template of a chart",
      { "c/Chart.yaml": "name: c\n", "c/templates/a.yaml": `%YAML 1.1\n---\n${policy("{{ .x }}", "b")}` },
    ],
  ])("%s excuses no fault that kubectl may read over", (_name, files) => {
    expect(read(files).problems).toMatchObject([{ code: "yaml-syntax", unreadable: true }]);
  });

  it("a document beside a template is read", () => {
    const cluster = read({ "a.yaml": `${policy("{{ .x }}", "b")}---\n${policy("a", "b")}` });
    expect(cluster.policies.map(({ name }) => name)).toEqual(["a"]);
    expect(unrendered(cluster)).toEqual(["template: a.yaml"]);
  });

  it("a chart is left unread as a whole: its templates, those of its charts, its values", () => {
    const cluster = read({
      "c/Chart.yaml": "apiVersion: v2\nname: c\n",
      "c/values.yaml": "a: 1\n",
      "c/values-prod.yaml": "kind: x\napiVersion: y\n",
      "c/templates/np.yaml": policy("static", "b"),
      "c/charts/d/Chart.yaml": "apiVersion: v2\nname: d\n",
      "c/charts/d/templates/deep/np.yaml": policy("static", "b"),
      "c/crds/crd.yaml": "kind: CustomResourceDefinition\napiVersion: apiextensions.k8s.io/v1\n",
      "templates/np.yaml": policy("outside", "b"),
    });
    expect(unrendered(cluster)).toEqual([
      "template: c/templates/np.yaml c/charts/d/templates/deep/np.yaml",
      "values: c/Chart.yaml c/values.yaml c/values-prod.yaml c/charts/d/Chart.yaml",
    ]);
    expect(cluster.policies.map(({ name }) => name)).toEqual(["outside"]);
    expect(cluster.inputs.files).toBe(8);
  });
});

describe("kustomizations", () => {
  it("name patches and generators' files, which are no manifests; what is a resource as well is one", () => {
    const cluster = read({
      "o/kustomization.yaml": [
        "resources: [d.yaml, both.yaml]",
        "patches: [{path: p1.yaml}, {path: both.yaml}, {patch: '- op: remove'}]",
        "patchesStrategicMerge: [./sub/../p2.yaml]",
        "patchesJson6902: [{target: {kind: Deployment}, path: p3.json}]",
        "configMapGenerator: [{name: c, files: [key=c.yaml]}]",
        "replacements: [{path: r.yaml}]",
        "transformers: [t.yaml]",
      ].join("\n"),
      "o/d.yaml": deployment("a"),
      "o/both.yaml": deployment("b"),
      "o/p1.yaml": "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: a}\n",
      "o/p2.yaml": "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: a}\nspec: {template: {spec: {}}}\n",
      "o/p3.json": "[]",
      "o/c.yaml": policy("c", "c"),
      "o/r.yaml": "a: 1\n",
      "o/t.yaml": "kind: LabelTransformer\napiVersion: builtin\nmetadata: {name: l}\n",
    });
    expect(unrendered(cluster)).toEqual([
      "kustomization: o/kustomization.yaml",
      "patch: o/p1.yaml o/p2.yaml o/p3.json o/c.yaml o/r.yaml",
    ]);
    expect(cluster.inputs.unrendered?.[1]?.count).toBe(6);
    expect(cluster.workloads.map(({ name }) => name)).toEqual(["a", "b"]);
    // It says that it is a policy, whatever else a kustomization uses it for.
    expect(cluster.problems.map(({ code, location }) => [code, location?.file])).toEqual([
      ["unreadable-file", "o/c.yaml"],
    ]);
  });

  it.each([
    ["its own", { "k/kustomization.yaml": "namespace: own\nresources: [d.yaml]" }, "own"],
    ["none", { "k/kustomization.yaml": "resources: [d.yaml]" }, "written"],
    [
      "the outer one's",
      {
        "k/kustomization.yaml": "namespace: own\nresources: [d.yaml]",
        "o/kustomization.yml": "namespace: out\nbases: [../k]",
      },
      "out",
    ],
    [
      "nobody's where overlays disagree and one sets none",
      {
        "k/kustomization.yaml": "resources: [d.yaml]",
        "dev/kustomization.yaml": "namespace: dev\nresources: [../k]",
        "prod/kustomization.yaml": "resources: [../k]",
      },
      "written",
    ],
    [
      "a component's user's",
      {
        "k/kustomization.yaml": "kind: Component\nresources: [d.yaml]",
        "o/Kustomization": "namespace: out\ncomponents: [../k]",
      },
      "out",
    ],
    ["its own in a circle", { "k/kustomization.yaml": "namespace: own\nresources: [d.yaml, ../k]" }, "own"],
  ])("a resource is in the namespace of its kustomization: %s", (_name, kustomizations, expected) => {
    const cluster = read({
      ...kustomizations,
      "k/d.yaml": `${policy("a", "written")}---\n${deployment("d", ", namespace: written")}`,
    });
    expect([cluster.policies[0]?.namespace, cluster.workloads[0]?.namespace]).toEqual([expected, expected]);
  });

  it("a resource is in each namespace that kustomizations put it into", () => {
    const { policies, workloads, problems } = read({
      "k/kustomization.yaml": "namespace: own\nresources: [d.yaml]",
      "apps/kustomization.yaml": "resources: [a, b]\n",
      "apps/a/kustomization.yaml": "namespace: a\nresources: [../../k]\n",
      "apps/b/kustomization.yaml": "namespace: b\nresources: [../../k, p.yaml]\n",
      "apps/b/p.yaml": policy("p", "written"),
      "k/d.yaml": `${policy("x", "written")}---\n${deployment("d")}`,
    });
    expect(policies.map(({ namespace, name }) => `${namespace}/${name}`).toSorted()).toEqual(["a/x", "b/p", "b/x"]);
    expect(workloads.map(({ namespace }) => namespace)).toEqual(["a", "b"]);
    expect(problems).toEqual([]);
  });

  it("a resource is followed into so many namespaces as anybody has", () => {
    const overlays = Array.from(
      { length: 101 },
      (_, i) => [`o${i}/kustomization.yaml`, `namespace: n${i}\nresources: [../k]\n`] as const,
    );
    const files = { "k/kustomization.yaml": "resources: [d.yaml]", "k/d.yaml": policy("x", "written") };
    const count = (many: number): number =>
      read({ ...files, ...Object.fromEntries(overlays.slice(0, many)) }).policies.length;
    expect([count(100), count(101)]).toEqual([100, 1]);
  });

  it("renames a Namespace, and leaves what is in none", () => {
    const text = "apiVersion: v1\nkind: Namespace\nmetadata: {name: x, labels: {a: b}}\n";
    const cluster = read({ "kustomization.yaml": "namespace: shop\nresources: [ns.yaml]", "ns.yaml": text });
    expect([...cluster.namespaces.values()].map(({ name, declared }) => [name, declared])).toEqual([["shop", true]]);
  });

  it("overlays are alternatives, and so are a base and files beside it; twice within one build is a duplicate", () => {
    const np = policy("a", "b");
    const overlays = read({
      "dev/kustomization.yaml": "resources: [np.yaml]",
      "dev/np.yaml": np,
      "prod/kustomization.yaml": "resources: [np.yaml]",
      "prod/np.yaml": np,
      "beside.yaml": np,
    });
    expect([overlays.problems, overlays.inputs.alternatives]).toEqual([[], 2]);
    const together = read({
      "base/kustomization.yaml": "resources: [np.yaml]",
      "base/np.yaml": np,
      "prod/kustomization.yaml": "resources: [np.yaml, ../base]",
      "prod/np.yaml": np,
    });
    expect(together.problems.map(({ code }) => code)).toEqual(["duplicate-object"]);
    expect(read({ "a.yaml": np, "b.yaml": np }).problems).toHaveLength(1);
  });

  it("a broken one says nothing", () => {
    const cluster = read({ "kustomization.yaml": "resources: [", "d.yaml": deployment("d") });
    expect(cluster.problems).toEqual([]);
    expect(cluster.workloads).toHaveLength(1);
  });
});

describe("what is not followed", () => {
  it("is counted by kind", () => {
    const object = (kind: string, apiVersion: string, name: string): string =>
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: x}\n`;
    const cluster = read({
      "a.yaml": [
        object("HelmRelease", "helm.toolkit.fluxcd.io/v2", "a"),
        object("HelmRelease", "helm.toolkit.fluxcd.io/v2beta1", "b"),
        object("Application", "argoproj.io/v1alpha1", "c"),
        object("Application", "app.k8s.io/v1beta1", "other"),
        object("Kustomization", "kustomize.toolkit.fluxcd.io/v1", "d"),
      ].join("---\n"),
      "kustomization.yaml": [
        "resources: [a.yaml, 'https://x.example/y.yaml', 'github.com/o/r//deploy?ref=v1', missing]",
        "helmCharts: [{name: redis, repo: 'https://x.example'}]",
      ].join("\n"),
    });
    expect(cluster.inputs.notFollowed).toEqual([
      { kind: "Application", count: 1, objects: ["x/c"] },
      { kind: "HelmRelease", count: 2, objects: ["x/a", "x/b"] },
      { kind: "Kustomization", count: 1, objects: ["x/d"] },
      {
        kind: "remote base",
        count: 3,
        objects: ["https://x.example/y.yaml", "github.com/o/r//deploy?ref=v1", "redis"],
      },
    ]);
    expect(cluster.problems).toEqual([]);
  });
});

describe("variables without a value", () => {
  it("leave the object open: named, and never refused", () => {
    const cluster = read({
      "a.yaml": `${policy("a", "'${ns}'")}---\n${deployment("'web-${x}'")}---\n${policy("b", "$(NS)")}`,
    });
    expect(cluster.problems).toEqual([]);
    expect([...cluster.policies, ...cluster.refusedPolicies, ...cluster.workloads]).toEqual([]);
    expect(cluster.notEvaluated.map(({ ref, reason }) => `${ref.kind}: ${reason}`).toSorted()).toEqual([
      "Deployment: metadata.name is ${x}, which has no value here: --set-var x=VALUE gives it one",
      "NetworkPolicy: metadata.namespace is $(NS), which has no value here: --set-var NS=VALUE gives it one",
      "NetworkPolicy: metadata.namespace is ${ns}, which has no value here: --set-var ns=VALUE gives it one",
    ]);
  });

  it("in fields that pods can do without leave the pods", () => {
    const cluster = read({ "a.yaml": deployment("a").replace("{template:", "{replicas: '${n}', template:") });
    expect(cluster.workloads).toHaveLength(1);
    expect(cluster.notEvaluated.map(({ reason }) => reason)).toEqual([
      "spec.replicas is ${n}, which has no value here: --set-var n=VALUE gives it one",
    ]);
  });
});

describe("a kustomization that changes labels", () => {
  const own = policy("a", "b").replace(", namespace: b", "");
  const changed = (kustomization: string, more: Readonly<Record<string, string>> = {}): readonly string[] => {
    const files = { "k/kustomization.yaml": `resources: [np.yaml]\n${kustomization}`, "k/np.yaml": own, ...more };
    const { notEvaluated } = read(files);
    return notEvaluated.map(({ ref }) => `${ref.kind} ${ref.namespace} ${ref.name}`);
  };
  const itself = ["Kustomization default k"];

  it.each([
    ["labels of everything", "commonLabels: {a: b}"],
    ["labels of selectors", "labels: [{pairs: {a: b}, includeSelectors: true}]"],
    ["labels of templates", "labels: [{pairs: {a: b}, includeTemplates: true}]"],
    ["a patch of labels", 'patches: [{patch: "- {op: add, path: /spec/template/metadata/labels/a, value: b}"}]'],
    ["a patch of policies", "patches: [{target: {kind: NetworkPolicy}, patch: x}]"],
  ])("may do so by %s", (_, kustomization) => {
    expect(changed(kustomization)).toEqual(itself);
  });

  it("may do so by a file, by a component, and by what builds it", () => {
    const patch =
      "kind: Deployment\napiVersion: apps/v1\nmetadata: {name: a}\nspec: {template: {metadata: {labels: {a: b}}}}\n";
    expect(changed("patches: [{path: p.yaml}]", { "k/p.yaml": patch })).toEqual(itself);
    const component = { "c/kustomization.yaml": "kind: Component\ncommonLabels: {a: b}\n" };
    expect(changed("components: [../c]", component)).toEqual(itself);
    const over = { "o/kustomization.yaml": "resources: [../k]\ncommonLabels: {a: b}\n" };
    expect(changed("", over)).toEqual(["Kustomization default o"]);
  });

  it.each([
    ["nothing", ""],
    ["labels of objects only", "labels: [{pairs: {a: b}}]"],
    ["replicas and images", "replicas: [{name: a, count: 3}]\nimages: [{name: x, newTag: y}]"],
    ["a patch of something else", 'patches: [{patch: "- {op: replace, path: /spec/replicas, value: 3}"}]'],
  ])("does not by %s", (_, kustomization) => {
    expect(changed(kustomization)).toEqual([]);
  });

  it("is of no concern to what it does not build", () => {
    const files = { "k/kustomization.yaml": "commonLabels: {a: b}\n", "np.yaml": policy("a", "b") };
    expect(read(files).notEvaluated).toEqual([]);
  });
});

describe("a Namespace of a kustomization", () => {
  const space = "apiVersion: v1\nkind: Namespace\nmetadata: {name: _, labels: {team: a}}\n";
  const component = { "c/kustomization.yaml": "kind: Component\nresources: [ns.yaml]\n", "c/ns.yaml": space };
  const names = (files: Readonly<Record<string, string>>): readonly string[] => {
    const { namespaces, problems } = read(files);
    expect(problems).toEqual([]);
    return [...namespaces.values()]
      .filter(({ declared }) => declared)
      .map(({ name, labels }) => `${name} ${labels["team"]}`);
  };
  const overlay = (namespace: string): string => `namespace: ${namespace}\ncomponents: [../c]\n`;

  it("has the name that its kustomization sets, and is several where several do", () => {
    expect(names({ ...component, "one/kustomization.yaml": overlay("one") })).toEqual(["one a"]);
    const both = { ...component, "one/kustomization.yaml": overlay("one"), "two/kustomization.yaml": overlay("two") };
    expect(names(both)).toEqual(["one a", "two a"]);
  });

  it("keeps its own name where one sets none", () => {
    const files = {
      "base/kustomization.yaml": "resources: [ns.yaml]\n",
      "base/ns.yaml": space.replace("_", "own"),
      "one/kustomization.yaml": "namespace: one\nresources: [../base]\n",
      "two/kustomization.yaml": "resources: [../base]\n",
    };
    expect(names(files)).toEqual(["one a", "own a"]);
    expect(names({ ...files, "one/kustomization.yaml": "namespace: own\nresources: [../base]\n" })).toEqual(["own a"]);
  });

  it("is no place for what is in none", () => {
    const pool = "apiVersion: crd.projectcalico.org/v1\nkind: IPPool\nmetadata: {name: p}\nspec: {cidr: 10.0.0.0/8}\n";
    const { facts = [] } = read({ "kustomization.yaml": "namespace: one\nresources: [p.yaml]\n", "p.yaml": pool });
    expect(facts.map(({ object }) => object.namespace)).toEqual([undefined, undefined]);
  });
});
