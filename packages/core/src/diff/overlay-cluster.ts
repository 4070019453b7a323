import { by, compareStrings } from "../lib/compare.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import { objectKey } from "./changed-policies.ts";

type Written = Pick<Policy, "ref">;

/**
 * A cluster after objects were applied to it: what `changes` has replaces what the cluster has of the same kind, namespace
 * and name, the rest stays. Namespaces that `changes` only mentions keep what is known of them, and a policy that the API
 * server would refuse leaves the one that is there.
 */
export function overlayCluster(base: Cluster, changes: Cluster): Cluster {
  const declared = [...changes.namespaces].filter(([name, { declared: is }]) => is || !base.namespaces.has(name));
  const namespaces = [...new Map([...base.namespaces, ...declared])].toSorted(([a], [b]) => compareStrings(a, b));
  const nameOf = ({ namespace, name }: { readonly namespace: string; readonly name: string }): string =>
    `${namespace}/${name}`;
  // An object may be several policies, and what was evaluated may not be after it, or the other way round.
  const applied = new Set(
    [...changes.policies, ...changes.notEvaluated, ...(changes.hostPolicies ?? [])].map(({ ref }) => objectKey(ref)),
  );
  const over = <T extends Written>(some: readonly T[], others: readonly T[]): readonly T[] => [
    ...some.filter(({ ref }) => !applied.has(objectKey(ref))),
    ...others,
  ];
  const hostPolicies = over(base.hostPolicies ?? [], changes.hostPolicies ?? []);
  const { staged: _staged, hostPolicies: _hostPolicies, ...rest } = base;
  return {
    ...rest,
    namespaces: new Map(namespaces),
    workloads: overlaid(base.workloads, changes.workloads, ({ id }) => id),
    services: overlaid(base.services, changes.services, nameOf),
    routes: overlaid(base.routes, changes.routes, ({ ref }) => objectKey(ref)),
    gateways: overlaid(base.gateways ?? [], changes.gateways ?? [], nameOf),
    referenceGrants: overlaid(base.referenceGrants ?? [], changes.referenceGrants ?? [], nameOf),
    policies: over(base.policies, changes.policies).toSorted(
      by(({ ref: { namespace = "", name } }) => `${namespace}/${name}`),
    ),
    ...(hostPolicies.length === 0 ? {} : { hostPolicies }),
    refusedPolicies: over(base.refusedPolicies, changes.refusedPolicies),
    notEvaluated: over(base.notEvaluated, changes.notEvaluated),
    problems: [...base.problems, ...changes.problems],
  };
}

function overlaid<T>(base: readonly T[], changes: readonly T[], key: (item: T) => string): readonly T[] {
  return [...new Map([...base, ...changes].map((item) => [key(item), item])).values()].toSorted(by(key));
}
