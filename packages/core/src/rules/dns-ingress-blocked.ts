import type { Fix, JsonValue } from "../answers/finding.ts";
import type { Policy, Protocol } from "../model/policy.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { noConnections } from "../sets/connection-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { dnsServers } from "./support/dns-servers.ts";
import { asksDns } from "./support/dns-subjects.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { addedRule, dnsPorts } from "./support/rule-changes.ts";
import { unknownPolicies } from "./support/unevaluated.ts";
import { listText, nameOf } from "./support/words.ts";

const relatedPolicies = 5;

/** Steps that looking at pairs of pods may cost. */
const steps = 500_000;

/** Flags isolation of the pods that serve DNS which does not admit the pods that ask: no name resolves any more. */
export const dnsIngressBlocked: RuleDefinition = defineRule({
  id: "dns-ingress-blocked",
  severity: "high",
  category: "reliability",
  title: "DNS servers isolated from those who ask",
  needs: ["workloads"],
  fix: "suggested",
  check(context, report, skip) {
    const isolating = isolatingPolicy(context);
    if (isolating === undefined) return;
    const refused = { UDP: refusedOn(context, "UDP"), TCP: refusedOn(context, "TCP") };
    if (refused.UDP === undefined || refused.TCP === undefined)
      return skip("there are too many pods to ask for each whether DNS admits it");
    const isTold = refused.UDP.size > 0;
    const clients = isTold ? refused.UDP : refused.TCP;
    if (clients.size === 0) return;
    const { ids, count } = context.workloadsOf(clients);
    const { classes, workloads, ports } = dnsServers(context);
    const effect = isTold ? "names will not resolve there" : "answers that do not fit a datagram will not arrive there";
    report({
      at: policyPlace(isolating, ["spec", "podSelector"]),
      message: `${nameOf(isolating)} isolates the DNS servers ${listText(workloads)}, and no policy of theirs admits ${listText(ids, 3, count)} on ${isTold ? "UDP" : "TCP"} ${ports.join(" or ")}: ${effect}`,
      ...(isTold ? {} : { severity: "low" }),
      affected: clients,
      related: context.reachability
        .policiesOf(classes.boundaries[0] ?? 0, "ingress")
        .slice(0, relatedPolicies)
        .map((other) =>
          relatedTo(policyPlace(other, ["spec", "podSelector"]), `${nameOf(other)} isolates ingress there`),
        ),
      fix: admission(isolating, ports),
    });
  },
});

/** The first NetworkPolicy that isolates DNS servers of the input, where all are isolated; undefined when some are open, or may be. */
function isolatingPolicy(context: RuleContext): Policy | undefined {
  const { reachability } = context;
  const servers = dnsServers(context).classes.toArray();
  const isOpen = servers.some((id) => {
    const podClass = reachability.podClass(id);
    const facts = context.namespace(podClass?.namespace ?? "");
    const isKnown = facts !== undefined && unknownPolicies(context, facts.name, "allows", "ingress") === undefined;
    return podClass?.onNode !== false || !isKnown || !reachability.isIsolated(id, "ingress");
  });
  if (isOpen) return undefined;
  return servers
    .flatMap((id) => reachability.policiesOf(id, "ingress"))
    .find(({ ref }) => ref.kind === "NetworkPolicy");
}

/** The pods that ask DNS and that no server admits; undefined when there are too many. */
function refusedOn(context: RuleContext, protocol: Protocol): ClassSet | undefined {
  const { reachability } = context;
  const { classes, ports } = dnsServers(context);
  const servers = classes.toArray();
  const wanted = reachability.table.ofPorts(ports.map((port) => ({ protocol, from: port, to: port })));
  const budget = context.budget.share(steps);
  const refused: ClassId[] = [];
  for (const { id, onNode } of reachability.pods.classes) {
    if (onNode || !asksDns(context, id)) continue;
    if (!budget.spend(servers.length)) return undefined;
    const isAdmitted = servers.some((server) => {
      const row = reachability.possibleAlone.ingress.rowOf[server];
      return reachability.table.intersection(row?.connections(id) ?? noConnections, wanted) !== noConnections;
    });
    if (!isAdmitted) refused.push(id);
  }
  context.budget.charge(budget, steps);
  return ClassSet.fromSorted(refused.toSorted((a, b) => a - b));
}

/** DNS serves everybody: a rule that admits all pods on its ports. */
function admission(policy: Policy, ports: readonly number[]): Fix {
  const rule: JsonValue = { from: [{ namespaceSelector: {} }], ports: dnsPorts(ports) };
  return {
    kind: "suggested",
    description: `Admit all pods on UDP and TCP ${ports.join(" and ")}.`,
    changes: [addedRule(policy, "ingress", rule)],
  };
}
