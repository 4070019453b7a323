import type { Cluster } from "../../src/model/cluster.ts";
import { readManifests } from "../../src/read/read-manifests.ts";

/** The cluster of manifests. */
export function clusterOf(...documents: readonly string[]): Cluster {
  return readManifests([{ name: "test.yaml", text: documents.join("---\n") }]);
}

/** A NetworkPolicy with a spec in flow style. */
export function policy(name: string, spec: string, namespace = "shop"): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}
`;
}

/** A Namespace with one label. */
export function namespaceWith(name: string, team: string): string {
  return `apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { team: ${team} } }
`;
}

/** Lets pods of team b reach web on a port. */
export function webFrom(name: string, team: string, port = 80): string {
  const peer = `{ namespaceSelector: { matchLabels: { team: ${team} } }, podSelector: { matchLabels: { app: x } } }`;
  return policy(
    name,
    `{ podSelector: { matchLabels: { app: web } }, ingress: [{ from: [${peer}], ports: [{ port: ${port} }] }] }`,
  );
}

export const denyAll: string = policy("deny", "{ podSelector: {}, policyTypes: [Ingress, Egress] }");
