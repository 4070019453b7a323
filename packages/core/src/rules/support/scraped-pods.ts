import type { PodGroup, Workload } from "../../model/cluster.ts";
import { type ConnectionId, noConnections } from "../../sets/connection-set.ts";
import { labelValue } from "../../semantics/match-selector.ts";
import type { RuleContext } from "../context.ts";
import type { Place } from "../define-rule.ts";

/** A workload whose pods ask to be scraped for metrics, and where. */
export interface ScrapedPods {
  readonly workload: Workload;
  readonly ports: ConnectionId;
  /** The annotation. */
  readonly at: Place;
}

const scrape = "prometheus.io/scrape";
const scrapePort = "prometheus.io/port";

/** The workloads with the annotations that Prometheus is widely configured to follow, and a port that is known. */
export function* scrapedPods(context: RuleContext): Generator<ScrapedPods> {
  for (const workload of context.cluster.workloads) {
    const [group] = workload.groups;
    if (group === undefined || labelValue(group.annotations, scrape) !== "true") continue;
    const ports = context.reachability.table.ofPorts(
      portsOf(group).map((port) => ({ protocol: "TCP", from: port, to: port })),
    );
    if (ports === noConnections) continue;
    const path = [...group.templatePath, "metadata", "annotations", scrape];
    yield { workload, ports, at: { object: workload.ref, origin: group.origin, path } };
  }
}

/** "prometheus.io/port: scrape the pod on the indicated port instead of the pod's declared ports". */
function portsOf({ annotations, ports }: PodGroup): readonly number[] {
  const written = labelValue(annotations, scrapePort);
  if (written === undefined) return ports.filter(({ protocol }) => protocol === "TCP").map(({ port }) => port);
  const port = /^\d{1,5}$/.test(written) ? Number(written) : 0;
  return port >= 1 && port <= 65_535 ? [port] : [];
}
