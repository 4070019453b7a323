import type { JsonValue } from "../../answers/finding.ts";
import type { Workload } from "../../model/cluster.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { ConnectionId } from "../../sets/connection-set.ts";
import type { NamespaceFacts, RuleContext } from "../context.ts";
import { selectorOf } from "./dns-servers.ts";
import { monitoredPods } from "./monitored-pods.ts";
import { type KnownNeed, isOpen } from "./open-pods.ts";
import { lastingLabels } from "./open-workloads.ts";
import { scrapedPods } from "./scraped-pods.ts";
import { nameOf } from "./words.ts";

/** Who scrapes is Prometheus, and where it is not shown it is known by the label of its chart and its operator. */
const prometheus: JsonValue = {
  namespaceSelector: {},
  podSelector: { matchLabels: { "app.kubernetes.io/name": "prometheus" } },
};

interface Scraped {
  readonly workload: Workload;
  readonly ports: ConnectionId;
  readonly by: string;
}

/** What annotations, ServiceMonitors and PodMonitors ask to be scraped. */
export function scrapeNeeds(context: RuleContext, facts: NamespaceFacts, open: ClassSet): readonly KnownNeed[] {
  const asked = context.once(scrapedByNamespace).get(facts.name) ?? [];
  const needs = asked.flatMap((each) => needOf(context, facts, open, each));
  return [...new Map(needs.toReversed().map((need) => [JSON.stringify([need.subject, need.ports]), need])).values()];
}

function scrapedByNamespace(context: RuleContext): ReadonlyMap<string, readonly Scraped[]> {
  const asked: readonly Scraped[] = [
    ...[...scrapedPods(context)].map((each) => ({ ...each, by: `${each.workload.name} asks to be scraped` })),
    ...[...monitoredPods(context)].map((each) => ({ ...each, by: nameOf(each.monitor) })),
  ];
  return groupBy(asked, ({ workload }) => workload.namespace);
}

function needOf(
  context: RuleContext,
  facts: NamespaceFacts,
  open: ClassSet,
  { workload, ports, by }: Scraped,
): readonly KnownNeed[] {
  const subject = selectorOf(lastingLabels(workload));
  if (!isOpen(context, facts, "ingress", subject, open)) return [];
  const numbers = [...context.reachability.table.ports(ports)];
  const written = numbers.flatMap(([protocol, ranges]) => ranges.map(({ from }) => ({ protocol, port: from })));
  return [{ subject, peers: [prometheus], ports: written, because: `${by}: Prometheus, by its usual label` }];
}
