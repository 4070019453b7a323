import { describe, expect, it } from "vitest";
import { npa } from "./run.ts";

/** Documents of one file. */
const doc = (...texts: readonly string[]): string => texts.map((text) => `---\n${text}\n`).join("");
const labels = (text: string): string => `{metadata: {labels: {${text}}}, spec: {containers: [{name: c}]}}`;
const pod = (name: string, text: string, more = ""): string =>
  `apiVersion: v1\nkind: Pod\nmetadata: {name: ${name}, namespace: s, labels: {${text}}${more}}\nspec: {containers: [{name: c}]}`;
const policy = (name: string, spec: string): string =>
  `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${name}, namespace: s}\nspec: {${spec}}`;
const deployment = (name: string, template: string, kind = "Deployment", api = "apps/v1"): string =>
  `apiVersion: ${api}\nkind: ${kind}\nmetadata: {name: ${name}, namespace: s}\nspec: {selector: {matchLabels: {app: ${name}}}, template: ${template}}`;
const owned = (kind: string, name: string): string =>
  `, ownerReferences: [{apiVersion: apps/v1, ${kind === "" ? "" : `kind: ${kind}, `}name: ${name}, uid: u, controller: true}]`;

async function can(yaml: string, source: string, target: string): Promise<unknown> {
  const { stdout } = await npa(["can", source, target, "-f", "a.yaml", "-o", "json"], { "a.yaml": yaml });
  return (JSON.parse(stdout) as { allowed: unknown }).allowed;
}

async function rulesOf(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const { stdout } = await npa(["analyze", ".", "-o", "json"], files);
  return (JSON.parse(stdout) as { findings: readonly { ruleId: string }[] }).findings.map(({ ruleId }) => ruleId);
}

describe("situations that people reported", () => {
  it("controller labels: a Job is known by the label that its controller sets, and replicas by theirs", async () => {
    const job = `apiVersion: batch/v1\nkind: Job\nmetadata: {name: seed, namespace: s}\nspec: {template: ${labels("")}}`;
    const admit = policy(
      "db",
      "podSelector: {matchLabels: {app: db}}, ingress: [{from: [{podSelector: {matchLabels: {job-name: seed}}}]}]",
    );
    expect(await can(doc(job, pod("db", "app: db"), admit), "s/seed", "s/db")).toBe(true);
    const set = `apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: pg, namespace: s}\nspec: {replicas: 2, selector: {matchLabels: {app: pg}}, template: ${labels("app: pg")}}`;
    const first = policy("first", 'podSelector: {matchLabels: {apps.kubernetes.io/pod-index: "0"}}');
    expect(await rulesOf({ "a.yaml": doc(set, first) })).not.toContain("policy-selects-no-pods");
  });

  it("unread workload kinds: Rollouts and DeploymentConfigs make pods", async () => {
    const rollout = deployment("front", labels("app: front"), "Rollout", "argoproj.io/v1alpha1");
    const config = deployment("back", labels("app: back"), "DeploymentConfig", "apps.openshift.io/v1");
    const admit = policy(
      "back",
      "podSelector: {matchLabels: {app: back}}, ingress: [{from: [{podSelector: {matchLabels: {app: front}}}]}]",
    );
    expect(await can(doc(rollout, config, admit), "s/front", "s/back")).toBe(true);
  });

  it("another policy kind: what Calico allows is not missing", async () => {
    const closed = policy("closed", "podSelector: {}, policyTypes: [Egress]");
    const dns =
      "apiVersion: projectcalico.org/v3\nkind: GlobalNetworkPolicy\nmetadata: {name: dns}\nspec: {order: 10, selector: all(), types: [Egress], egress: [{action: Allow, protocol: UDP, destination: {ports: [53]}}]}";
    const rules = await rulesOf({ "a.yaml": doc(pod("web", "app: web"), closed, dns) });
    expect(rules).not.toContain("missing-dns-egress");
    expect(await rulesOf({ "a.yaml": doc(pod("web", "app: web"), closed) })).toContain("missing-dns-egress");
  });

  it("kustomize: overlays are alternatives, patches are no objects, and its namespace holds", async () => {
    const web = deployment("web", labels("app: web")).replace(", namespace: s", "");
    const own = policy("web", "podSelector: {matchLabels: {app: web}}").replace(", namespace: s", "");
    const rules = await rulesOf({
      "base/kustomization.yaml": "resources: [web.yaml]",
      "base/web.yaml": web,
      "dev/kustomization.yaml": "namespace: shop\nresources: [../base, policy.yaml]\npatches: [{path: patch.yaml}]",
      "dev/policy.yaml": own,
      "dev/patch.yaml": "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {replicas: 3}",
      "prod/kustomization.yaml": "namespace: shop\nresources: [../base, policy.yaml]",
      "prod/policy.yaml": own,
    });
    for (const rule of ["duplicate-policy-name", "policy-selects-no-pods", "namespace-without-policies"])
      expect(rules).not.toContain(rule);
  });

  it("ytt: a template is no manifest, and nothing else is nothing to analyse", async () => {
    const template = `#@ load("@ytt:data", "data")\n---\n${policy("a", "podSelector: {}, ingress: [{}]")}\n#@ end\n`;
    const { code, stdout } = await npa(["analyze", "."], { "a.yaml": template });
    expect([code, stdout]).toEqual([2, ""]);
  });

  it("openshift: the objects of a Template are read", async () => {
    const object = policy("open", "podSelector: {}, ingress: [{}]").replaceAll("\n", "\n    ");
    const template = `apiVersion: template.openshift.io/v1\nkind: Template\nmetadata: {name: t}\nobjects:\n  - ${object}\n`;
    expect(await rulesOf({ "a.yaml": template })).toContain("all-namespaces-peer");
  });

  it("invalid selector values: a new policy with one is refused, so it is not in force", async () => {
    const wrong = policy("a", "podSelector: {matchExpressions: [{key: app, operator: In, values: [a/b, a]}]}");
    const yaml = doc(pod("a", "app: a"), wrong);
    expect(await can(yaml, "internet", "s/a")).toBe(true);
    expect(await rulesOf({ "a.yaml": yaml })).toContain("invalid-policy");
  });

  const host = pod("agent", "app: agent").replace("spec: {", "spec: {hostNetwork: true, ");

  it("exactness: a host of unknown family is not certain in one", async () => {
    const v4 = `${pod("db", "app: db")}\nstatus: {podIPs: [{ip: 10.0.0.1}]}`;
    const v6 = policy("p", 'podSelector: {}, ingress: [{from: [{ipBlock: {cidr: "::/0"}}]}]');
    expect(["unknown", false]).toContain(await can(doc(host, v4, v6), "s/agent", "s/db"));
  });

  it("exactness: the fact that is missing is not that of another pod", async () => {
    const other = host.replace("name: agent", "name: other");
    const block = policy("p", "podSelector: {}, ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8}}]}]");
    const { stdout } = await npa(["list", "a.yaml", "-o", "json"], {
      "a.yaml": doc(host, other, pod("a", "app: a"), block),
    });
    const { uncertain } = JSON.parse(stdout) as {
      uncertain: readonly { source: string; because: readonly { endpoint: string }[] }[];
    };
    expect(uncertain.map(({ source, because }) => [source, ...because.map(({ endpoint }) => endpoint)])).toEqual([
      ["s/agent[Pod]", "s/agent[Pod]"],
      ["s/other[Pod]", "s/other[Pod]"],
    ]);
  });

  it("exactness: a port name towards an address matches nothing, in proofs as well", async () => {
    const rules = (more: string): string =>
      policy("p", `podSelector: {}, policyTypes: [Egress], egress: [{to: [{podSelector: {}}]}${more}]`);
    const named = ", {to: [{ipBlock: {cidr: 10.0.0.0/8}}], ports: [{port: http}]}";
    expect((await npa(["prove", "a.yaml", "b.yaml"], { "a.yaml": rules(named), "b.yaml": rules("") })).code).toBe(0);
  });

  const replicas = doc(
    deployment("web", labels("app: web")),
    `apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: web-1, namespace: s${owned("Deployment", "web")}}\nspec: {selector: {matchLabels: {app: web}}, template: ${labels("app: web")}}`,
    pod("web-1-a", "app: web, track: canary", owned("ReplicaSet", "web-1")),
    pod("web-1-b", "app: web", owned("ReplicaSet", "web-1")).replace("spec: {", "spec: {hostNetwork: true, "),
    policy("p", "podSelector: {matchExpressions: [{key: track, operator: NotIn, values: [canary]}]}"),
    pod("db", "app: db"),
  );

  it("exactness: a part of a workload is not named by the absence of a label that it has, and a pod has its own name", async () => {
    const { stdout } = await npa(["list", "a.yaml", "-o", "json"], { "a.yaml": replicas });
    expect(stdout).not.toContain("!track");
    expect(await can(replicas, "s/db", "s/web-1-a")).toBe(true);
  });

  it("exactness: a primary UserDefinedNetwork isolates its namespace, and that it is not evaluated is said", async () => {
    const network =
      "apiVersion: k8s.ovn.org/v1\nkind: UserDefinedNetwork\nmetadata: {name: n, namespace: s}\nspec: {topology: Layer2, layer2: {role: Primary}}";
    const { stderr } = await npa(["list", "a.yaml"], { "a.yaml": doc(pod("a", "app: a"), network) });
    expect(stderr).toContain("UserDefinedNetwork");
  });

  it("exactness: an ownerReference without kind is told of, and the pod is its own", async () => {
    const { stdout, stderr } = await npa(["list", "a.yaml"], { "a.yaml": doc(pod("a", "app: a", owned("", "x"))) });
    expect(stderr).toContain("an ownerReference without kind");
    expect(stdout).toContain("s/a[Pod]");
  });
});
