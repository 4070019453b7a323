import type { Workload } from "../../model/cluster.ts";
import type { ScrapeDeclaration, ScrapedPort } from "../../model/scrapes.ts";
import { type ConnectionId, noConnections } from "../../sets/connection-set.ts";
import { matchesSelector } from "../../semantics/match-selector.ts";
import type { RuleContext } from "../context.ts";
import { podsOf, targetsOf } from "./listening-ports.ts";

/** A workload that a monitor scrapes, and on which ports. */
export interface MonitoredPods {
  readonly monitor: ScrapeDeclaration;
  readonly workload: Workload;
  readonly ports: ConnectionId;
}

/** What ServiceMonitors and PodMonitors declare to scrape, as far as the input shows it. */
export function* monitoredPods(context: RuleContext): Generator<MonitoredPods> {
  for (const monitor of context.cluster.scrapes ?? []) {
    const targets = monitor.of === "services" ? servicePorts(context, monitor) : podPorts(context, monitor);
    const ofWorkload = new Map<Workload, ConnectionId>();
    for (const [workload, numbers] of targets) {
      const ports = context.reachability.table.ofPorts(
        numbers.map((port) => ({ protocol: "TCP", from: port, to: port })),
      );
      ofWorkload.set(workload, context.reachability.table.union(ofWorkload.get(workload) ?? noConnections, ports));
    }
    for (const [workload, ports] of ofWorkload) if (ports !== noConnections) yield { monitor, workload, ports };
  }
}

type Target = readonly [Workload, readonly number[]];

function* servicePorts(context: RuleContext, monitor: ScrapeDeclaration): Generator<Target> {
  const { namespaces, selector, ports } = monitor;
  for (const service of context.cluster.services) {
    if (namespaces !== "any" && !namespaces.includes(service.namespace)) continue;
    if (!matchesSelector(selector, service.labels ?? {})) continue;
    for (const { workload } of podsOf(context, service)) {
      for (const scraped of ports) {
        const named = service.ports.filter(({ name }) => scraped.port !== undefined && name === scraped.port);
        const direct = scraped.targetPort === undefined ? [] : portsNamed(workload, scraped.targetPort);
        yield [workload, [...named.flatMap((port) => targetsOf(port, workload)), ...direct]];
      }
    }
  }
}

function* podPorts(context: RuleContext, { namespaces, selector, ports }: ScrapeDeclaration): Generator<Target> {
  const places = namespaces === "any" ? [undefined] : namespaces;
  for (const namespace of places) {
    for (const { workload, onNode } of context.podLabels.matching(selector, namespace)) {
      if (onNode) continue;
      for (const scraped of ports) yield [workload, portsOfPod(workload, scraped)];
    }
  }
}

function portsOfPod(workload: Workload, { port, targetPort }: ScrapedPort): readonly number[] {
  const wanted = port ?? targetPort;
  return wanted === undefined ? [] : portsNamed(workload, wanted);
}

function portsNamed({ groups }: Workload, wanted: number | string): readonly number[] {
  if (typeof wanted === "number") return wanted >= 1 && wanted <= 65_535 ? [wanted] : [];
  return groups.flatMap(({ ports }) => ports.filter(({ name }) => name === wanted).map(({ port }) => port));
}
