import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cluster } from "../../src/model/cluster.ts";
import type { RawDocument, RawValue } from "../../src/parse/document.ts";
import { normalize } from "../../src/normalize/normalize.ts";
import { parseSource } from "../../src/parse/parse-source.ts";
import { locationOf } from "../../src/source/position.ts";
import { group, readManifests } from "./read-manifests.ts";
import { processorTime } from "../../../../test/setup/processor-time.ts";

describe("hostile input", () => {
  const word = fc.constantFrom(
    "spec",
    "metadata",
    "name",
    "namespace",
    "labels",
    "podSelector",
    "matchLabels",
    "matchExpressions",
    "ingress",
    "from",
    "to",
    "ports",
    "port",
    "endPort",
    "ipBlock",
    "cidr",
    "except",
    "items",
    "template",
    "containers",
    "status",
    "podIPs",
    "ownerReferences",
    "__proto__",
    "key",
    "operator",
    "values",
  );
  const leaf = fc.constantFrom<RawValue>(
    null,
    true,
    0,
    80,
    -1,
    1e300,
    0.5,
    "",
    "a",
    "In",
    "10.0.0.0/8",
    "::ffff:1.2.3.4/120",
    "TCP",
    "\u001b[0m",
  );
  const { value } = fc.letrec<{ value: RawValue }>((tie) => ({
    value: fc.oneof(
      { depthSize: "medium", withCrossShrink: true },
      leaf,
      fc.array(tie("value"), { maxLength: 3 }),
      fc.dictionary(word, tie("value"), { maxKeys: 5, noNullPrototype: false }) as fc.Arbitrary<RawValue>,
    ),
  }));
  const kind = fc.constantFrom(
    "v1 Pod",
    "apps/v1 Deployment",
    "batch/v1 CronJob",
    "v1 Service",
    "v1 Namespace",
    "networking.k8s.io/v1 NetworkPolicy",
    "networking.k8s.io/v1 Ingress",
    "route.openshift.io/v1 Route",
    "gateway.networking.k8s.io/v1 HTTPRoute",
    "gateway.networking.k8s.io/v1 Gateway",
    "gateway.networking.k8s.io/v1 ReferenceGrant",
    "v1 Endpoints",
    "v1 List",
    "v1 PodList",
    "cilium.io/v2 CiliumNetworkPolicy",
  );
  const object = fc
    .tuple(kind, value, value, value, fc.boolean())
    .map(([id, metadata, spec, items, named]): RawValue => {
      const [apiVersion = "", kindName = ""] = id.split(" ");
      return { apiVersion, kind: kindName, metadata: named ? { name: "a" } : metadata, spec, items };
    });

  function clusterOf(values: readonly RawValue[], live: boolean): { cluster: Cluster; problems: readonly unknown[] } {
    const problems: unknown[] = [];
    const nowhere = { file: "f", line: 1, column: 1, endLine: 1, endColumn: 1, path: "" };
    const documents = values.map((value, index): RawDocument => ({ file: "f", index, value, locate: () => nowhere }));
    const options = { defaultNamespace: "default", live, problems: [] };
    const cluster = normalize([{ documents, skipped: [] }], options, (problem) => problems.push(problem));
    return { cluster, problems };
  }

  it("never throws, and what is refused is told", () => {
    fc.assert(
      fc.property(fc.array(object, { maxLength: 4 }), fc.boolean(), (values, live) => {
        const { cluster, problems } = clusterOf(values, live);
        const refused = cluster.refusedPolicies.length;
        expect(refused === 0 || (!live && problems.length > 0)).toBe(true);
        for (const { groups } of cluster.workloads) expect(groups.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  const policy = `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, labels: {a: b}}, spec: {
    podSelector: {matchLabels: {a: b}, matchExpressions: [{key: k, operator: In, values: [v]}]}, policyTypes: [Ingress, Egress],
    ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [10.1.0.0/16]}}, {namespaceSelector: {}, podSelector: {}}], ports: [{port: 1, endPort: 2}]}],
    egress: [{to: [{podSelector: {}}], ports: [{port: web, protocol: UDP}]}]}}`;
  const pods = `{apiVersion: apps/v1, kind: Deployment, metadata: {name: d, ownerReferences: [{kind: X, name: q, controller: true}]},
    spec: {replicas: 2, template: {metadata: {labels: {a: b}}, spec: {containers: [{ports: [{name: web, containerPort: 80}]}]}}}}`;

  it("one wrong value anywhere: the policy is in force or refused, the workload there or reported", () => {
    const documents = readRaw([policy, pods]);
    const places = documents.flatMap((document, index) => pathsOf(document).map((path) => ({ index, path })));
    fc.assert(
      fc.property(fc.constantFrom(...places), leaf, fc.boolean(), ({ index, path }, wrong, live) => {
        const { cluster, problems } = clusterOf([replaced(documents[index] ?? null, path, wrong)], live);
        const { policies, refusedPolicies, workloads, inputs } = cluster;
        const read = policies.length + refusedPolicies.length + workloads.length + inputs.skipped;
        expect(read > 0 || problems.length > 0 || path.length === 1).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it("thousands of duplicates across two documents are reported in reasonable time", () => {
    const list = `kind: PodList\napiVersion: v1\nitems:\n${Array.from({ length: 3000 }, (_, i) => `- {metadata: {name: p${i}}}`).join("\n")}`;
    const spent = processorTime(() => {
      const cluster = readManifests([`${list}\n---\n${list}`]);
      expect(cluster.problems).toHaveLength(3000);
      expect(locationOf(group(cluster, "default/p7[Pod]").origin).line).toBeGreaterThan(3000);
    });
    expect(spent).toBeLessThan(5000);
  });
});

function readRaw(texts: readonly string[]): readonly RawValue[] {
  return texts.map(
    (text) => parseSource({ name: "f", text }, { wants: () => true }, () => {}).documents[0]?.value ?? null,
  );
}

type Path = readonly (string | number)[];

/** The paths of all nodes below the root. */
function pathsOf(value: RawValue, path: Path = []): readonly Path[] {
  const entries = typeof value === "object" && value !== null ? Object.entries(value) : [];
  return entries.flatMap(([key, child]) => {
    const below = [...path, Array.isArray(value) ? Number(key) : key];
    return [below, ...pathsOf(child, below)];
  });
}

/** The value with the node at the path replaced. */
function replaced(value: RawValue, [step, ...rest]: Path, by: RawValue): RawValue {
  if (step === undefined) return by;
  const copy = structuredClone(value) as Record<string | number, RawValue>; // the path exists, so this is an object or an array
  copy[step] = replaced(copy[step] ?? null, rest, by);
  return copy;
}
