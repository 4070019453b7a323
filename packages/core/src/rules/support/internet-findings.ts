import type { Direction } from "../../model/policy.ts";
import type { RuleContext } from "../context.ts";
import type { ReportFound, ReportSkipped } from "../define-rule.ts";
import { type CountsAsOpen, internetOpenings, type InternetOpening } from "./internet.ts";
import { butDeniedByOthers } from "./opened.ts";
import type { Workload } from "../../model/cluster.ts";
import type { ConnectionId } from "../../sets/connection-set.ts";
import { isPublished } from "./known-needs.ts";
import { podsOf, targetsOf } from "./listening-ports.ts";
import { rulePortsOn } from "./rule-connections.ts";
import { relatedTo } from "./places.ts";
import { UnknownNamespaces, knownIn } from "./unevaluated.ts";
import { listText, nameOf, portsText } from "./words.ts";

const relatedParts = 10;

/** Reports policies that open the whole public internet in a direction. */
export function reportInternetOpen(
  direction: Direction,
  counts: CountsAsOpen,
  context: RuleContext,
  { report, skip }: { readonly report: ReportFound; readonly skip: ReportSkipped },
): void {
  const unknown = new UnknownNamespaces();
  for (const scope of context.scopes) {
    const openings = internetOpenings(context, scope, direction, counts);
    for (const opening of knownIn({ context, scope, direction, unknown }, "denies what is opened", openings)) {
      const [widest, ...others] = opening.parts;
      if (widest === undefined) continue;
      // Deliberate is not careless.
      if (direction === "ingress" && isDeclared(context, opening)) continue;
      report({
        at: widest.at,
        message: messageOf(opening, direction),
        affected: opening.classes,
        fix: { kind: "manual", description: advice[direction] },
        related: others
          .slice(0, relatedParts)
          .map((part) => relatedTo(part.at, `${part.cidr ?? "a rule without peers"} takes part`)),
      });
    }
  }
  unknown.tell(skip);
}

const advice: Readonly<Record<Direction, string>> = {
  ingress: "Name the addresses that are to connect. If everybody may, suppress the finding and say so.",
  egress: "Name the pods and addresses that are needed, DNS among them.",
};

/** Whether Services of type LoadBalancer or NodePort are there for just what is opened. */
function isDeclared(context: RuleContext, { classes, parts }: InternetOpening): boolean {
  if (classes.size === 0) return false;
  const { table } = context.reachability;
  return classes.toArray().every((id) => {
    const workloads = (context.reachability.podClass(id)?.members ?? []).map(({ workload }) => workload);
    return workloads.every((workload) => {
      const published = context.once(publishedPorts).get(workload);
      if (published === undefined) return false;
      const podClass = context.reachability.podClass(id);
      return parts.every(({ rule, policy }) => {
        if (podClass === undefined || !context.subjectsOf(policy).has(id)) return true;
        const opened = rulePortsOn(context, rule, podClass);
        return table.intersection(opened, published) === opened;
      });
    });
  });
}

/** The ports that Services publish, by the workload behind them. */
function publishedPorts(context: RuleContext): ReadonlyMap<Workload, ConnectionId> {
  const { table } = context.reachability;
  const published = new Map<Workload, ConnectionId>();
  for (const service of context.cluster.services) {
    if (!isPublished(service)) continue;
    for (const { workload } of podsOf(context, service)) {
      const ports = table.ofPorts(
        service.ports.flatMap((port) =>
          targetsOf(port, workload).map((target) => ({ protocol: port.protocol, from: target, to: target })),
        ),
      );
      const known = published.get(workload);
      published.set(workload, known === undefined ? ports : table.union(known, ports));
    }
  }
  return published;
}

function messageOf({ families, parts, isPart }: InternetOpening, direction: Direction): string {
  const policies = [...new Set(parts.map(({ policy }) => policy))];
  const whole = families.map((family) => `IPv${family}`).join(" and ");
  const by = [...new Set(parts.map(({ cidr }) => cidr ?? "a rule without peers"))];
  const ports = [...new Set(parts.map(({ rule }) => portsText(rule.ports)))];
  const verb = policies.length === 1 ? "opens" : "together open";
  const traffic = direction === "ingress" ? "ingress from" : "egress to";
  return `${listText(policies.map(nameOf))} ${verb} ${traffic} the whole ${whole} internet (${listText(by)}) on ${listText(ports)}${isPart ? butDeniedByOthers : ""}`;
}
