import { describe, expect, it } from "vitest";
import { can, readManifests } from "../../src/entries/index.ts";

const pods = ["a", "b"]
  .map(
    (namespace) => `apiVersion: v1
kind: Namespace
metadata: {name: ${namespace}, labels: {team: ${namespace}}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: ${namespace}, labels: {app: web}}
spec: {serviceAccountName: ${namespace}, containers: [{name: c, image: i}]}
---
apiVersion: v1
kind: Pod
metadata: {name: db, namespace: ${namespace}, labels: {app: db}}
spec: {containers: [{name: c, image: i}]}
`,
  )
  .join("---\n");

/** Which of the pods `web` a NetworkPolicy of namespace a lets in. */
function letIn(
  peer: string,
  dataplane: "cilium" | "kubernetes" = "cilium",
  podSelector = "{matchLabels: {app: db}}",
): string {
  const policy = `---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec: {podSelector: ${podSelector}, ingress: [{from: [${peer}]}]}\n`;
  const cluster = readManifests([{ name: "a.yaml", text: pods + policy }]);
  return ["a/web", "b/web"]
    .filter((source) => can(cluster, { source, target: "a/db" }, { assumptions: { dataplane } }).answer === "yes")
    .join();
}

const name = "io.kubernetes.pod.namespace";
const label = "io.cilium.k8s.namespace.labels.team";
const account = "io.cilium.k8s.policy.serviceaccount";
const labels = (key: string, value: string): string => `podSelector: {matchLabels: {${key}: ${value}}}`;
const asked = (key: string, operator: string, value: string): string =>
  `podSelector: {matchExpressions: [{key: ${key}, operator: ${operator}, values: [${value}]}]}`;

describe("labels that identities of Cilium have beside those of pods, in NetworkPolicies", () => {
  it("name the namespace of pods, which the own one overrides in matchLabels where no namespaces are named", () => {
    expect(letIn(`{${labels(name, "a")}}`)).toBe("a/web");
    expect(letIn(`{${labels(name, "b")}}`)).toBe("a/web");
    expect(letIn(`{${asked(name, "In", "b")}}`)).toBe("");
    expect(letIn(`{${asked(name, "NotIn", "b")}}`)).toBe("a/web");
    expect(letIn(`{namespaceSelector: {}, ${labels(name, "b")}}`)).toBe("b/web");
    expect(letIn(`{namespaceSelector: {}, ${asked(name, "NotIn", "b")}}`)).toBe("a/web");
  });

  it("name the labels of their namespace, and their account", () => {
    expect(letIn(`{namespaceSelector: {}, ${labels(label, "b")}}`)).toBe("b/web");
    expect(letIn(`{${labels(label, "b")}}`)).toBe("");
    expect(letIn(`{namespaceSelector: {}, ${labels(account, "b")}}`)).toBe("b/web");
  });

  it("select the pods of a policy", () => {
    const everybody = "{namespaceSelector: {}}";
    const nobody = `{${labels("app", "nobody")}}`;
    expect(letIn(nobody, "cilium", `{matchLabels: {${name}: b}}`)).toBe("");
    expect(letIn(nobody, "cilium", `{matchExpressions: [{key: ${name}, operator: NotIn, values: [a]}]}`)).toBe(
      "a/web,b/web",
    );
    expect(letIn(everybody, "cilium", `{matchLabels: {${label}: a}}`)).toBe("a/web,b/web");
  });

  it("are no labels of pods elsewhere", () => {
    expect(letIn(`{${labels(name, "a")}}`, "kubernetes")).toBe("");
    expect(letIn(`{${asked(name, "NotIn", "a")}}`, "kubernetes")).toBe("a/web");
  });
});
