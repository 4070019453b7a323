import type { KubeObject } from "@npa/fixtures/api-server";
import { describe, expect, it } from "vitest";
import { listConnectivity } from "../../src/analysis/stream-connectivity.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import { parseSource } from "../../src/parse/parse-source.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

function textOf(objects: readonly KubeObject[]): string {
  return JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
}

function stateOf(objects: readonly KubeObject[]): Cluster {
  return readManifests([{ name: "c.json", text: textOf(objects) }]);
}

/** A cluster that has some objects after others are applied. */
function applied(stored: readonly KubeObject[], files: readonly KubeObject[], defaultNamespace = "default"): Cluster {
  const options = { wants: () => true };
  const source = parseSource({ name: "cluster.json", text: textOf(stored) }, options, () => undefined);
  return readManifests([{ name: "files.json", text: textOf(files) }], {
    onto: { sources: [source] },
    defaultNamespace,
  });
}

/** All that is known of a cluster but for where it is written, in which order, what is wrong with it, and whether a server gave it. */
function factsOf(cluster: Cluster): unknown {
  const left = new Set(["origin", "index", "written", "live", "inputs", "problems", "refusedPolicies"]);
  const text = JSON.stringify({ ...cluster, namespaces: [...cluster.namespaces] }, (key, value: unknown) =>
    left.has(key) ? undefined : typeof value === "bigint" || value === Infinity ? String(value) : value,
  );
  return JSON.parse(text) as unknown;
}

const pod = (name: string, more: object = {}): KubeObject => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, namespace: "shop", labels: { app: name }, ...more },
});

function policy(name: string, spec: object): KubeObject {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name, namespace: "shop" }, spec };
}

const pods = ["web", "db", "api"].map((name) => pod(name));
const ofDb = { podSelector: { matchLabels: { app: "db" } } };
const admitWeb = policy("db", { ...ofDb, ingress: [{ from: [{ podSelector: { matchLabels: { app: "web" } } }] }] });

describe("objects that are applied to a cluster", () => {
  it("name what only the cluster has", () => {
    const group: KubeObject = {
      apiVersion: "cilium.io/v2alpha1",
      kind: "CiliumCIDRGroup",
      metadata: { name: "office" },
      spec: { externalCIDRs: ["192.0.2.0/24"] },
    };
    const ofGroup: KubeObject = {
      apiVersion: "cilium.io/v2",
      kind: "CiliumNetworkPolicy",
      metadata: { name: "db", namespace: "shop" },
      spec: {
        endpointSelector: { matchLabels: { app: "db" } },
        ingress: [{ fromCIDRSet: [{ cidrGroupRef: "office" }] }],
      },
    };
    const after = applied([...pods, group], [ofGroup]);
    const into = listConnectivity(after).connections.filter(({ target }) => target === "shop/db[Pod]");
    expect(into.map(({ source }) => source)).toEqual(["external[192.0.2.0-192.0.2.255]"]);
  });

  it("that the server would refuse leave what is there", () => {
    const wrong = policy("db", { ...ofDb, ingress: [{ ports: [{ port: 70_000 }] }] });
    const after = applied([...pods, admitWeb], [wrong]);
    expect(factsOf(after)).toEqual(factsOf(stateOf([...pods, admitWeb])));
    expect(after.refusedPolicies.map(({ ref }) => ref.name)).toEqual(["db"]);
  });

  it("without a namespace are in that of the context", () => {
    const { namespace: _, ...metadata } = admitWeb.metadata ?? {};
    const own = policy("db", ofDb);
    expect(factsOf(applied([...pods, own], [{ ...admitWeb, metadata }], "shop"))).toEqual(
      factsOf(stateOf([...pods, admitWeb])),
    );
  });

  it.each(["crd.projectcalico.org/v1", "projectcalico.org/v3"])(
    "of Calico are those of %s, with their tier in the name or without",
    (apiVersion) => {
      const calico = (name: string, version: string, action: string): KubeObject => ({
        apiVersion: version,
        kind: "GlobalNetworkPolicy",
        metadata: { name },
        spec: { selector: "app == 'db'", types: ["Ingress"], ingress: [{ action }] },
      });
      const files = [calico("guard", "projectcalico.org/v3", "Deny")];
      const after = applied([...pods, calico("default.guard", apiVersion, "Allow")], files);
      expect(factsOf(after)).toEqual(factsOf(stateOf([...pods, ...files])));
    },
  );

  it("keep policies of the same name and kind of different projects apart", () => {
    const calico = { ...admitWeb, apiVersion: "projectcalico.org/v3", spec: { selector: "app == 'api'" } };
    expect(factsOf(applied([...pods, admitWeb], [calico]))).toEqual(factsOf(stateOf([...pods, admitWeb, calico])));
  });

  it("are no duplicates of what they replace, but of each other", () => {
    const codesOf = (cluster: Cluster): readonly string[] => cluster.problems.map(({ code }) => code);
    expect(codesOf(applied([...pods, admitWeb], [admitWeb]))).toEqual([]);
    expect(codesOf(applied(pods, [admitWeb, admitWeb]))).toEqual(["duplicate-object"]);
  });

  describe("and pods of a Deployment", () => {
    const deployment = (labels: object, more: object = {}): KubeObject => ({
      apiVersion: "apps/v1",
      kind: "Deployment",
      metadata: { name: "web", namespace: "shop" },
      spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels } }, ...more },
    });
    const replicaSet = {
      apiVersion: "apps/v1",
      kind: "ReplicaSet",
      metadata: { name: "web-1", namespace: "shop", ownerReferences: [ownedBy("Deployment", "web")] },
      spec: { selector: { matchLabels: { app: "web" } }, template: { metadata: { labels: { app: "web" } } } },
    };
    const running = {
      ...pod("web-1-x", { labels: { app: "web" }, ownerReferences: [ownedBy("ReplicaSet", "web-1")] }),
      status: { phase: "Running", podIPs: [{ ip: "10.1.2.3" }] },
    };
    const stored = [deployment({ app: "web" }), replicaSet, running];
    const groupsOf = (files: readonly KubeObject[]): unknown =>
      applied(stored, files).workloads.map(({ id, groups }) => [
        id,
        groups.map(({ labels, addresses }) => [{ ...labels }, addresses.flat()]),
      ]);

    it("stay while its template does", () => {
      const same = [["shop/web[Deployment]", [[{ app: "web" }, ["10.1.2.3"]]]]];
      expect(groupsOf([])).toEqual(same);
      expect(groupsOf([deployment({ app: "web" }, { replicas: 9 })])).toEqual(same);
    });

    it("are replaced by those of a new one", () => {
      expect(groupsOf([deployment({ app: "web", tier: "front" })])).toEqual([
        ["shop/web[Deployment]", [[{ app: "web", tier: "front" }, []]]],
      ]);
    });
  });
});

function ownedBy(kind: string, name: string): object {
  return { apiVersion: "apps/v1", kind, name, controller: true };
}
