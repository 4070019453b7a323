import path from "node:path";
import type { ConnectivityList } from "@npa/core";
import { allKinds, mayRead, objectsFromManifests } from "@npa/fixtures/api-server";
import { loadAll } from "js-yaml";
import type { EnvironmentsDiff } from "@npa/core/diff";
import { describe, expect, it } from "vitest";
import { kubeconfigFile, manifests, manifestsDirectory, npaOn, objects, serverFor } from "./live-cluster.ts";
import { pathWith } from "./fake-helm.ts";
import { directoryOf, npa } from "./run.ts";

const reader = { name: "reader", token: "reader-token" };

describe("--cluster", () => {
  it("answers about the live cluster", async () => {
    const server = await serverFor();
    const list = await npaOn(server, ["list", "--cluster"]);
    expect(list).toMatchObject({ code: 0, stderr: "" });
    expect(list.stdout).toContain("  TCP 5432  shop/web[Deployment]\n");
    const analysis = await npaOn(server, ["analyze", "--cluster", "--fail-on", "never"]);
    expect(analysis).toMatchObject({ code: 0, stderr: "" });
    expect(analysis.stdout).toMatch(/^1 policy, 2 namespaces, 2 workloads with 3 pods\n/);
    expect(analysis.stdout).toContain("  namespace/shop metadata.name: ");
    expect((await npaOn(server, ["graph", "--cluster"])).stdout).toMatch(/^digraph/);
    expect((await npaOn(server, ["prove", "--redundant", "--cluster"])).code).toBe(0);
    expect(server.requests.every(({ method }) => method === "GET")).toBe(true);
    expect(server.requests.filter(({ verb = "list" }) => verb !== "list").every(({ name }) => name !== undefined)).toBe(
      true,
    );
    expect(server.requests.filter(({ resource }) => resource === "secrets")).toEqual([]);
  });

  it("compares the cluster with itself after files, or what is rendered, are applied", async () => {
    const server = await serverFor();
    const built =
      "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: web, namespace: shop}\nspec: {podSelector: {matchLabels: {app: web}}}\n";
    const directory = directoryOf({ "np.yaml": built, "kustomization.yaml": "resources: [np.yaml]\n" });
    const kustomize = pathWith("kustomize", `#!/bin/sh\ncat "$2/np.yaml"\n`);
    const closed = "added NetworkPolicy shop/web (closes 3)";
    const files = await npaOn(server, ["diff", "--cluster", path.join(directory, "np.yaml"), "--no-findings"]);
    expect(files.stdout).toContain(closed);
    const rendered = await npaOn(
      server,
      ["diff", "--cluster", "-k", directory, "--no-findings"],
      {},
      { env: kustomize },
    );
    expect(rendered.stdout).toContain(closed);
    const nothing = await npaOn(server, ["diff", "--cluster"]);
    expect([nothing.code, nothing.stderr]).toEqual([2, expect.stringContaining("name them")]);
  });

  it("applies files as kubectl does: to the namespace of the context, beside what only the cluster has", async () => {
    const group = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumCIDRGroup",
      metadata: { name: "office" },
      spec: { externalCIDRs: ["192.0.2.0/24"] },
    };
    const server = await serverFor({ kinds: allKinds, objects: [...objects, group] as typeof objects });
    const file =
      "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: office}\nspec: {endpointSelector: {matchLabels: {app: web}}, ingress: [{fromCIDRSet: [{cidrGroupRef: office}]}]}\n";
    const directory = directoryOf({ "np.yaml": file, "other/np.yaml": file.replace("app: web", "app: db") });
    const diff = async (...argv: readonly string[]): Promise<string> =>
      (await npaOn(server, ["diff", "--cluster", ...argv, "--no-findings"])).stdout;
    const applied = await diff(path.join(directory, "np.yaml"));
    expect(applied).toContain("added CiliumNetworkPolicy shop/office");
    expect(applied).toMatch(/external\[0\.0\.0\.0-192\.0\.1\.255,192\.0\.3\.0-[^ ]+\] => shop\/web/);
    expect(await diff(path.join(directory, "np.yaml"), "--default-namespace", "tools")).toContain(
      "added CiliumNetworkPolicy tools/office",
    );
  });

  it("applies each of several environments by itself", async () => {
    const server = await serverFor();
    const policyOf = (app: string): string =>
      `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: ${app}-only, namespace: shop}\nspec: {podSelector: {matchLabels: {app: ${app}}}}\n`;
    const kustomization = "resources: [np.yaml]\n";
    const directory = directoryOf({
      "a/np.yaml": policyOf("web"),
      "a/kustomization.yaml": kustomization,
      "b/np.yaml": policyOf("db"),
      "b/kustomization.yaml": kustomization,
    });
    const kustomize = pathWith("kustomize", `#!/bin/sh\ncat "$2/np.yaml"\n`);
    const argv = ["diff", "--cluster", directory, "--render", "--no-findings", "-o", "json"];
    const { stdout } = await npaOn(server, argv, {}, { env: kustomize });
    const { environments } = JSON.parse(stdout) as EnvironmentsDiff;
    expect(environments.map(({ name, diff }) => [name, diff.changedPolicies.map(({ object }) => object.name)])).toEqual(
      [
        ["a", ["web-only"]],
        ["b", ["db-only"]],
      ],
    );
  });

  it("prints every policy as it is to be, of whatever kind", async () => {
    const rule = { action: "Allow", source: { selector: "app == 'web'" } };
    const policy = (kind: string, name: string, namespace: string | undefined): object => ({
      apiVersion: "crd.projectcalico.org/v1",
      kind,
      metadata: { name, ...(namespace === undefined ? {} : { namespace }), uid: "1", resourceVersion: "7" },
      spec: { selector: "app == 'db'", types: ["Ingress"], ingress: [rule] },
    });
    const server = await serverFor({
      kinds: allKinds,
      objects: [
        ...objects,
        policy("GlobalNetworkPolicy", "default.all", undefined),
        policy("NetworkPolicy", "default.own", "shop"),
      ] as typeof objects,
    });
    const { stdout } = await npaOn(server, ["optimize", "--cluster", "-o", "yaml"]);
    const printed = loadAll(stdout) as { readonly kind: string; readonly metadata: object; readonly spec: object }[];
    expect(printed.map(({ kind }) => kind)).toContain("GlobalNetworkPolicy");
    expect(printed.filter(({ kind }) => kind === "GlobalNetworkPolicy")).toMatchObject([
      { metadata: { name: "default.all" }, spec: { selector: "app == 'db'", types: ["Ingress"], ingress: [rule] } },
    ]);
    expect(stdout).not.toContain("resourceVersion");
    const own = await npaOn(server, ["optimize", "--cluster", "-n", "shop", "-o", "yaml"]);
    expect(own.stdout).not.toContain("GlobalNetworkPolicy");
  });

  it("takes bare names from the namespace of the context, and -n before it", async () => {
    const server = await serverFor();
    const can = (...flags: string[]): ReturnType<typeof npa> =>
      npaOn(server, ["can", "web", "db", "--port", "5432", "--cluster", ...flags]);
    expect((await can()).code).toBe(0);
    expect((await can("-n", "shop")).code).toBe(0);
    const elsewhere = await can("-n", "tools");
    expect(elsewhere).toMatchObject({ code: 2, stdout: "" });
    expect(elsewhere.stderr).toContain("web");
  });

  it("reports the namespaces of -n, all without it or with -A", async () => {
    const server = await serverFor();
    const namespaces = async (...flags: string[]): Promise<string[]> => {
      const { stdout } = await npaOn(server, ["analyze", "--cluster", "-o", "json", "--fail-on", "never", ...flags]);
      return Object.keys((JSON.parse(stdout) as { namespaces: object }).namespaces); // the schema's tests are elsewhere
    };
    expect(await namespaces("-n", "tools")).toEqual(["tools"]);
    expect(await namespaces()).toEqual(["shop", "tools"]);
    expect(await namespaces("-n", "tools", "-A")).toEqual(["shop", "tools"]);
    expect(await npaOn(server, ["list", "--cluster", "-n", "shopp"])).toMatchObject({
      code: 2,
      stderr: `npa: there is no namespace "shopp" in the input; did you mean shop?\n`,
    });
  });

  it("reads with the kubeconfig, context and user that are asked for", async () => {
    const users = [
      { name: "admin", token: "admin-token", allow: "everything" as const },
      { name: "bob", allow: mayRead(["", "pods"]) },
      { name: "carol", groups: ["devs"], allow: [] },
    ];
    const server = await serverFor({ users, groups: { devs: mayRead(["", "namespaces"]) } });
    const file = kubeconfigFile(server, { context: "prod" });
    const flags = ["list", "--cluster", "--kubeconfig", file, "--context", "prod"];
    expect((await npa(flags)).code).toBe(0);
    const bob = await npa([...flags, "--as", "bob"]);
    expect(bob.stderr).toContain("RBAC forbids to list networkpolicies.networking.k8s.io");
    expect(bob.stderr).not.toContain("not evaluated: Pod:");
    const carol = await npa([...flags, "--as", "carol", "--as-group", "devs"]);
    expect(carol.stderr).toContain("not evaluated: Pod:");
    expect(carol.stderr).not.toContain("not evaluated: Namespace:");
    expect(await npa([...flags, "--context", "prd"])).toMatchObject({
      code: 2,
      stderr: `npa: context "prd" is not in ${file}: did you mean prod?\n`,
    });
  });

  it("does not check the certificate when told so", async () => {
    const server = await serverFor();
    expect((await npaOn(server, ["list", "--cluster"], { caPem: "" })).code).toBe(2);
    expect((await npaOn(server, ["list", "--cluster", "--insecure-skip-tls-verify"], { caPem: "" })).code).toBe(0);
  });

  it("says how far it has come on a terminal, and nowhere else", async () => {
    const server = await serverFor();
    const shown = await npaOn(server, ["list", "--cluster"], {}, { isTTY: true });
    const erase = "\r\u001b[K";
    expect(shown.stderr.startsWith(`${erase}reading the cluster: `)).toBe(true);
    expect(shown.stderr).toMatch(/: \d+ objects? \(\w+: \d+/);
    expect(shown.stderr.endsWith(erase)).toBe(true);
    for (const [flags, env] of [
      [["-q"], {}],
      [[], { CI: "true" }],
      [[], { TERM: "dumb" }],
    ] as const) {
      const silent = await npaOn(server, ["list", "--cluster", ...flags], {}, { isTTY: true, env });
      expect(silent).toMatchObject({ code: 0, stderr: "" });
    }
  });

  it.each([
    [["list", "--cluster", "a.yaml"], "--cluster reads the live cluster, and files are named as well (a.yaml)"],
    [["list", "--context", "prod"], "--context is about a live cluster: add --cluster to read it"],
    [["list", "a.yaml", "--as", "bob"], "--as is about a live cluster, and files are read here: leave it out"],
    [["list", "--cluster", "--request-timeout", "soon"], "--request-timeout soon: write a duration like 30s or 1m"],
    [["list", "--cluster", "--request-timeout", "-1s"], "--request-timeout"],
    [["list", "--cluster", "--as-group", "devs"], "pass --as USER beside --as-group"],
    [["list", "--cluster", "--kubeconfig", "nowhere"], "nowhere"],
    [["list"], "nothing to read: name a file or a directory, or write - to read stdin, or read the live cluster with"],
    [["can", "a", "b"], "or read the live cluster with --cluster"],
  ])("refuses %s", async (argv, message) => {
    const server = await serverFor();
    const { code, stdout, stderr } = await npaOn(server, argv);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/^npa: [^\n]+\n$/);
    expect(server.requests).toEqual([]);
  });

  it.each(["30s", "1m30s", "500ms", "0", "0s", "5", "1.5h"])("takes --request-timeout %s", async (time) => {
    const server = await serverFor();
    expect((await npaOn(server, ["list", "--cluster", "--request-timeout", time])).code).toBe(0);
  });

  it("answers as the manifests do", async () => {
    const server = await serverFor();
    const directory = manifestsDirectory(manifests);
    for (const command of ["list", "graph"]) {
      const offline = await npa([command, "."], directory);
      expect((await npaOn(server, [command, "--cluster"])).stdout).toBe(offline.stdout);
    }
  });
});

describe("what RBAC forbids", () => {
  const everything = [
    ["", "namespaces"],
    ["networking.k8s.io", "networkpolicies"],
    ["", "pods"],
    ["apps", "replicasets"],
    ["apps", "deployments"],
    ["apps", "statefulsets"],
    ["apps", "daemonsets"],
    ["batch", "jobs"],
    ["batch", "cronjobs"],
    ["", "replicationcontrollers"],
    ["", "services"],
    ["networking.k8s.io", "ingresses"],
  ] as const;

  it.each(everything)("%s %s is named, with the rule that is missing and what is unknown", async (group, resource) => {
    const allow = mayRead(...everything.filter(([, other]) => other !== resource));
    const server = await serverFor({ users: [{ ...reader, allow }] });
    const { code, stderr } = await npaOn(server, ["list", "--cluster"]);
    expect(code).toBe(0);
    const name = group === "" ? resource : `${resource}.${group}`;
    const rule = `{apiGroups: ["${group}"], resources: ["${resource}"], verbs: ["list"]}`;
    expect(stderr).toMatch(/^warning: not evaluated: \w+: RBAC forbids to list /);
    expect(stderr).toContain(`RBAC forbids to list ${name}: `);
    expect(stderr).toContain(`lets npa read the rest:\nrules:\n  - ${rule}\n`);
  });

  it("makes what hangs on the labels of namespaces uncertain", async () => {
    const bare = objects.filter(({ kind }) => kind !== "Namespace");
    const tool = { apiVersion: "v1", kind: "Pod", metadata: { namespace: "tools", name: "psql" }, spec: {} };
    const made = objectsFromManifests([...bare, tool]);
    const allow = mayRead(...everything.filter(([, resource]) => resource !== "namespaces"));
    const server = await serverFor({ objects: made, users: [{ ...reader, allow }] });
    const { code, stdout } = await npaOn(server, ["can", "tools/psql", "db", "--port", "5432", "--cluster"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/^unknown/);
    const whole = await serverFor({ objects: made });
    expect((await npaOn(whole, ["can", "tools/psql", "db", "--port", "5432", "--cluster"])).stdout).toMatch(/^no/);
  });

  it("of the policies makes a yes unknown where they are hidden, and leaves a no", async () => {
    const can = async (namespaces: readonly string[], ...question: string[]): Promise<string> => {
      const others = mayRead(...everything.filter(([, resource]) => resource !== "networkpolicies"));
      const own = namespaces.map((namespace) => ({
        verb: "list",
        group: "networking.k8s.io",
        resource: "networkpolicies",
        namespace,
      }));
      const server = await serverFor({ users: [{ ...reader, allow: [...others, ...own] }] });
      const { code, stdout, stderr } = await npaOn(server, ["can", ...question, "--cluster"]);
      expect(stderr).toContain("RBAC forbids to list networkpolicies.networking.k8s.io");
      const answer = stdout.split(" ")[0] ?? "";
      expect(code).toBe(answer === "yes" ? 0 : 1);
      if (answer === "unknown") {
        expect(stdout).toContain("note: the NetworkPolicies of shop could not be read: one of them may deny it\n");
        const snapshot = await npaOn(server, ["snapshot"]);
        const again = await npa(["can", ...question, "-n", "shop", "-f", "a.yaml"], { "a.yaml": snapshot.stdout });
        expect(again).toMatchObject({ code, stdout });
      }
      return answer;
    };
    expect(await can([], "web", "db", "--port", "5432")).toBe("unknown");
    expect(await can([], "web", "internet")).toBe("unknown");
    expect(await can(["shop"], "web", "db", "--port", "5432")).toBe("yes");
    expect(await can(["shop"], "web", "db", "--port", "1")).toBe("no");
    expect(await can(["tools"], "web", "db", "--port", "1")).toBe("unknown");
    const others = mayRead(...everything.filter(([, resource]) => resource !== "networkpolicies"));
    const server = await serverFor({ users: [{ ...reader, allow: others }] });
    const list = await npaOn(server, ["list", "--cluster", "-o", "json"]);
    const { connections, uncertain } = JSON.parse(list.stdout) as ConnectivityList; // the schema's tests are elsewhere
    expect(connections).toEqual([]);
    expect(uncertain).toContainEqual(
      expect.objectContaining({
        target: "shop/db[StatefulSet]",
        because: [{ policy: "NetworkPolicy", missing: "objects that could not be read" }],
      }),
    );
  });

  it("of the policies gives no findings that they are missing; of anything else does not stop these", async () => {
    const findings = async (...hidden: readonly string[]): Promise<readonly string[]> => {
      const allow = mayRead(...everything.filter(([, resource]) => !hidden.includes(resource)));
      const server = await serverFor({ users: [{ ...reader, allow }] });
      const { stdout } = await npaOn(server, ["analyze", "--cluster", "--fail-on", "never", "-o", "json"]);
      const report = JSON.parse(stdout) as { findings: readonly { ruleId: string; object: { name: string } }[] }; // the schema's tests are elsewhere
      return report.findings.map(({ ruleId }) => ruleId).filter((id) => /default-deny|without-policies/.test(id));
    };
    const all = await findings();
    expect(all).toContain("missing-default-deny-ingress");
    expect(await findings("cronjobs", "services", "ingresses")).toEqual(all);
    expect(await findings("networkpolicies")).toEqual([]);
  });

  it("outside of one namespace leaves that namespace, which -n names", async () => {
    const allow = everything.map(([group, resource]) => ({ verb: "list", group, resource, namespace: "shop" }));
    const server = await serverFor({ users: [{ ...reader, allow }] });
    const { code, stdout, stderr } = await npaOn(server, ["list", "--cluster", "-n", "shop"], { namespace: "default" });
    expect(code).toBe(0);
    expect(stdout).toContain("  TCP 5432  shop/web[Deployment]\n");
    expect(stderr).toContain("RBAC forbids to list pods outside of shop: ");
  });

  it("when it is everything, is the end", async () => {
    const server = await serverFor({ users: [{ ...reader, allow: [] }] });
    const { code, stdout, stderr } = await npaOn(server, ["list", "--cluster"]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(/^npa: context "test" .*RBAC does not allow user "test" to list anything.*-n NAMESPACE\n$/);
  });
});
