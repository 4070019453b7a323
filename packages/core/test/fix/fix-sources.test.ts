import { describe, expect, it } from "vitest";
import { readManifests } from "../../src/read/read-manifests.ts";
import { finding, findingsIn, fix, fixed } from "./fix.ts";

function policy(name: string, spec: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: ${name}
  namespace: shop
spec:
${spec}`;
}

const web = policy(
  "web",
  `  podSelector:
    matchLabels:
      app: web # the shop window
  # who may come in
  ingress:
  # the proxies
  - from:
    - podSelector:
        matchLabels: {app: proxy}
    ports:
    - port: 80
`,
);

describe("safe fixes", () => {
  it("write policyTypes, and nothing else", () => {
    expect(fixed(web)).toBe(web.replace("shop window\n", "shop window\n  policyTypes:\n  - Ingress\n"));
    const both = web.replace("  # who may", "  egress: [{}]\n  # who may");
    expect(fixed(both)).toBe(both.replace("shop window\n", "shop window\n  policyTypes:\n  - Ingress\n  - Egress\n"));
  });

  it("write the API version that is served", () => {
    const old = web.replace("networking.k8s.io/v1", "extensions/v1beta1");
    expect(fixed(old)).toContain("apiVersion: networking.k8s.io/v1\n");
  });

  it("are made once", () => {
    const first = fixed(web);
    expect(fixed(first)).toBe(first);
    expect(fix({ "a.yaml": first }).made).toEqual([]);
  });

  it("take out what adds nothing", () => {
    const typed = fixed(web);
    const rule = `  - from:\n    - podSelector: {matchLabels: {app: proxy}}\n    ports: [{port: 80}]\n`;
    expect(fixed(typed + rule)).toBe(typed);
    expect(fixed(typed + rule.replace("proxy}", "proxy, tier: a}"))).toBe(
      `${typed}${rule.replace("proxy}", "proxy, tier: a}")}`,
    );
    const commented = `${typed}  # proxies again\n${rule}`;
    expect(fixed(commented)).toBe(commented);
    expect(fix({ "a.yaml": commented }).leftAlone).toMatchObject([{ reason: "a comment would go with it" }]);
    expect(fixed(typed.replace("port: 80", "port: 80\n    - port: 80"))).toBe(typed);
    const plain = typed.replaceAll(/ *#.*\n/g, "\n").replaceAll("\n\n", "\n");
    const copy = plain.replace("name: web", "name: copy");
    expect([plain, copy]).toContain(fixed(`${plain}---\n${copy}`));
    expect(fix({ "a.yaml": `${typed}---\n${typed.replace("name: web", "name: copy")}` }).leftAlone).toMatchObject([
      { reason: "a comment would go with it" },
    ]);
  });

  it("take nothing out when not all that is named can go", () => {
    const typed = fixed(web);
    const plain = typed.replace("  # the proxies\n", "");
    const twin = `${plain}${plain.slice(plain.indexOf("  - from:"))}`;
    const both = [
      finding("redundant-rule", "web", ["spec", "ingress", 0]),
      finding("redundant-rule", "web", ["spec", "ingress", 1]),
    ];
    const { files, leftAlone } = fix({ "a.yaml": twin }, { rules: [], more: both });
    expect(files).toEqual([]);
    expect(leftAlone).toMatchObject([{ reason: "it would change who may talk to whom" }, { ruleId: "redundant-rule" }]);
  });

  it("merge policies", () => {
    const typed = fixed(web);
    const second = policy(
      "more",
      "  podSelector: {matchLabels: {app: web}}\n  policyTypes: [Ingress]\n  ingress:\n  - from:\n    - podSelector:\n        matchLabels:\n          app: more\n    ports:\n    - protocol: TCP\n      port: 9090\n",
    );
    const plain = second.replace("name: more", "name: web").replace("app: more", "app: proxy").replace("9090", "80");
    const merged = fixed(`${plain}---\n${second}`);
    expect(merged.match(/name: .*/g)).toEqual(["name: web"]);
    expect(merged.match(/port: \d+/g)).toEqual(["port: 80", "port: 9090"]);
    const reasons = (text: string): readonly string[] => fix({ "a.yaml": text }).leftAlone.map(({ reason }) => reason);
    expect(reasons(`${typed}---\n# why\n${second}`)).toEqual(["a comment would go with it"]);
    expect(fixed(`${typed}---\n${second.replace("spec:", "  labels: {a: b}\nspec:")}`)).toContain("name: more");
    expect(fix({ "a.yaml": plain, "b.yaml": second }).leftAlone).toMatchObject([
      { reason: "no object would be left in the file: delete the file" },
    ]);
  });

  it("are not made on the word of a finding that is wrong", () => {
    const typed = fixed(web);
    expect(fixed(typed, [finding("redundant-rule", "web", ["spec", "ingress", 0])])).toBe(typed);
    expect(fixed(typed, [finding("redundant-policy", "web"), finding("duplicate-policy", "web")])).toBe(typed);
  });

  it("go to the object that is meant, whatever others have its name", () => {
    const other = `---
apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata:
  name: web
  namespace: shop
spec:
  endpointSelector: {}
  ingress: [{}]
`;
    expect(fixed(web + other)).toBe(fixed(web) + other);
    expect(fix({ "a.yaml": web + other }).made).toHaveLength(1);
  });

  it("leave alone what would bring about another finding", () => {
    // A name of a port means nothing at addresses.
    const rule = (first: string): string => `  - to:
    ${first}
    - ipBlock: {cidr: 203.0.113.0/24}
    - podSelector: {matchLabels: {app: web}}
    ports: [{port: http}]
  - to:
    - namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}
      podSelector: {matchLabels: {k8s-app: kube-dns}}
    ports: [{protocol: UDP, port: 53}, {port: 53}]
`;
    const fixOf = (first: string): ReturnType<typeof fix> =>
      fix({ "a.yaml": policy("web", `  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n${rule(first)}`) });
    const change = "delete spec.egress[0].to[1]";
    expect(fixOf("- podSelector: {matchLabels: {app: db}}").made).toMatchObject([{ description: change }]);
    const { made, leftAlone } = fixOf("- namespaceSelector: {matchLabels: {team: a}}");
    expect(made).toEqual([]);
    expect(leftAlone).toMatchObject([{ description: change }]);
    expect(leftAlone[0]?.reason).toMatch(/^it would bring about selector-and-or-confusion: /);
  });

  it("name what is left alone, and fix the rest", () => {
    const alias = web
      .replace("name: web", "name: alias")
      .replace("app: web", "app: alias")
      .replace("spec:\n", "spec: &spec\n");
    const user = "apiVersion: v1\nkind: ConfigMap\n";
    const files = { "a.yaml": web, "b.yaml": `${alias}status: *spec\n`, "c.yaml": user };
    const { files: written, leftAlone, made } = fix(files);
    expect(written.map(({ name }) => name)).toEqual(["a.yaml"]);
    expect(made).toHaveLength(1);
    expect(leftAlone).toMatchObject([{ file: "b.yaml", object: { name: "alias" } }]);
    expect(leftAlone[0]?.reason).toContain("&spec");
  });

  it("leave a file alone that would be empty", () => {
    const typed = fixed(web);
    const plain = typed.replaceAll(/ *#.*\n/g, "\n").replaceAll("\n\n", "\n");
    const copy = plain.replace("name: web", "name: copy");
    const { files, leftAlone } = fix({ "a.yaml": plain, "b.yaml": copy });
    expect(files).toEqual([]);
    expect(leftAlone).toMatchObject([{ reason: "no object would be left in the file: delete the file" }]);
  });

  it("leave the suggestions for those who ask", () => {
    expect(fixed(fixed(web))).not.toContain("default-deny");
  });
});

describe("suggested fixes", () => {
  const pods = `apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, labels: { app: web } }
spec: { containers: [] }
---
apiVersion: v1
kind: Pod
metadata: { name: proxy, namespace: shop, labels: { app: proxy } }
spec: { containers: [] }
`;

  it("add what is missing, and tell what changes", () => {
    const { files, made, connections } = fix({ "a.yaml": fixed(web), "pods.yaml": pods }, { suggested: true });
    expect(files.map(({ name }) => name)).toEqual(["a.yaml"]);
    const before = files[0]?.before ?? "";
    const after = files[0]?.after ?? "";
    expect(after.startsWith(`${before}---\n`)).toBe(true);
    expect(made.map(({ kind, file, description }) => `${kind} ${file} ${description}`)).toEqual([
      "suggested a.yaml add NetworkPolicy default-deny-ingress",
      "suggested a.yaml add NetworkPolicy default-deny-egress",
    ]);
    expect(connections).toContainEqual({
      type: "removed",
      source: "external",
      target: "shop/proxy[Pod]",
      before: { ports: {}, all: true },
    });
    expect(fix({ "a.yaml": after, "pods.yaml": pods }, { suggested: true }).files).toEqual([]);
  });

  it("tell what changes as the data plane of the input has it", () => {
    const cilium = `apiVersion: cilium.io/v2
kind: CiliumNetworkPolicy
metadata: { name: p, namespace: shop }
spec:
  endpointSelector: { matchLabels: { app: proxy } }
  egress:
    - toEndpoints: [{ matchExpressions: [{ key: io.cilium.k8s.policy.cluster, operator: Exists }] }]
`;
    const db = "---\n" + pods.slice(pods.lastIndexOf("apiVersion: v1")).replaceAll("proxy", "db");
    const { connections = [] } = fix({ "a.yaml": cilium, "pods.yaml": pods + db }, { suggested: true });
    expect(connections.length).toBeGreaterThan(0);
    expect(connections.filter(({ source, type }) => type === "added" && source === "shop/proxy[Pod]")).toEqual([]);
  });

  it("go to a file of their own where the namespace has none", () => {
    const { files } = fix({ "base/pods.yaml": pods }, { suggested: true });
    expect(files).toMatchObject([{ name: "base/shop-default-deny.yaml", before: undefined }]);
    expect(fix({ "pods.yaml": pods, "shop-default-deny.yaml": "a: 1\n" }, { suggested: true }).leftAlone).toMatchObject(
      [{ reason: "shop-default-deny.yaml is there already" }],
    );
  });

  it("give DNS to the policy that forgot it", () => {
    const deny = policy("deny", "  podSelector: {}\n  policyTypes:\n    - Ingress\n    - Egress\n");
    const after = fixed(deny, [], true);
    expect(after.startsWith(deny)).toBe(true);
    expect(after.slice(deny.length)).toBe(`  egress:
    - to:
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: kube-system
          podSelector:
            matchLabels:
              k8s-app: kube-dns
      ports:
        - protocol: UDP
          port: 53
        - protocol: TCP
          port: 53
`);
    expect(fixed(after, [], true)).toBe(after);
  });
});

describe("a file that kustomizations build into several namespaces", () => {
  const workload = (namespace: string): string =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w, namespace: ${namespace}}\nspec: {template: {metadata: {labels: {app: w}}, spec: {containers: [{name: w, image: w}]}}}\n`;
  const overlays = {
    "kustomization.yaml": "resources: [a, b]\n",
    "a/kustomization.yaml": "namespace: a\nresources: [w.yaml]\ncomponents: [../base]\n",
    "b/kustomization.yaml": "namespace: b\nresources: [w.yaml]\ncomponents: [../base]\n",
    "a/w.yaml": workload("a"),
    "b/w.yaml": workload("b"),
    "base/kustomization.yaml": "kind: Component\nresources: [p.yaml]\n",
  };
  const open = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: out
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress:
    - to:
        - ipBlock:
            cidr: 0.0.0.0/0
      ports:
        - port: 80
        - port: 53
          protocol: UDP
        - port: 53
`;

  it("is fixed once, for all of them", () => {
    const { files, made } = fix({ ...overlays, "base/p.yaml": open }, { suggested: true });
    const after = files.find(({ name }) => name === "base/p.yaml")?.after ?? "";
    expect(after.match(/169\.254\.169\.254/g)).toHaveLength(1);
    expect(made.filter(({ ruleId }) => ruleId === "metadata-endpoint-reachable")).toHaveLength(2);
  });

  it("gets nothing that is of one namespace alone", () => {
    const { files, cluster } = fix({ ...overlays, "base/p.yaml": open }, { suggested: true });
    const names = files.map(({ name, before }) => `${name}${before === undefined ? " (new)" : ""}`);
    expect(names).toEqual([
      "base/p.yaml",
      "a/a-default-deny-ingress.yaml (new)",
      "b/b-default-deny-ingress.yaml (new)",
    ]);
    expect(cluster.policies.map(({ ref }) => `${ref.namespace}/${ref.name}`).toSorted()).toEqual([
      "a/default-deny-ingress",
      "a/out",
      "b/default-deny-ingress",
      "b/out",
    ]);
    expect(cluster.notEvaluated).toEqual([]);
  });

  it("is said to be one in the advice", () => {
    const texts = Object.entries({ ...overlays, "base/p.yaml": open }).map(([name, text]) => ({ name, text }));
    const advice = findingsIn(readManifests(texts)).flatMap(({ ruleId, fix: advised }) =>
      ruleId === "metadata-endpoint-reachable" || ruleId === "missing-default-deny-ingress"
        ? [
            `${ruleId} ${advised?.description.includes("into 2 namespaces: what is changed in it changes in all") === true}`,
          ]
        : [],
    );
    expect(new Set(advice)).toEqual(
      new Set(["metadata-endpoint-reachable true", "missing-default-deny-ingress false"]),
    );
  });
});
