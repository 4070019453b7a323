import type { Cluster } from "../model/cluster.ts";
import type { Labels } from "../model/selector.ts";
import type { Finding } from "../answers/finding.ts";

/** How the labels of what a finding is about are found: those of the policy, of the namespace, or of the workload's pods. */
export function labelFinder(cluster: Cluster): (finding: Finding) => readonly Labels[] {
  let byObject: ReadonlyMap<string, readonly Labels[]> | undefined;
  return ({ object: { kind, namespace, name } }) => {
    // Few configurations ask.
    byObject ??= labelsByObject(cluster);
    return byObject.get(keyOf(kind, namespace, name)) ?? [];
  };
}

function labelsByObject({ namespaces, policies, workloads }: Cluster): ReadonlyMap<string, readonly Labels[]> {
  const found = new Map<string, readonly Labels[]>();
  for (const { name, labels } of namespaces.values()) found.set(keyOf("Namespace", undefined, name), [labels]);
  for (const { ref, labels } of policies)
    if (labels !== undefined) found.set(keyOf(ref.kind, ref.namespace, ref.name), [labels]);
  for (const { ref, groups } of workloads) {
    found.set(
      keyOf(ref.kind, ref.namespace, ref.name),
      groups.map(({ labels }) => labels),
    );
  }
  return found;
}

function keyOf(kind: string, namespace: string | undefined, name: string): string {
  return JSON.stringify([kind, namespace ?? "", name]);
}
