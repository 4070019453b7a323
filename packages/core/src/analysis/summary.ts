import type { Direction } from "../model/policy.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { type Finding, type Severity, severities } from "../answers/finding.ts";
import type { ReportSummary } from "../answers/analysis-report.ts";

/** The figures at the head of a report. */
export function summarize(
  reachability: Reachability,
  findings: readonly Finding[],
  scoreNote: string | undefined,
): ReportSummary {
  const { cluster } = reachability;
  const { pods, podPairs, possiblePodPairs, uncertainPodPairs } = reachability.counts();
  return {
    namespaces: cluster.namespaces.size,
    workloads: cluster.workloads.length,
    pods,
    policies: cluster.policies.length,
    refusedPolicies: cluster.refusedPolicies.length,
    isolatedIngress: isolatedWorkloads(reachability, "ingress"),
    isolatedEgress: isolatedWorkloads(reachability, "egress"),
    podPairs,
    possiblePodPairs,
    uncertainPodPairs,
    findingsBySeverity: countBySeverity(findings),
    ...(scoreNote === undefined ? {} : { scoreNote }),
  };
}

/** Workloads all of whose pods some policy isolates. */
function isolatedWorkloads(reachability: Reachability, direction: Direction): number {
  const open = new Set<string>();
  const seen = new Set<string>();
  for (const { id, members } of reachability.pods.classes) {
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
