import { directions, type PortSpec, type Protocol } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import type { ClassSet } from "../reachability/class-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets } from "./support/class-sets.ts";
import { type WrittenRule, destinationsOf, isWithin, opensAlso, unseenDestinations } from "./support/destinations.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { listeningPorts } from "./support/listening-ports.ts";
import { portPlace } from "./support/places.ts";
import { singlePort } from "./support/ports.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags a port that is allowed for TCP, often only because that is the default, where the pods speak UDP or SCTP. */
export const protocolMismatch: RuleDefinition = defineRule({
  id: "protocol-mismatch",
  severity: "medium",
  category: "reliability",
  title: "Port allowed for the wrong protocol",
  needs: ["workloads"],
  fix: "none",
  check(context, report, skip) {
    if (!listeningPorts(context).isComplete) return skip("the Services are too many to follow them all to their pods");
    const unseen = new UnknownNamespaces();
    for (const policy of context.policiesWhere(context.cluster.policies, mayMeanOther(context))) {
      for (const direction of directions) {
        for (const [i, rule] of allowingEntries(policy, direction)) {
          if (rule.ports === "any") continue;
          for (const [j, port] of rule.ports.entries()) {
            const meant = protocolMeant(context, { policy, direction, rule }, port);
            if (meant === undefined) continue;
            const reason = unseenDestinations(context, { policy, direction, rule });
            if (reason !== undefined) {
              unseen.add(reason, policy.namespace ?? "");
              continue;
            }
            const ids = listeningPorts(context).workloadsOn(meant.protocol, meant.number, meant.pods);
            const count = ids.length;
            report({
              at: portPlace(policy, direction, i, j),
              message: `${nameOf(policy)} (${direction}) allows TCP ${meant.number}, but ${listText(ids, 3, count)} ${count === 1 ? "declares" : "declare"} that port for ${meant.protocol} only${isNetworkPolicy(policy) ? " (without `protocol` a port is TCP)" : ""}`,
              affected: direction === "ingress" ? ids : context.subjectsOf(policy),
              fix: {
                kind: "manual",
                description: `Write \`protocol: ${meant.protocol}\`.`,
              },
            });
          }
        }
      }
    }
    unseen.tell(skip);
  },
});

interface Meant {
  readonly number: number;
  readonly protocol: Protocol;
  readonly pods: ClassSet;
}

/** Whether any port of a policy is one on which some pods speak another protocol. */
function mayMeanOther(context: RuleContext): (said: Said) => boolean {
  const listening = listeningPorts(context);
  const isOfOthers = (port: PortSpec): boolean => {
    const number = port.protocol === "TCP" ? singlePort(port) : undefined;
    return number !== undefined && listening.onOther("TCP", number).length > 0;
  };
  return ({ rules }) =>
    directions.some((direction) => rules[direction].some(({ ports }) => ports !== "any" && ports.some(isOfOthers)));
}

/** The protocol that was forgotten, when none of the pods that the rule is about has the port for TCP. */
function protocolMeant(context: RuleContext, written: WrittenRule, port: PortSpec): Meant | undefined {
  const number = singlePort(port);
  if (number === undefined || port.protocol !== "TCP") return undefined;
  const listening = listeningPorts(context);
  const others = listening.onOther("TCP", number);
  if (others.length === 0) return undefined;
  const destinations = destinationsOf(context, written);
  if (!isWithin(destinations, listening.known)) return undefined;
  if (intersectSets(destinations, listening.on("TCP", number)).size > 0) return undefined;
  for (const [protocol, classes] of others) {
    const pods = intersectSets(destinations, classes);
    if (pods.size > 0) return opensAlso(context, written, protocol, number) ? undefined : { number, protocol, pods };
  }
  return undefined;
}
