import type { Service, Workload } from "../../model/cluster.ts";
import type { FactsDraft } from "./facts-draft.ts";

/** "kubernetes" in "default": the Service of the API server in every cluster. */
export function isApiServerService(namespace: string, name: string): boolean {
  return namespace === "default" && name === "kubernetes";
}

/** Where the API server listens, as its Service and its pods tell. */
export function noteApiServers(facts: FactsDraft, services: readonly Service[], workloads: readonly Workload[]): void {
  for (const { namespace, name, clusterIPs = [], ports, origin } of services) {
    if (!isApiServerService(namespace, name)) continue;
    const source = { object: { apiVersion: "v1", kind: "Service", namespace, name }, origin };
    for (const address of clusterIPs)
      for (const { port } of ports) facts.add({ type: "api-server", address, port }, source, ["spec", "clusterIP"]);
  }
  for (const { ref, namespace, groups } of workloads) {
    if (namespace !== "kube-system") continue;
    for (const { labels, hostNetwork, addresses, origin } of groups) {
      if (!hostNetwork || labels["component"] !== "kube-apiserver") continue;
      for (const address of addresses.flat())
        facts.add({ type: "api-server", address, port: 6443 }, { object: ref, origin }, ["status", "podIPs"]);
    }
  }
}
