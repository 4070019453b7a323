import { countStep } from "../lib/stoppable.ts";
import { wholePolicies } from "../semantics/whole-policies.ts";
import { inScope, scopeOf } from "./scope.ts";
import type { Direction, Policy } from "../model/policy.ts";
import type { Reachability } from "../reachability/reachability.ts";

import { ClassSet } from "../reachability/class-set.ts";
import { meets } from "../sets/interval-set.ts";
import { publicAddresses } from "../sets/special-addresses.ts";
import { type Finding, type Severity, severities } from "../answers/finding.ts";
import type { ReportSummary } from "../answers/analysis-report.ts";

/** The figures at the head of a report. */
export function summarize(
  reachability: Reachability,
  findings: readonly Finding[],
  scoreNote: string | undefined,
  namespaces?: readonly string[],
): ReportSummary {
  const { cluster } = reachability;
  const scope = scopeOf(namespaces);
  const { workloads, pods, podPairs, possiblePodPairs, uncertainPodPairs } = reachability.counts(scope);
  const policies = wholePolicies(inScope(cluster.policies, scope)).map(({ policy }) => policy);
  return {
    namespaces: scope?.size ?? cluster.namespaces.size,
    workloads,
    pods,
    policies: policies.length,
    refusedPolicies: inScope(cluster.refusedPolicies, scope).length,
    isolatedIngress: isolatedWorkloads(reachability, "ingress", scope),
    isolatedEgress: isolatedWorkloads(reachability, "egress", scope),
    ingressRules: rulesOf(policies, "ingress"),
    egressRules: rulesOf(policies, "egress"),
    internetIngress: workloadsOnInternet(reachability, "ingress", scope),
    internetEgress: workloadsOnInternet(reachability, "egress", scope),
    podPairs,
    possiblePodPairs,
    uncertainPodPairs,
    findingsBySeverity: countBySeverity(findings),
    ...(scoreNote === undefined ? {} : { scoreNote }),
  };
}

/** Workloads all of whose pods some policy isolates. */
function isolatedWorkloads(
  reachability: Reachability,
  direction: Direction,
  scope: ReadonlySet<string> | undefined,
): number {
  const open = new Set<string>();
  const seen = new Set<string>();
  for (const { id, members, namespace } of reachability.pods.classes) {
    countStep();
    if (scope?.has(namespace) === false) continue;
    const isIsolated = reachability.isIsolated(id, direction);
    for (const { workload } of members) {
      seen.add(workload.id);
      if (!isIsolated) open.add(workload.id);
    }
  }
  return seen.size - open.size;
}

function rulesOf(policies: readonly Policy[], direction: Direction): number {
  return policies.reduce(
    (sum, { rules }) => sum + rules[direction].filter(({ placeholder }) => placeholder !== true).length,
    0,
  );
}

/** Workloads with a pod that some public address may connect to, or that may connect to some, by the pod's own policies. */
function workloadsOnInternet(
  { pods, addresses, certain }: Reachability,
  direction: Direction,
  scope: ReadonlySet<string> | undefined,
): number {
  const outside = ClassSet.fromSorted(
    addresses.classes.flatMap((set, i) => (meets(set, publicAddresses()) ? [pods.classes.length + i] : [])),
  );
  const known = new Map<object, boolean>();
  const open = new Set<string>();
  for (const { id, members, namespace } of pods.classes) {
    countStep();
    const row = certain[direction].rowOf[id];
    if (row === undefined || scope?.has(namespace) === false) continue;
    let isOpen = known.get(row);
    if (isOpen === undefined) known.set(row, (isOpen = row.reaches(outside)));
    if (isOpen) for (const { workload } of members) open.add(workload.id);
  }
  return open.size;
}

function countBySeverity(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const severity of severities)
    counts[severity] = findings.filter((finding) => finding.severity === severity).length;
  return counts;
}
