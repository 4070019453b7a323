import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allKinds, type KubeObject, mayRead, objectsFromManifests } from "../../../fixtures/src/api-server/index.ts";
import { countConnectivity } from "../../src/analysis/connectivity.ts";
import { listConnectivity } from "../../src/analysis/stream-connectivity.ts";
import { snapshotFiles, snapshotStream } from "../../src/load/cluster.ts";
import { yamlText } from "../../src/load/cluster/yaml-text.ts";
import type { Cluster } from "../../src/model/cluster.ts";
import type { RawValue } from "../../src/parse/document.ts";
import { parseSource } from "../../src/parse/parse-source.ts";
import { readManifests, readDocuments } from "../../src/read/read-manifests.ts";
import { load, pods, serverFor } from "./cluster-helpers.ts";

const odd: KubeObject = {
  apiVersion: "networking.k8s.io/v1",
  kind: "NetworkPolicy",
  metadata: {
    name: "odd",
    namespace: "web",
    annotations: { "npa.dev/note": "line\n'quoted' \"and\" # no: comment\u2028" },
  },
  spec: {
    podSelector: { matchLabels: { yes: "no", "1": "0x1F", app: "web" }, matchExpressions: [] },
    ingress: [
      {},
      { from: [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }], ports: [{ port: 80 }, { port: "http" }] },
    ],
  },
};
const cilium: KubeObject = {
  apiVersion: "cilium.io/v2",
  kind: "CiliumNetworkPolicy",
  metadata: { name: "c", namespace: "web" },
  spec: { endpointSelector: { matchLabels: { app: "nobody" } }, ingress: [{ fromEntities: ["world"] }] },
};
const objects = objectsFromManifests([...pods(4), odd, cilium]);

/** What the report says, but for the places. */
function answersOf(cluster: Cluster): string {
  const inputs = { ...cluster.inputs, files: 0 };
  return JSON.stringify([listConnectivity({ ...cluster, inputs }), countConnectivity({ ...cluster, inputs })]);
}

describe("a snapshot", () => {
  it("reads back to the answers of the live cluster, from one file or from many", async () => {
    const reader = {
      name: "reader",
      token: "t",
      allow: mayRead(["", "pods"], ["networking.k8s.io", "networkpolicies"], ["cilium.io", "*"]),
    };
    const server = await serverFor({ objects, kinds: allKinds, users: [reader] });
    const read = await load(server, {}, { namespace: "web" });
    const live = answersOf(readDocuments(read.sources, read));
    const one = readManifests([{ name: "snapshot.yaml", text: [...snapshotStream(read)].join("") }]);
    const many = readManifests([...snapshotFiles(read)].map(([name, text]) => ({ name, text })));
    for (const cluster of [one, many]) {
      expect(cluster.problems).toEqual([]);
      expect(cluster.live).toBe(true);
      expect(cluster.notEvaluated.length).toBeGreaterThan(5);
      expect(answersOf(cluster)).toBe(live);
    }
  });

  it("has a file per object, with its lines", async () => {
    const server = await serverFor({ objects });
    const files = new Map(snapshotFiles(await load(server)));
    expect([...files.keys()].filter((path) => path.includes("networkpolicy"))).toEqual([
      "cluster/test/web/networkpolicy/odd.yaml",
    ]);
    const text = files.get("cluster/test/web/networkpolicy/odd.yaml") ?? "";
    const { documents } = parseSource({ name: "odd.yaml", text }, { wants: () => true }, () => {});
    const [document] = documents;
    const line = document?.locate(["spec", "ingress", 1, "ports", 0, "port"]).line ?? 0;
    expect(text.split("\n")[line - 1]).toMatch(/^ {8}[- ] port: 80$/);
  });

  it("holds neither the address of the server nor a token", async () => {
    const server = await serverFor({ objects });
    const text = [...snapshotStream(await load(server))].join("");
    expect(text).not.toContain(String(server.port));
    expect(text).not.toContain("admin-token");
  });

  it("is nothing that other manifests are taken for", () => {
    const pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: []}\n";
    const other = "apiVersion: other.dev/v1\nkind: ClusterSnapshot\nmetadata: {name: a}\n";
    const cluster = readManifests([
      { name: "pod.yaml", text: pod },
      { name: "other.yaml", text: other },
    ]);
    expect(cluster).toMatchObject({ live: false, notEvaluated: [], inputs: { documents: 2 } });
  });

  it("with a header that is nonsense is read all the same", () => {
    const text = "kind: ClusterSnapshot\napiVersion: npa.dev/v1\nspec: {notEvaluated: [1, {ref: {kind: Pod}}, null]}\n";
    expect(readManifests([{ name: "a.yaml", text }])).toMatchObject({ live: true, notEvaluated: [] });
  });
});

describe("the YAML of a snapshot", () => {
  const key = fc.oneof(
    fc.constantFrom("yes", "n", "1", "<<", "a: b", "- x", "", "__proto__", "=", "~"),
    fc.string({ unit: "binary", maxLength: 8 }),
  );
  const { value } = fc.letrec<{ value: RawValue }>((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      key,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.array(fc.tuple(key, tie("value")), { maxLength: 4 }).map((entries) => Object.fromEntries(entries)),
    ),
  }));

  it("is read as what was written", () => {
    fc.assert(
      fc.property(value, (spec) => {
        const text = yamlText({ apiVersion: "v1", kind: "Pod", spec });
        const { documents } = parseSource({ name: "x.yaml", text }, { wants: () => true }, (problem) =>
          expect(problem.message).toBe(""),
        );
        expect(JSON.parse(JSON.stringify(documents[0]?.value))).toEqual(
          JSON.parse(JSON.stringify({ apiVersion: "v1", kind: "Pod", spec })),
        );
      }),
      { numRuns: 500 },
    );
  });
});
