import { by, compareStrings } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";

/**
 * A cluster after objects were applied to it: what `changes` has replaces what the cluster has of the same kind, namespace
 * and name, the rest stays. Namespaces that `changes` only mentions keep what is known of them.
 */
export function overlayCluster(base: Cluster, changes: Cluster): Cluster {
  const declared = [...changes.namespaces].filter(([name, { declared: is }]) => is || !base.namespaces.has(name));
  const namespaces = [...new Map([...base.namespaces, ...declared])].toSorted(([a], [b]) => compareStrings(a, b));
  const key = (each: {
    readonly ref: { readonly kind: string; readonly namespace?: string; readonly name: string };
  }): string => `${each.ref.namespace ?? ""}\u0000${each.ref.name}\u0000${each.ref.kind}`;
  const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
    `${namespace}/${name}`;
  const { staged: _, ...rest } = base;
  return {
    ...rest,
    namespaces: new Map(namespaces),
    workloads: overlaid(base.workloads, changes.workloads, ({ id }) => id),
    services: overlaid(base.services, changes.services, nameOf),
    routes: overlaid(base.routes, changes.routes, key),
    gateways: overlaid(base.gateways ?? [], changes.gateways ?? [], nameOf),
    referenceGrants: overlaid(base.referenceGrants ?? [], changes.referenceGrants ?? [], nameOf),
    policies: overlaid(base.policies, changes.policies, key),
    refusedPolicies: overlaid(base.refusedPolicies, changes.refusedPolicies, key),
    notEvaluated: [...base.notEvaluated, ...changes.notEvaluated],
    problems: [...base.problems, ...changes.problems],
  };
}

function overlaid<T>(base: readonly T[], changes: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map([...base, ...changes].map((item) => [key(item), item])).values()].toSorted(by(key));
}
