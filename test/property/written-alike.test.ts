import { analyzeCluster, type Cluster, readManifests } from "@npa/core";
import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { propertyRuns } from "./runs.ts";

const { runs, wanted } = propertyRuns(100);

/** What may stand below keys that many objects share, with faults that must be told of each object that has them. */
const blocks = {
  labels: ["app: web", 'app: web\ntier: "a b"', "app: 1", "app: ${APP}", 'app: "{{ .app }}"', '"a b": c', "app:"],
  annotations: ["note: x", '"a b": c', "note: 3", "note: ${NOTE}"],
  ownerReferences: [
    "- apiVersion: apps/v1\n  kind: ReplicaSet\n  name: web-1\n  controller: true",
    "- apiVersion: apps/v1\n  kind: ReplicaSet\n  controller: true",
    "- kind: ReplicaSet\n  name: web-2\n- kind: Job\n  name: other\n  controller: true",
    "- text",
  ],
  containers: [
    "- name: a\n  ports:\n  - name: http\n    containerPort: 80",
    "- name: a\n  ports:\n  - name: http\n    containerPort: 80\n- name: b\n  ports:\n  - name: http\n    containerPort: 81",
    "- name: a\n  ports:\n  - name: http\n    containerPort: 0",
    "- name: a\n  ports:\n  - name: HTTP\n    containerPort: 80\n    protocol: tcp",
    "- name: a\n  ports:\n  - containerPort: ${PORT}",
    '- name: a\n  ports:\n  - containerPort: "{{ .port }}"',
    "- name: a\n  ports: many",
    "- text",
  ],
};

type Key = keyof typeof blocks;
const keys = Object.keys(blocks) as Key[]; // Object.keys is typed as string[]

interface Written {
  readonly kind: "Pod" | "Deployment" | "NetworkPolicy";
  readonly chosen: Readonly<Partial<Record<Key, string>>>;
}

/** The first of them, which has no fault, more often than the others. */
const block = ([first = "", ...others]: readonly string[]): fc.Arbitrary<string> =>
  fc.oneof({ arbitrary: fc.constant(first), weight: 5 }, { arbitrary: fc.constantFrom(...others), weight: 2 });

const written: fc.Arbitrary<Written> = fc.record({
  kind: fc.constantFrom("Pod", "Pod", "Deployment", "NetworkPolicy"),
  chosen: fc.record(
    Object.fromEntries(keys.map((key) => [key, block(blocks[key])])) as Record<Key, fc.Arbitrary<string>>, // as keys are
    { requiredKeys: [] },
  ),
});

/** A manifest. No two blocks with different marks have the same text, and marks move nothing. */
function textOf({ kind, chosen }: Written, i: number, mark: () => string): string {
  const block = (key: Key, indent: string): string => {
    const text = chosen[key];
    const lines =
      text === undefined ? [] : [`${key}:`, `  # ${mark()}`, ...text.split("\n").map((line) => `  ${line}`)];
    return lines.map((line) => `${indent}${line}\n`).join("");
  };
  const about = (indent: string): string => block("labels", indent) + block("annotations", indent);
  const head = (version: string): string =>
    `apiVersion: ${version}\nkind: ${kind}\nmetadata:\n  name: n${i}\n${about("  ")}${block("ownerReferences", "  ")}spec:\n  # ${mark()}\n`;
  if (kind === "Pod") return `${head("v1")}  dnsPolicy: Default\n${block("containers", "  ")}`;
  if (kind === "NetworkPolicy") return `${head("networking.k8s.io/v1")}  podSelector: {}\n`;
  return `${head("apps/v1")}  replicas: 2\n  template:\n    metadata:\n      name: x\n${about("      ")}    spec:\n      # ${mark()}\n      dnsPolicy: Default\n${block("containers", "      ")}`;
}

function clusterOf(objects: readonly Written[], apart: boolean): Cluster {
  let marks = 0;
  const mark = (): string => String(apart ? marks++ : 0).padStart(4, "0");
  return readManifests([{ name: "all.yaml", text: objects.map((each, i) => textOf(each, i, mark)).join("---\n") }]);
}

/** All but documents and functions. */
function seenOf(cluster: Cluster): unknown {
  const shown = JSON.stringify(cluster, (key, value: unknown) => (key === "origin" ? undefined : value));
  return [JSON.parse(shown), cluster.problems, analyzeCluster(cluster)];
}

describe("what is written alike is read once, and each object says what it would say alone", () => {
  it("whatever is wrong with it", () => {
    let shared = 0;
    fc.assert(
      fc.property(fc.array(written, { minLength: 3, maxLength: 6 }), (objects) => {
        const [together, apart] = [clusterOf(objects, false), clusterOf(objects, true)];
        if (countOfLabels(together) < countOfLabels(apart)) shared++;
        expect(seenOf(together)).toEqual(seenOf(apart));
      }),
      { numRuns: runs },
    );
    expect(shared).toBeGreaterThan(wanted(5));
  });
});

/** Each object once. */
function countOfLabels({ workloads }: Cluster): number {
  return new Set(workloads.flatMap(({ groups }) => groups.map(({ labels }) => labels))).size;
}
