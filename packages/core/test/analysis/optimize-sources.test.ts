import { describe, expect, it } from "vitest";
import { optimizeSources } from "../../src/analysis/optimize-sources.ts";
import type { OptimizeOptions } from "../../src/analysis/optimize-cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

interface Made {
  readonly steps: readonly string[];
  /** Each with why it is not done. */
  readonly left: readonly string[];
  readonly text: (name: string) => string | undefined;
  readonly manifests: string;
}

/** Without rules nothing rests on findings. */
function optimized(files: Readonly<Record<string, string>>, options: OptimizeOptions = {}): Made {
  const sources = Object.entries(files).map(([name, text]) => ({ name, text }));
  const result = optimizeSources({ rules: [], ...options, sources, read: (texts) => readManifests(texts) });
  return {
    steps: result.plan.steps.map(({ description }) => description),
    left: result.plan.withheld.map(({ description, reason }) => `${description}: ${reason}`),
    text: (name) => result.files().find((file) => file.name === name)?.after,
    manifests: result.manifests(),
  };
}

/** A policy for the pods of one app, with ingress from others, each on port 80. */
function policy(
  name: string,
  from: readonly string[],
  more: { readonly labels?: string; readonly app?: string } = {},
): string {
  const rules = from.map(
    (app) => `    - from:
        - podSelector:
            matchLabels:
              app: ${app}
      ports:
        - port: 80
`,
  );
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: shop
${more.labels === undefined ? "" : `  labels: ${more.labels}\n`}spec:
  podSelector:
    matchLabels:
      app: ${more.app ?? "web"}
  policyTypes:
    - Ingress
${rules.length === 0 ? "" : `  ingress:\n${rules.join("")}`}`;
}

const kustomization = (...resources: readonly string[]): string =>
  `resources:\n${resources.map((each) => `  - ${each}\n`).join("")}`;

describe("optimizeSources", () => {
  it("leaves alone what kustomizations build into several namespaces, and prints it for each", () => {
    const files = {
      "kustomization.yaml": kustomization("a", "b"),
      "a/kustomization.yaml": `namespace: a\n${kustomization("../base")}`,
      "b/kustomization.yaml": `namespace: b\n${kustomization("../base")}`,
      "base/kustomization.yaml": kustomization("p.yaml"),
      "base/p.yaml": `${policy("web", ["proxy", "proxy"])}---\n${policy("copy", ["proxy"])}`,
    };
    const made = optimized(files);
    expect(made.steps).toEqual([]);
    const reasons = new Set(made.left.map((line) => line.slice(line.indexOf(": ") + 2)));
    expect([...reasons]).toEqual([
      "kustomizations build its file into 2 namespaces: what is changed there changes in all of them",
    ]);
    expect(made.text("base/p.yaml")).toBeUndefined();
    expect(made.manifests.match(/^ {2}namespace: .*$/gm)).toEqual([
      "  namespace: a",
      "  namespace: a",
      "  namespace: b",
      "  namespace: b",
    ]);
  });

  it("leaves alone what has taken the place of another policy of its name: that one would be in force", () => {
    const files = {
      "a.yaml": policy("web-b", ["other"]),
      "b.yaml": `${policy("web-a", ["proxy"])}---\n${policy("web-b", ["proxy"])}`,
    };
    expect(optimized(files)).toMatchObject({
      steps: [],
      left: [
        "delete shop/web-b: it takes the place of another one of its name (a.yaml:4:9): remove or rename one first",
        "make one policy of shop/web-a and shop/web-b: it takes the place of another one of its name (a.yaml:4:9): remove or rename one first",
      ],
    });
  });

  it("does not let policies of Cilium come back either", () => {
    const cilium = (name: string, from: string): string => `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: web } }
  ingress: [{ fromEndpoints: [{ matchLabels: { app: ${from} } }] }]
`;
    const text = [cilium("b", "other"), cilium("b", "proxy"), cilium("a", "proxy")].join("---\n");
    expect(optimized({ "a.yaml": text })).toMatchObject({
      steps: [],
      left: ["delete shop/b: it takes the place of another one of its name (a.yaml:3:19): remove or rename one first"],
    });
  });

  it("prints the namespace that a kustomization puts policies into", () => {
    const web = policy("web", ["proxy"]).replace("  namespace: shop\n", "");
    const files = {
      "one/kustomization.yaml": `namespace: one\n${kustomization("web.yaml")}`,
      "one/web.yaml": `# Ours.\n${web}`,
      "two/kustomization.yaml": `namespace: two\n${kustomization("web.yaml")}`,
      "two/web.yaml": policy("web", ["proxy"]),
      "web.yaml": web,
    };
    expect(optimized(files).manifests.match(/^(?:#.*| {2}namespace: .*|---)$/gm)).toEqual([
      "---",
      "# Ours.",
      "  namespace: one",
      "---",
      "  namespace: two",
    ]);
  });

  it("prints every policy with its comments and one kind of line ends, or anew where its text would not read the same", () => {
    const crlf = `# Head.\n${policy("a", ["proxy"])}--- # Source: b.\n${policy("b", ["x"], { app: "b" })}# Tail.\n`;
    const bare = "{ apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: { name: c }, spec: {} }";
    const { manifests } = optimized({ "a.yaml": crlf.replaceAll("\n", "\r\n"), "c.yaml": `--- ${bare}\n` });
    expect(manifests).toBe(
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: c\nspec: {}\n---\n${crlf.replace("--- #", "---\n#")}`,
    );
    const old = [policy("a", ["proxy"]), policy("b", ["x"], { app: "b" })].join("---\n").replaceAll("\n", "\r");
    // Only the first is read: lines that end so do not part documents.
    expect(optimized({ "a.yaml": old }).manifests).toBe(policy("a", ["proxy"]));
  });

  it("prints the policies for nodes of Cilium, and once what is about pods and nodes", () => {
    const clusterwide = (name: string, rules: string): string =>
      `apiVersion: cilium.io/v2\nkind: CiliumClusterwideNetworkPolicy\nmetadata:\n  name: ${name}\n${rules}\n`;
    const ofNodes = "nodeSelector: {}, ingress: [{fromEntities: [cluster]}]";
    const ofPods = "endpointSelector: {}, ingress: [{fromEntities: [host]}]";
    const text = `${clusterwide("both", `specs: [{${ofNodes}}, {${ofPods}}, {${ofPods}}]`)}---\n${clusterwide("nodes", `spec: {${ofNodes}}`)}`;
    expect(optimized({ "a.yaml": text }).manifests).toBe(text);
  });

  it("calls several policies what the only one with rules is called", () => {
    const denies = policy("deny-but-proxy", []).replace("Ingress\n", "Ingress\n  ingress: []\n");
    const { steps, left, text } = optimized({ "a.yaml": `${denies}---\n${policy("from-the-proxy", ["proxy"])}` });
    expect({ steps, left }).toEqual({ steps: ["delete shop/deny-but-proxy"], left: [] });
    expect(text("a.yaml")).toContain(policy("from-the-proxy", ["proxy"]));
  });

  it("moves nothing under a comment that tells of something else", () => {
    const commented = `# Only the proxy may.\n${policy("allow-proxy", ["proxy"])}`;
    const others = [policy("allow-a", ["a"]), policy("allow-b", ["b"])].join("---\n");
    const { steps, left, text } = optimized({ "a.yaml": `${commented}---\n${others}` });
    expect(steps).toEqual([
      "make web-ingress of shop/allow-a and shop/allow-b",
      "move the peers of spec.ingress[1] into spec.ingress[0] of shop/web-ingress",
    ]);
    expect(left).toEqual(["make one policy of shop/web-ingress and shop/allow-proxy: a comment would go with it"]);
    expect(text("a.yaml")?.startsWith(`${commented}---\n# Merged from allow-a and allow-b.\n`)).toBe(true);
    const named = `# Who may reach web.\n${policy("web", ["proxy"])}---\n${policy("web-of-b", ["b"])}`;
    expect(optimized({ "a.yaml": named }).steps[0]).toBe("move the rules of web-of-b into shop/web");
  });

  it.each([
    [["web", "web-metrics"], "web"],
    [["web-from-kube-apiserver", "web-from-kube-monitoring"], "web"],
    [["metrics-of-web", "proxy-to-web"], "web"],
    [["proxy-to-web-ingress", "ingress-of-b-to-web"], "web-ingress"],
    [["allow-web-a-ingress", "allow-web-b-ingress"], "allow-web-ingress"],
    [["a", "b"], "web-ingress"],
    [["allow-a", "allow-b"], "web-ingress"],
    [["allow-a", "allow-b"], "allow-ingress", "{}"],
    [["default-allow-a", "default-allow-b"], "default-allow", "{}"],
    [["a", "b"], "allow-ingress", "{}"],
    [["a", "b"], "consolidated-a", "{app: 'true'}"],
    [["a", "b"], "web-api-ingress", "{app.kubernetes.io/name: web, app.kubernetes.io/component: api}"],
    [["a", "b"], "consolidated-a", "{example.com/access: granted}"],
  ])("calls what is made of %j %s", (names, name, labels = "{app: web}") => {
    const texts = names.map((each) =>
      policy(each, [`for-${each}`]).replace("matchLabels:\n      app: web", `matchLabels: ${labels}`),
    );
    const { steps } = optimized({ "a.yaml": texts.join("---\n") });
    expect(steps[0]).toMatch(names.includes(name) ? `into shop/${name}` : `make ${name} of `);
  });

  it("tells of nothing left alone that has gone with something else", () => {
    const files = {
      "a.yaml": [
        policy("web", ["proxy", "api"]),
        policy("web-proxy", ["proxy"]),
        policy("web-of-b", ["b"], { labels: "{team: b}" }),
        policy("web-of-b-too", ["c"], { labels: "{team: b}" }),
      ].join("---\n"),
    };
    const { steps, left } = optimized(files);
    expect(steps).toContain("move the rules of web-of-b-too into shop/web-of-b");
    expect(left).toEqual([
      'make one policy of shop/web and shop/web-of-b: they have different owners or purposes: label team is missing on web and "b" on web-of-b',
    ]);
  });

  it("rests on what is of the same owner where others do the same", () => {
    const ofA = { labels: "{team: a}" };
    const both = policy("web-of-a", ["proxy"], ofA).replace("    - Ingress\n", "    - Ingress\n    - Egress\n");
    const files = (...more: readonly string[]): Record<string, string> => ({
      "a.yaml": [policy("proxy-to-web", ["proxy"], ofA), policy("web-of-b", ["proxy", "b"]), ...more].join("---\n"),
    });
    expect(optimized(files()).left[0]).toBe(
      'delete shop/proxy-to-web: what does the same has another owner or purpose: label team is "a" on proxy-to-web and missing on web-of-b',
    );
    expect(optimized(files(both)).steps).toContain("delete shop/proxy-to-web");
    expect(optimized(files(both)).left.join("\n")).not.toContain("delete shop/proxy-to-web");
    const other = both.replace("app: proxy", "app: other");
    expect(optimized(files(other)).steps).not.toContain("delete shop/proxy-to-web");
  });

  it("rests nothing on what is not built with it", () => {
    const [wide, narrow] = [policy("web", ["proxy"]), policy("web-again", ["proxy"])];
    const named = {
      "kustomization.yaml": kustomization("k/web.yaml"),
      "k/kustomization.yaml": kustomization("web-again.yaml"),
      "k/web-again.yaml": narrow,
      "k/web.yaml": wide,
    };
    expect(optimized(named).left).toEqual([
      'delete shop/web-again: what does the same has another owner or purpose: kustomization is "k" on web-again and "." on web',
      'make one policy of shop/web and shop/web-again: they have different owners or purposes: kustomization is "." on web and "k" on web-again',
    ]);
    expect(optimized(named, { mergeOwned: true })).toMatchObject({ steps: [] });
    const overlays = {
      "base/kustomization.yaml": kustomization("web.yaml"),
      "base/web.yaml": wide,
      "dev/kustomization.yaml": kustomization("../base"),
      "prod/kustomization.yaml": kustomization("../base", "web-again.yaml"),
      "prod/web-again.yaml": narrow,
    };
    expect(optimized(overlays, { mergeOwned: true })).toMatchObject({
      steps: [],
      left: [
        'delete shop/web-again: what does the same is not always built with it: kustomization is "prod" on web-again and "dev, prod" on web',
        'make one policy of shop/web and shop/web-again: they are not always built together: kustomization is "dev, prod" on web and "prod" on web-again',
      ],
    });
    const { "dev/kustomization.yaml": _, ...onlyProd } = overlays;
    expect(optimized(onlyProd, { mergeOwned: true }).steps).toEqual(["delete shop/web-again"]);
  });

  it.each([
    ["a target by kind", "patches: [{ target: { kind: NetworkPolicy }, patch: '[]' }]\n", true],
    ["a target by an expression", "patches: [{ target: { name: web-a.* }, patch: '[]' }]\n", true],
    ["a target by labels", "patches: [{ target: { kind: NetworkPolicy, labelSelector: a=b }, patch: '[]' }]\n", true],
    [
      "a target of JSON patches",
      "patchesJson6902: [{ target: { kind: NetworkPolicy, name: web-again }, path: p.yaml }]\n",
      true,
    ],
    ["what a patch is", "patchesStrategicMerge: [p.yaml]\n", true],
    [
      "what a replacement takes",
      "replacements: [{ source: { kind: NetworkPolicy, name: web-again }, targets: [] }]\n",
      true,
    ],
    ["a replacement in a file", "replacements: [{ path: r.yaml }]\n", true],
    ["a variable", "vars: [{ name: X, objref: { kind: NetworkPolicy, name: web-again } }]\n", true],
    ["a component", "components: [part]\n", true],
    ["another kind", "patches: [{ target: { kind: Deployment, name: web-again }, patch: '[]' }]\n", false],
    ["another group", "patches: [{ target: { group: apps, name: web-again }, patch: '[]' }]\n", false],
  ])("leaves alone what a kustomization names by %s", (_, more, isLeft) => {
    const files = {
      "kustomization.yaml": kustomization("web.yaml", "again.yaml") + more,
      "web.yaml": policy("web", ["proxy"]),
      "again.yaml": policy("web-again", ["proxy"]),
      ...(more.includes("p.yaml") ? { "p.yaml": policy("web-again", []) } : {}),
      "r.yaml": "- source: { kind: NetworkPolicy, name: web-again }\n  targets: []\n",
      "part/kustomization.yaml": "kind: Component\npatches: [{ target: { name: web-again }, patch: '[]' }]\n",
      "other/kustomization.yaml": "patches: [{ target: { name: web-again }, patch: '[]' }]\n",
    };
    const { steps, left } = optimized(files);
    expect(steps).toEqual(isLeft ? [] : ["delete shop/web-again"]);
    expect(left.some((each) => each.includes("patches it, or names it"))).toBe(isLeft);
  });

  it("leaves a rule that another team says again, too, where all rules of a direction could go", () => {
    const deny = (x: string): string =>
      `    - action: Deny\n      from:\n        - namespaces:\n            matchLabels:\n              x: ${x}\n`;
    const admin = (name: string, priority: number, labels: string, ...rules: readonly string[]): string =>
      `apiVersion: policy.networking.k8s.io/v1alpha1\nkind: AdminNetworkPolicy\nmetadata:\n  name: ${name}\n  labels: ${labels}\nspec:\n  priority: ${priority}\n  subject:\n    namespaces: {}\n  ingress:\n${rules.join("")}`;
    const egress = (...to: readonly string[]): string =>
      `  egress:\n${to.map(deny).join("").replaceAll("from:", "to:")}`;
    const first = admin("first", 1, "{}", deny("a"), egress("c", "d"));
    const others = `${first}---\n${admin("foreign", 2, "{team: b}", deny("b"), egress("e", "f"))}`;
    const { steps, text } = optimized({ "a.yaml": `${others}---\n${admin("third", 3, "{}", deny("a"), deny("b"))}` });
    expect(steps).toEqual(["delete spec.ingress[0] of third"]);
    expect(text("a.yaml")).toBe(`${others}---\n${admin("third", 3, "{}", deny("b"))}`);
  });

  it("writes what was proved of NetworkPolicies beside a policy that no proof understands", () => {
    const calico = `apiVersion: projectcalico.org/v3
kind: NetworkPolicy
metadata: { name: default.open, namespace: shop }
spec:
  selector: all()
  types: [Ingress]
  ingress: [{ action: Allow, protocol: TCP, destination: { notPorts: [web] } }]
`;
    const web = [policy("web", ["proxy"]), policy("web-of-b", ["b"])].join("---\n");
    const { steps, text } = optimized({ "a.yaml": web, "b.yaml": calico });
    expect(steps[0]).toBe("move the rules of web-of-b into shop/web");
    expect(text("a.yaml")).toContain("app: b");
  });
});
