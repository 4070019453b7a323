import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ClusterRead, loadCluster } from "@npa/core/cluster";
import { type AllowRule, type ServedKind, objectsFromManifests, startApiServer } from "@npa/fixtures/api-server";
import { describe, expect, it, onTestFinished } from "vitest";
import { builtInKinds, installedKinds, resourceName } from "../../packages/core/src/load/cluster/cluster-kinds.ts";
import { configMapKind, factConfigMaps, factNamespace } from "../../packages/core/src/load/cluster/fact-config-maps.ts";
import { factKinds } from "../../packages/core/src/load/cluster/fact-kinds.ts";
import { parseSource } from "../../packages/core/src/parse/parse-source.ts";
import { codeBlocks, page, sections, tableRows } from "./markdown.ts";

const text = page("cluster.md");

interface RbacRole {
  readonly metadata: { readonly namespace?: string };
  readonly rules: readonly {
    readonly apiGroups: readonly string[];
    readonly resources: readonly string[];
    readonly resourceNames?: readonly string[];
    readonly verbs: readonly string[];
  }[];
}

/** The rules of a role that the page shows, one for each resource. */
function rulesOf(note: string): readonly AllowRule[] {
  const block = codeBlocks(text).find((candidate) => candidate.note === note);
  const { documents } = parseSource({ name: note, text: block?.text ?? "" }, { wants: () => true }, () => {});
  const { metadata, rules } = JSON.parse(JSON.stringify(documents[0]?.value ?? {})) as RbacRole; // the page's own YAML
  const within = metadata.namespace === undefined ? {} : { namespace: metadata.namespace };
  return rules.flatMap(({ apiGroups, resources, resourceNames, verbs }) => {
    const named = resourceNames === undefined ? {} : { names: resourceNames };
    return apiGroups.flatMap((group) =>
      resources.flatMap((resource) => verbs.map((verb) => ({ verb, group, resource, ...within, ...named }))),
    );
  });
}

/** A cluster with everything installed that npa knows; Calico in one of its two groups. */
function kindsWith(calico: string): readonly ServedKind[] {
  return [...builtInKinds, ...factKinds, configMapKind, ...installedKinds]
    .filter(({ group }) => !group.endsWith("projectcalico.org") || group === calico)
    .map(({ group, version, kind, resource, namespaced, presence }) => ({
      group,
      version,
      kind,
      resource,
      namespaced,
      shortNames: [],
      inAll: false,
      custom: presence !== "built-in" && !group.endsWith(".k8s.io") && group !== "",
    }));
}

const objects = objectsFromManifests([{ apiVersion: "v1", kind: "Pod", metadata: { name: "web", namespace: "shop" } }]);

async function readWith(allow: readonly AllowRule[], calico = "crd.projectcalico.org"): Promise<ClusterRead> {
  const users = [{ name: "npa", token: "npa-token", allow }];
  const server = await startApiServer({ kinds: kindsWith(calico), users, objects });
  const folder = mkdtempSync(join(tmpdir(), "npa-docs-"));
  onTestFinished(async () => {
    rmSync(folder, { recursive: true, force: true });
    await server.close();
  });
  const kubeconfig = join(folder, "config");
  writeFileSync(kubeconfig, server.kubeconfig({ namespace: "default" }));
  return await loadCluster({ kubeconfig, env: {}, namespaces: ["shop"] });
}

const clusterRules = rulesOf("cluster-role");
const factRules = rulesOf("fact-role");

describe("the ClusterRole of docs/cluster.md", () => {
  it.each(["crd.projectcalico.org", "projectcalico.org"])("suffices, with Calico in %s", async (calico) => {
    const read = await readWith([...clusterRules, ...factRules], calico);
    expect(read).toMatchObject({ forbidden: [], notEvaluated: [], absent: [] });
    expect(read.sources.flatMap(({ documents }) => documents)).toHaveLength(2);
  });

  it.each(clusterRules)("has nothing to spare: $resource of $group", async (rule) => {
    const calico = rule.group === "projectcalico.org" ? rule.group : undefined;
    const { forbidden } = await readWith([...clusterRules.filter((other) => other !== rule), ...factRules], calico);
    expect(forbidden).toMatchObject([{ verb: "list", group: rule.group, resource: rule.resource }]);
  });

  it("has no verb but list", () => {
    expect(new Set(clusterRules.map(({ verb }) => verb))).toEqual(new Set(["list"]));
  });
});

describe("the Role of docs/cluster.md for facts", () => {
  it("names each ConfigMap that is read, and no other", () => {
    const [namespace, names] = [factNamespace, factConfigMaps];
    expect(factRules).toEqual([{ verb: "get", group: "", resource: "configmaps", namespace, names }]);
  });

  it("is all that is missing without it", async () => {
    const { forbidden, notEvaluated } = await readWith(clusterRules);
    expect(forbidden).toMatchObject([{ verb: "get", resource: "configmaps" }]);
    expect(notEvaluated).toEqual([]);
  });
});

describe("the Role of docs/cluster.md", () => {
  const role = rulesOf("role");
  const namespaced = builtInKinds.filter((kind) => kind.namespaced).map(resourceName);

  it("lets npa read its namespace", async () => {
    const { forbidden } = await readWith(role);
    const read = forbidden.filter(({ readNamespaces }) => readNamespaces.includes("shop")).map(resourceName);
    expect(read.toSorted()).toEqual(namespaced.toSorted());
  });

  it.each(role)("has nothing to spare: $resource of $group", async (rule) => {
    const { forbidden } = await readWith(role.filter((other) => other !== rule));
    const read = forbidden.filter(({ readNamespaces }) => readNamespaces.includes("shop")).map(resourceName);
    expect(read.toSorted()).toEqual(namespaced.filter((name) => name !== resourceName(rule)).toSorted());
  });
});

describe("the table of docs/cluster.md", () => {
  it("says what npa says is unknown without a permission", () => {
    const rows = tableRows(sections(text).get("What is missing without a permission") ?? "").slice(2);
    expect(rows).toEqual(
      [...builtInKinds, ...factKinds, configMapKind].map((kind) => [resourceName(kind), kind.withoutIt]),
    );
  });
});
