import type { Cluster, Endpoint } from "@npa/core";
import type { LabelMatcher } from "./label-selector.ts";

/** Whether an endpoint is a workload whose pods have the labels, in one of the namespaces if any are given. */
export function selectedEndpoints(
  cluster: Cluster,
  matches: LabelMatcher,
  namespaces: readonly string[],
): (endpoint: Endpoint) => boolean {
  const workloads = new Set(
    cluster.workloads.filter(({ groups }) => groups.some(({ labels }) => matches(labels))).map(({ id }) => id),
  );
  return (endpoint) => {
    if (endpoint.type !== "workload") return false;
    const { namespace, name, workloadKind } = endpoint;
    const inScope = namespaces.length === 0 || namespaces.includes(namespace);
    return inScope && workloads.has(`${namespace}/${name}[${workloadKind}]`);
  };
}
