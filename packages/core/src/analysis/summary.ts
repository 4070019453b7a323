import { inScope, scopeOf } from "./scope.ts";
import type { Direction } from "../model/policy.ts";
import type { Reachability } from "../reachability/reachability.ts";
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
  return {
    namespaces: scope?.size ?? cluster.namespaces.size,
    workloads,
    pods,
    policies: inScope(cluster.policies, scope).length,
    refusedPolicies: inScope(cluster.refusedPolicies, scope).length,
    isolatedIngress: isolatedWorkloads(reachability, "ingress", scope),
    isolatedEgress: isolatedWorkloads(reachability, "egress", scope),
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
    if (scope?.has(namespace) === false) continue;
    const isIsolated = reachability.isIsolated(id, direction);
    for (const { workload } of members) {
      seen.add(workload.id);
      if (!isIsolated) open.add(workload.id);
    }
  }
  return seen.size - open.size;
}

function countBySeverity(findings: readonly Finding[]): Readonly<Record<Severity, number>> {
  const counts: Record<Severity, number> = { critical: 0, high: 0, medium: 0, low: 0, info: 0 };
  for (const severity of severities)
    counts[severity] = findings.filter((finding) => finding.severity === severity).length;
  return counts;
}
