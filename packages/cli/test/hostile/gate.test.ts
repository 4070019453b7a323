import { readFileSync, symlinkSync } from "node:fs";
import path from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { directoryOf, npa } from "../run.ts";

const base = `apiVersion: v1
kind: Namespace
metadata: {name: shop}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: shop}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: web, ports: [{containerPort: 8080}]}]}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: shop}
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  egress:
    - to: [{namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: kube-system}}, podSelector: {matchLabels: {k8s-app: kube-dns}}}]
      ports: [{port: 53, protocol: UDP}, {port: 53, protocol: TCP}]
`;
const open = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: open
  namespace: shop
spec:
  podSelector: {}
  policyTypes: [Ingress, Egress]
  ingress: [{}]
  egress: [{}]
`;
const silenced = open.replace("  ingress", "  # npa-ignore allow-all-overrides-default-deny: fine\n  ingress");
const off = "rules: {allow-all-overrides-default-deny: off}\nfailOn: never\n";

/** The base branch's policy with something in its metadata. */
const withMetadata = (more: string): Readonly<Record<string, string>> => ({
  "base.yaml": base.replace("name: default-deny,", `name: default-deny, ${more},`),
});
const ciliumConfig = (setting: string): Readonly<Record<string, string>> => ({
  "cilium.yaml": `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\ndata: {${setting}}\n`,
});

type Attempt = readonly [way: string, files: Readonly<Record<string, string>>];

/** Policies of network plugins that no reader knows. */
const foreignKinds = [
  ["crd.antrea.io/v1beta1", "NetworkPolicy"],
  ["networking.k8s.io/v1beta1", "NetworkPolicy"],
  ["policy.networking.k8s.io/v9", "ClusterNetworkPolicy"],
  ["policy.networking.k8s.io/v9", "NodePolicy"],
  ["networking.gke.io/v1alpha1", "FQDNNetworkPolicy"],
  ["crd.nsx.vmware.com/v1alpha1", "SecurityPolicy"],
  ["networking.k8s.aws/v1alpha1", "PolicyEndpoint"],
  ["vpcresources.k8s.aws/v1beta1", "SecurityGroupPolicy"],
  ["k8s.otterize.com/v2beta1", "ClientIntents"],
  ["example.org/v1", "SomeNetworkPolicy"],
  ["cilium.io/v3", "CiliumNetworkPolicy"],
  ["cilium.io/v2", "CiliumNodePolicy"],
  ["projectcalico.org/v4", "GlobalNetworkPolicy"],
  ["projectcalico.org/v3", "UplinkPolicy"],
] as const;

/** Ways to get an open policy past a gate. */
const attempts: readonly Attempt[] = [
  ["nothing special", { "open.yaml": open }],
  [
    "an owner that is not there, with which the denial goes",
    withMetadata("ownerReferences: [{apiVersion: v1, kind: ConfigMap, name: gone, uid: x}]"),
  ],
  ["a denial that is refused for its owners", withMetadata("ownerReferences: 5")],
  ["a denial that is refused for its finalizers", withMetadata("finalizers: [a b]")],
  ["a denial that is refused for what a server writes", withMetadata("managedFields: 3")],
  ["a data plane that enforces nothing", ciliumConfig("enable-policy: never")],
  ["a data plane that only looks", ciliumConfig('policy-audit-mode: "true"')],
  ["a hidden file", { ".open.yaml": open }],
  ["node_modules", { "node_modules/x/open.yaml": open }],
  [
    "a list in a kind of another name",
    {
      "open.yaml": `kind: x y\nitems: [${JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "open", namespace: "shop" }, spec: { podSelector: {}, ingress: [{}] } })}]\n`,
    },
  ],
  [
    "a line break that is none for the eye",
    { "open.yaml": open.replace("  ingress: [{}]\n", "  # x\u0085  ingress: [{}]\n") },
  ],
  ["a mark of ytt", { "open.yaml": `#@ x\n${open}` }],
  ["a mark of Helm in a comment", { "open.yaml": `# {{ x }}\n${open}` }],
  ["a chart around it", { "Chart.yaml": "apiVersion: v2\nname: x\n", "templates/open.yaml": open }],
  ["values of a chart", { "Chart.yaml": "apiVersion: v2\nname: x\n", "values-open.yaml": open }],
  ["a patch of a kustomization", { "kustomization.yaml": "patches: [{path: open.yaml}]\n", "open.yaml": open }],
  [
    "another namespace by a kustomization",
    { "kustomization.yaml": "namespace: other\nresources: [open.yaml]\n", "open.yaml": open },
  ],
  [
    "overlays of which the last is read",
    {
      "a/kustomization.yaml": "resources: [np.yaml]\n",
      "a/np.yaml": open,
      "b/kustomization.yaml": "resources: [np.yaml]\n",
      "b/np.yaml": open.replace("  ingress: [{}]\n  egress: [{}]\n", ""),
    },
  ],
  ["the name of a kustomization", { "kustomization.yaml": open }],
  ["the name of the configuration", { "npa.config.yaml": open }],
  ...["npa.config.yaml", "x/npa.config.json", "x/npa.config.yml"].map((name): Attempt => [
    `${name}, in which no reader sees the kind`,
    {
      [name]: JSON.stringify({
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "open", namespace: "shop" },
        spec: { podSelector: {}, ingress: [{}] },
      }).replace('"kind"', String.raw`"\u006bind"`),
    },
  ]),
  [
    "a broken document in what is named like the configuration",
    { "x/npa.config.yaml": `a: [\n---\n${open.replace("kind", '"\\u006bind"')}` },
  ],
  ["a comment", { "open.yaml": silenced }],
  [
    "an annotation",
    {
      "open.yaml": open.replace(
        "  namespace",
        "  annotations: {npa.dev/ignore: 'allow-all-overrides-default-deny: x'}\n  namespace",
      ),
    },
  ],
  ["a configuration", { "open.yaml": open, "npa.config.yaml": off }],
  ["a configuration below", { "x/open.yaml": open, "x/npa.config.yaml": off }],
  [
    "the header of a snapshot",
    {
      "open.yaml": `${open}---\nkind: ClusterSnapshot\napiVersion: npa.dev/v1\n`,
      "0.yaml": "kind: ClusterSnapshot\napiVersion: npa.dev/v1\nspec: {defaultNamespace: x}\n",
    },
  ],
  [
    "a variable that something else fills in",
    { "open.yaml": open.replace("  namespace", "  labels: {a: '${X}'}\n  namespace") },
  ],
  ["what follows a broken document", { "open.yaml": `kind: x\na: [\n---\n${open}` }],
  [
    "a selector of more combinations than npa follows",
    {
      "open.yaml": `apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: open}\nspec: {selector: "${Array.from({ length: 9 }, (_, i) => `(a${i} != 'v' || b${i} != 'v')`).join(" && ")}", types: [Ingress], ingress: [{action: Allow}]}\n`,
    },
  ],
  [
    "a kind that is not evaluated",
    {
      "open.yaml":
        "apiVersion: crd.antrea.io/v1beta1\nkind: ClusterNetworkPolicy\nmetadata: {name: open}\nspec: {priority: 1, ingress: [{action: Allow}]}\n",
    },
  ],
  [
    "a controller that fetches it",
    {
      "open.yaml":
        "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: open, namespace: argocd}\nspec: {source: {repoURL: 'https://evil.example', path: open}}\n",
    },
  ],
  [
    "a policy of Cilium",
    {
      "open.yaml":
        "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: open, namespace: shop}\nspec: {endpointSelector: {}, ingress: [{fromEntities: [all]}]}\n",
    },
  ],
  [
    "a policy of Calico",
    {
      "open.yaml":
        "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: open}\nspec: {order: 1, types: [Ingress], ingress: [{action: Allow}]}\n",
    },
  ],
  ...foreignKinds.map(([apiVersion, kind]): Attempt => [
    `a ${kind} of ${apiVersion}`,
    { "open.yaml": JSON.stringify({ apiVersion, kind, metadata: { name: "open", namespace: "shop" }, spec: {} }) },
  ]),
  [
    "a selector that all namespaces happen to match",
    {
      "open.yaml": open.replace(
        "ingress: [{}]",
        "ingress: [{from: [{namespaceSelector: {matchExpressions: [{key: nope, operator: DoesNotExist}]}}], ports: [{port: 8080}]}]",
      ),
    },
  ],
  ["a base without its policy", { "base.yaml": base.slice(0, base.lastIndexOf("---")) }],
  ["the name of the default deny, read before it", { "a.yaml": open.replace("name: open", "name: default-deny") }],
  ["the name of the default deny, read after it", { "z.yaml": open.replace("name: open", "name: default-deny") }],
  ["a name that the API server makes", { "open.yaml": open.replace("name: open", "generateName: open-") }],
  [
    "a configuration of Cilium that enforces nothing",
    {
      "cm.yaml":
        "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: cilium-config, namespace: kube-system}\ndata: {enable-policy: never}\n",
    },
  ],
  [
    "a tier before all others",
    {
      "tier.yaml":
        "apiVersion: projectcalico.org/v3\nkind: Tier\nmetadata: {name: first}\nspec: {order: 1}\n---\napiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: first.open}\nspec: {tier: first, types: [Ingress], ingress: [{action: Allow}]}\n",
    },
  ],
  ["after dots", { "open.yaml": `kind: ConfigMap\napiVersion: v1\n...\n${open}` }],
];

describe("the setting of docs/ci.md for pull requests from strangers", () => {
  const documented = [...readFileSync("docs/ci.md", "utf8").matchAll(/^npa (.* --untrusted.*)$/gm)].map(
    ([, argv = ""]) => argv.split(" "),
  );

  /** The first exit code that stops the merge of files, of whose base branch nothing but `base` is known; 0 where all pass. */
  async function gate(files: Readonly<Record<string, string>>, link?: string): Promise<number> {
    const inDirectory = Object.entries({ "base.yaml": base, ...files }).map(
      ([name, text]) => [`head/policies/${name}`, text] as const,
    );
    const cwd = directoryOf({
      "base/policies/base.yaml": base,
      "elsewhere/open.yaml": open,
      ...Object.fromEntries(inDirectory),
    });
    if (link !== undefined) symlinkSync("../../elsewhere/open.yaml", path.join(cwd, "head/policies", link));
    for (const argv of documented) {
      const { code } = await npa(argv, path.join(cwd, "head"));
      if (code !== 0) return code;
    }
    return 0;
  }

  it("is there", () => {
    expect(documented).toEqual([
      ["analyze", "./policies", "--untrusted"],
      ["prove", "../base/policies", "./policies", "--untrusted", "--allow-stricter"],
    ]);
  });

  it("lets the base pass, and what allows less", async () => {
    expect(await gate({})).toBe(0);
    expect(await gate({ "base.yaml": base.replace(", {port: 53, protocol: TCP}", "") })).toBe(0);
  });

  it.each(attempts)("lets no open policy pass: %s", async (_name, files) => {
    expect([1, 2]).toContain(await gate(files));
  });

  it.each([
    [
      "CiliumNetworkPolicy",
      "cilium.io/v2",
      { endpointSelector: {}, ingress: [{ fromEntities: ["all"] }], egress: [{ toEntities: ["all"] }] },
    ],
    ["CiliumClusterwideNetworkPolicy", "cilium.io/v2", { endpointSelector: {}, ingress: [{ fromEntities: ["all"] }] }],
    ["NetworkPolicy", "projectcalico.org/v3", { order: 1, types: ["Ingress"], ingress: [{ action: "Allow" }] }],
    ["GlobalNetworkPolicy", "projectcalico.org/v3", { order: 1, types: ["Ingress"], ingress: [{ action: "Allow" }] }],
    [
      "AdminNetworkPolicy",
      "policy.networking.k8s.io/v1alpha1",
      {
        priority: 1,
        subject: { namespaces: {} },
        ingress: [{ action: "Allow", from: [{ namespaces: {} }] }],
      },
    ],
  ])("analyze alone stops a %s of %s that allows everything", async (kind, apiVersion, spec) => {
    const metadata = { name: "open", ...(/^(?:Cilium)?NetworkPolicy/.test(kind) ? { namespace: "shop" } : {}) };
    const files = { "base.yaml": base, "open.json": JSON.stringify({ apiVersion, kind, metadata, spec }) };
    const { code, stdout } = await npa(["analyze", ".", "--untrusted"], files);
    expect([code, stdout]).toEqual([1, expect.stringMatching(/^high {5}(?:allow-all-over|admin-allow-by)/m)]);
  });

  it("lets no open policy pass behind a link", async () => {
    expect(await gate({}, "open.yaml")).toBe(2);
  });

  it("lets no open policy pass with a baseline that the pull request has edited", async () => {
    const cwd = directoryOf({ "head/policies/base.yaml": base, "head/policies/open.yaml": open });
    const baseline = (await npa(["baseline", "head/policies"], cwd)).stdout;
    const files = {
      "open.yaml": open,
      "npa-baseline.json": baseline,
      "npa.config.yaml": "baseline: npa-baseline.json\n",
    };
    expect(await gate(files)).not.toBe(0);
  });
});

const formats = ["text", "json", "sarif", "markdown", "junit", "github", "gitlab", "csv", "prometheus", "html"];

/** What a reader sees: the page's program writes its data. */
function shownOf(stdout: string): string {
  const [, data] = /id="data">([^<]*)</.exec(stdout) ?? [];
  return data === undefined ? stdout : gunzipSync(Buffer.from(data, "base64")).toString("utf8");
}

describe("every format says how it was made", () => {
  it.each(formats)("%s: the configuration and what it turns off", async (format) => {
    const cwd = directoryOf({ "base.yaml": base, "open.yaml": open, "npa.config.yaml": off });
    const { stdout } = await npa(["analyze", ".", "-o", format], cwd);
    expect(shownOf(stdout)).toContain("npa.config.yaml");
    expect(shownOf(stdout)).toMatch(
      /turns off allow-all-overrides-default-deny|rules_?[oO]ff[^\n]*\s*[^\n]*allow-all-overrides-default-deny/,
    );
  });

  it.each(formats)("%s: what the analysed files silence", async (format) => {
    const cwd = directoryOf({ "base.yaml": base, "open.yaml": silenced });
    const { stdout } = await npa(["analyze", ".", "-o", format], cwd);
    expect(shownOf(stdout)).toMatch(
      /silenced by the analysed files|"suppressed": \[\s*\{|npa_rule_findings_suppressed\{by="comment"/,
    );
    expect(shownOf(stdout)).toContain("allow-all-overrides-default-deny");
  });
});

describe("a snapshot's header", () => {
  const header = "apiVersion: npa.dev/v1\nkind: ClusterSnapshot\nspec: {defaultNamespace: elsewhere}\n";

  it("counts where the snapshot is all there is", async () => {
    const cwd = directoryOf({
      "all.yaml": `${header}---\n${base}`,
      "dir/cluster/snapshot.yaml": header,
      "dir/cluster/a.yaml": base,
    });
    for (const input of ["all.yaml", "dir"]) {
      const { code, stderr } = await npa(["analyze", input], cwd);
      expect([code, stderr]).toEqual([0, expect.stringContaining("a snapshot of a cluster is read")]);
    }
  });

  it("counts beside other files only with --from-snapshot, and never with --untrusted", async () => {
    const cwd = directoryOf({ "base.yaml": base, "header.yaml": header });
    const plain = await npa(["analyze", "."], cwd);
    expect([plain.code, plain.stderr]).toEqual([2, expect.stringContaining("--from-snapshot honours it")]);
    expect((await npa(["analyze", ".", "--from-snapshot"], cwd)).code).toBe(0);
    expect((await npa(["analyze", "header.yaml", "--untrusted"], cwd)).code).toBe(2);
    expect((await npa(["analyze", ".", "--untrusted", "--from-snapshot"], cwd)).stderr).toContain("pass one of them");
  });
});
