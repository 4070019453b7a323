import type { Direction } from "../../model/policy.ts";
import type { RuleContext } from "../context.ts";
import type { ReportFound, ReportSkipped } from "../define-rule.ts";
import { type CountsAsOpen, type InternetOpening, internetOpenings } from "./internet.ts";
import type { Workload } from "../../model/cluster.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import { decidingRules } from "../../semantics/rules-in-force.ts";
import { type ConnectionId, noConnections } from "../../sets/connection-set.ts";
import { meets } from "../../sets/interval-set.ts";
import { publicAddresses } from "../../sets/special-addresses.ts";
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
    const openings = internetOpenings(context, scope, direction, counts).flatMap(
      (opening) => withoutDenied(context, opening, direction) ?? [],
    );
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

/** An opening for the pods of it that some of the internet does pass; undefined where denies leave nobody. */
function withoutDenied(
  context: RuleContext,
  opening: InternetOpening,
  direction: Direction,
): InternetOpening | undefined {
  if (opening.classes.size === 0 || !context.once(denying[direction])) return opening;
  const { possible } = context.reachability;
  const outside = context.once(publicClasses);
  const open = opening.classes
    .toArray()
    .filter((id) =>
      outside.some((other) => (possible[direction].rowOf[id]?.connections(other) ?? noConnections) !== noConnections),
    );
  if (open.length === opening.classes.size) return opening;
  return open.length === 0 ? undefined : { ...opening, classes: ClassSet.fromSorted(open) };
}

const denies =
  (direction: Direction) =>
  ({ cluster }: RuleContext): boolean =>
    cluster.policies.some((policy) => decidingRules(policy, direction).some(({ action }) => action === "deny"));

/** Whether any policy denies anything. */
const denying = { ingress: denies("ingress"), egress: denies("egress") };

/** The classes of addresses that have some of the public internet. */
function publicClasses({ reachability }: RuleContext): readonly ClassId[] {
  const internet = publicAddresses();
  return reachability.addresses.classes.flatMap((addresses, i) =>
    meets(addresses, internet) ? [reachability.pods.classes.length + i] : [],
  );
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

function messageOf({ families, parts }: InternetOpening, direction: Direction): string {
  const policies = [...new Set(parts.map(({ policy }) => policy))];
  const whole = families.map((family) => `IPv${family}`).join(" and ");
  const by = [...new Set(parts.map(({ cidr }) => cidr ?? "a rule without peers"))];
  const ports = [...new Set(parts.map(({ rule }) => portsText(rule.ports)))];
  const verb = policies.length === 1 ? "opens" : "together open";
  const traffic = direction === "ingress" ? "ingress from" : "egress to";
  return `${listText(policies.map(nameOf))} ${verb} ${traffic} the whole ${whole} internet (${listText(by)}) on ${listText(ports)}`;
}
