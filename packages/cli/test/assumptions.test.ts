import { describe, expect, it } from "vitest";
import { commandSummaries } from "../src/command-names.ts";
import { npa } from "./run.ts";

const world = `
apiVersion: v1
kind: Namespace
metadata: { name: a, labels: { team: x } }
---
apiVersion: v1
kind: Namespace
metadata: { name: b, labels: { team: z } }
---
apiVersion: v1
kind: Pod
metadata: { name: web, namespace: a, labels: { app: web } }
spec: { containers: [] }
---
apiVersion: v1
kind: Pod
metadata: { name: db, namespace: b, labels: { app: db } }
spec: { containers: [] }
---
apiVersion: v1
kind: Service
metadata: { name: web, namespace: a }
spec: { selector: { app: web }, ports: [{ port: 80 }] }
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: web, namespace: a }
spec: { defaultBackend: { service: { name: web, port: { number: 80 } } } }
---
`;

/** The traffic that the two readings differ about. */
const specification = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: traffic, namespace: a }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ to: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: b } } }] }]
`;

/** A policy for the pods of a namespace and one direction. */
function networkPolicy(namespace: string, name: string, type: string): string {
  return `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: { podSelector: {}, policyTypes: [${type}], ${type.toLowerCase()}: [{}] }
`;
}

function clusterWide(kind: string, name: string, spec: string, subject = "{}"): string {
  const version = kind === "ClusterNetworkPolicy" ? "v1alpha2" : "v1alpha1";
  return `---
apiVersion: policy.networking.k8s.io/${version}
kind: ${kind}
metadata: { name: ${name} }
spec: { subject: { namespaces: ${subject} }, ${spec} }
`;
}

interface Case {
  readonly values: readonly [string, string];
  /** Policies whose meaning hangs on the assumption; one that a proof compares them with. */
  readonly policies: string;
  readonly others: string;
}

const everybody = "[{ namespaces: {} }]";
const old = (action: string): string =>
  `{ action: ${action}, to: [{ namespaces: { namespaceSelector: { matchLabels: { team: x } } } }] }`;
const first = clusterWide(
  "ClusterNetworkPolicy",
  "first",
  `tier: Admin, priority: 5, ingress: [{ action: Accept, from: ${everybody} }], egress: [{ action: Accept, to: ${everybody} }]`,
);
const second = clusterWide(
  "ClusterNetworkPolicy",
  "second",
  `tier: Admin, priority: 5, ingress: [{ action: Deny, from: ${everybody} }], egress: [{ action: Deny, to: ${everybody} }]`,
);
const baseline = clusterWide(
  "BaselineAdminNetworkPolicy",
  "default",
  `egress: [{ action: Deny, to: ${everybody} }]`,
  "{ matchLabels: { kubernetes.io/metadata.name: a } }",
);

/** What each assumption that is about cluster-wide policies is asked with. */
const cases: Readonly<Record<string, Case>> = {
  npTierFinal: {
    values: ["per-direction", "per-pod"],
    // Two that could be one, as long as each is about its direction alone.
    policies: networkPolicy("a", "one", "Ingress") + networkPolicy("a", "two", "Ingress") + baseline,
    others: baseline,
  },
  equalPriority: { values: ["unknown", "name"], policies: first + second, others: first },
  anpOldForm: {
    values: ["v0.1.1", "pruned"],
    policies: clusterWide(
      "AdminNetworkPolicy",
      "old",
      `priority: 1, ingress: [{ action: Deny, from: [{ namespaces: { sameLabels: [team] } }] }], egress: [${old("Allow")}, { action: Deny, to: ${everybody} }]`,
    ),
    others: clusterWide("AdminNetworkPolicy", "old", `priority: 1, egress: [{ action: Deny, to: ${everybody} }]`),
  },
};

const ends = ["a/web", "b/db", "-f", "a.yaml", "-o", "json"];

/** Every command that tells something of policies, in each of its forms. */
const commands: Readonly<Record<string, readonly (readonly string[])[]>> = {
  analyze: [["analyze", "a.yaml", "-o", "json"]],
  list: [
    ["list", "a.yaml", "-o", "json"],
    ["list", "a.yaml", "--count", "-o", "json"],
  ],
  can: [["can", ...ends]],
  explain: [["explain", ...ends]],
  exposure: [["exposure", "a.yaml", "-o", "json"]],
  diff: [["diff", "world.yaml", "a.yaml", "-o", "json"]],
  prove: [
    ["prove", "b.yaml", "a.yaml", "-o", "json"],
    ["prove", "a.yaml", "--permits", "traffic.yaml", "-o", "json"],
    ["prove", "a.yaml", "--forbids", "traffic.yaml", "-o", "json"],
    ["prove", "a.yaml", "--redundant", "-o", "json"],
  ],
  optimize: [["optimize", "a.yaml", "-o", "json"]],
  graph: [["graph", "a.yaml", "-o", "json"]],
  baseline: [["baseline", "a.yaml", "-o", "-"]],
};

/** They say nothing of what policies do. */
const silent = ["snapshot", "rules", "demo"];

it("every command is asked", () => {
  expect([...Object.keys(commands), ...silent].toSorted()).toEqual(Object.keys(commandSummaries).toSorted());
});

describe.each(Object.entries(cases))("%s is heard by", (key, { values, policies, others }) => {
  const files = {
    "world.yaml": world,
    "a.yaml": world + policies,
    "b.yaml": world + others,
    "traffic.yaml": specification,
  };
  it.each(Object.values(commands).flat())("npa %s %s %s %s", async (...argv) => {
    const answers = await Promise.all(
      values.map(async (value) => {
        const { stdout } = await npa([...argv, "--assume", `${key}=${value}`], files);
        const { assumptions: _, restsOn: __, ...answer } = JSON.parse(stdout) as Record<string, unknown>;
        return JSON.stringify(answer);
      }),
    );
    expect(answers[0]).not.toBe(answers[1]);
  });
});
