import { readManifests } from "../../src/read/read-manifests.ts";
import { defaultAssumptions } from "../../src/model/assumptions.ts";
import { Reachability } from "../../src/reachability/reachability.ts";

/** The relation of manifests. */
export function reach(text: string): Reachability {
  const cluster = readManifests([{ name: "cluster.yaml", text }]);
  if (cluster.problems.length > 0) throw new Error(cluster.problems.map(({ message }) => message).join("; "));
  return new Reachability(cluster, { assumptions: defaultAssumptions });
}

/** A Deployment whose pods have the label `app`. */
export function deployment(namespace: string, app: string, replicas = 2): string {
  return `
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${app}, namespace: ${namespace} }
spec:
  replicas: ${replicas}
  selector: { matchLabels: { app: ${app} } }
  template: { metadata: { labels: { app: ${app} } }, spec: { containers: [{ name: c, image: i }] } }
---`;
}

/** Pods of `app` accept TCP `port` from pods of `from` only, wherever those are: or from nobody. */
export function accepts(
  namespace: string,
  app: string,
  from?: readonly [namespace: string, app: string],
  port = 80,
): string {
  const rule =
    from === undefined
      ? "[]"
      : `[{ from: [{ namespaceSelector: { matchLabels: { kubernetes.io/metadata.name: ${from[0]} } }, podSelector: { matchLabels: { app: ${from[1]} } } }], ports: [{ port: ${port} }] }]`;
  return `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${app}-accepts, namespace: ${namespace} }
spec: { podSelector: { matchLabels: { app: ${app} } }, policyTypes: [Ingress], ingress: ${rule} }
---`;
}

/** web -> api -> db, each accepting only the one before; web accepts nobody. An admin pod in another namespace. */
export const chain: string = [
  ..."web api db".split(" ").map((app) => deployment("shop", app)),
  deployment("ops", "admin", 1),
  accepts("shop", "web"),
  accepts("shop", "api", ["shop", "web"], 8080),
  accepts("shop", "db", ["shop", "api"], 5432),
].join("");
