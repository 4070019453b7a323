import { groupBy } from "../lib/group-by.ts";
import { countStep } from "../lib/stoppable.ts";
import type { Platform } from "../model/facts.ts";
import type { Direction, Policy } from "../model/policy.ts";
import type { Reachability } from "../reachability/reachability.ts";
import type { Row } from "../reachability/row.ts";
import type { Finding } from "../answers/finding.ts";
import { allConnections } from "../sets/connection-set.ts";
import { type ClassExposure, exposures } from "./exposure-figures.ts";
import { policyFaults } from "./policy-faults.ts";
import { pairFigures } from "./pair-figures.ts";
import { type ScoreFigures, sumFigures } from "./score-figures.ts";

/** The figures of every namespace of the cluster. */
export function namespaceFigures(
  reachability: Reachability,
  findings: readonly Finding[],
  platform?: Platform,
): ReadonlyMap<string, ScoreFigures> {
  const { cluster, pods } = reachability;
  const policiesOf = groupBy(cluster.policies, (policy: Policy) => policy.namespace);
  const pairs = pairFigures(reachability, policiesOf);
  const exposureOf = exposures(reachability, platform);
  const faults = policyFaults(cluster, findings);
  const none = sumFigures([]);
  const onNodes = hostNetworkPods(reachability);
  return new Map(
    [...pods.ranges].map(([name, [first, end]]) => {
      const figures = {
        ...none,
        ...podFigures(reachability, first, end, exposureOf),
        ...pairs.get(name),
        ...faults.get(name),
        hostNetworkPods: onNodes.get(name) ?? 0,
      };
      return [name, figures];
    }),
  );
}

type PodFigures = Pick<
  ScoreFigures,
  | "pods"
  | "isolatedIngress"
  | "isolatedEgress"
  | "openedIngress"
  | "openedEgress"
  | "unknownIngress"
  | "unknownEgress"
  | "fromInternet"
  | "toInternet"
  | "toMetadata"
>;

function podFigures(
  reachability: Reachability,
  first: number,
  end: number,
  exposureOf: (id: number) => ClassExposure,
): PodFigures {
  const sums: Record<keyof PodFigures, number> = {
    pods: 0,
    isolatedIngress: 0,
    isolatedEgress: 0,
    openedIngress: 0,
    openedEgress: 0,
    unknownIngress: 0,
    unknownEgress: 0,
    fromInternet: 0,
    toInternet: 0,
    toMetadata: 0,
  };
  const isolation = (id: number, direction: Direction): "open" | "opened" | "isolated" | "unknown" => {
    const row = reachability.certain[direction].rowOf[id];
    if (row === undefined || !row.isolated) return "open";
    if (!reachability.isIsolated(id, direction)) return "unknown";
    return letsEverythingThrough(row, reachability) ? "opened" : "isolated";
  };
  for (let id = first; id < end; id++) {
    countStep();
    const pods = reachability.podClass(id)?.pods ?? 0;
    const [ingress, egress] = [isolation(id, "ingress"), isolation(id, "egress")];
    const exposure = exposureOf(id);
    sums.pods += pods;
    sums.isolatedIngress += ingress === "isolated" ? pods : 0;
    sums.openedIngress += ingress === "opened" ? pods : 0;
    sums.isolatedEgress += egress === "isolated" ? pods : 0;
    sums.openedEgress += egress === "opened" ? pods : 0;
    sums.unknownIngress += ingress === "unknown" ? pods : 0;
    sums.unknownEgress += egress === "unknown" ? pods : 0;
    // Of what may be isolated nothing is known here either.
    sums.fromInternet += ingress === "unknown" ? 0 : exposure.fromInternet * pods;
    sums.toInternet += egress === "unknown" ? 0 : exposure.toInternet * pods;
    sums.toMetadata += egress === "unknown" ? 0 : exposure.toMetadata * pods;
  }
  return sums;
}

/** Whether a rule without peers and ports makes isolation void. */
function letsEverythingThrough(row: Row, { classCount, table }: Reachability): boolean {
  if (!row.onlyAdds) {
    const { starts, connections } = row.toMap();
    // The last one may say that there are no more classes.
    return starts[0] === 0 && connections.every((id, i) => table.isAll(id) || (starts[i] ?? 0) >= classCount);
  }
  const { dense, sparse } = row;
  if (dense.isEverything) return true;
  const [start, next = classCount] = sparse.starts;
  return start === 0 && next >= classCount && sparse.connections[0] === allConnections;
}

function hostNetworkPods({ pods }: Reachability): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { namespace, pods: count } of pods.classes.slice(pods.selectable))
    counts.set(namespace, (counts.get(namespace) ?? 0) + count);
  return counts;
}
