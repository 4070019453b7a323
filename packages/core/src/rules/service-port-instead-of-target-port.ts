import { isIcmp } from "../sets/connection-set.ts";
import type { Fix } from "../answers/finding.ts";
import { directions, type Policy, portPath } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import type { NodePath } from "../source/position.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets } from "./support/class-sets.ts";
import { type WrittenRule, destinationsOf, isWithin, opensAlso, unseenDestinations } from "./support/destinations.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { type FrontPort, listeningPorts } from "./support/listening-ports.ts";
import { portPlace, relatedTo } from "./support/places.ts";
import { singlePort } from "./support/ports.ts";
import { nameOf } from "./support/words.ts";
import { hasEntries } from "../semantics/entries.ts";

/** Flags the port of a Service where the port of its pods is meant: policies see traffic behind the Service. */
export const servicePortInsteadOfTargetPort: RuleDefinition = defineRule({
  id: "service-port-instead-of-target-port",
  severity: "high",
  category: "reliability",
  title: "Port of the Service, not of its pods",
  needs: ["workloads", "services"],
  fix: "suggested",
  check(context, report, skip) {
    if (!listeningPorts(context).isComplete) return skip("the Services are too many to follow them all to their pods");
    const unseen = new UnknownNamespaces();
    for (const policy of context.cluster.policies) {
      for (const direction of directions) {
        for (const [i, rule] of allowingEntries(policy, direction)) {
          if (rule.ports === "any") continue;
          for (const [j, port] of rule.ports.entries()) {
            const number = singlePort(port);
            if (number === undefined || isIcmp(port.protocol)) continue;
            const front = frontMeant(context, { policy, direction, rule }, port.protocol, number);
            if (front === undefined) continue;
            const reason = unseenDestinations(context, { policy, direction, rule });
            if (reason !== undefined) {
              unseen.add(reason, policy.namespace ?? "");
              continue;
            }
            const { service, targets } = front;
            const name = `Service ${service.namespace}/${service.name}`;
            const pods = `${port.protocol} ${targets.join(" or ")}`;
            const ref = { apiVersion: "v1", kind: "Service", namespace: service.namespace, name: service.name };
            report({
              at: portPlace(policy, direction, i, j),
              message: `${nameOf(policy)} (${direction}) allows ${port.protocol} ${number}, which is a port of ${name}; its pods listen on ${pods}, and that is what policies see, so this allows nothing`,
              affected: direction === "ingress" ? front.workloads : context.subjectsOf(policy),
              related: [
                relatedTo(
                  { object: ref, origin: service.origin, path: ["spec", "ports"] },
                  `${name} leads ${number} to ${pods}`,
                ),
              ],
              fix: fixOf(policy, portPath(policy, direction, i, j), number, targets),
            });
          }
        }
      }
    }
    unseen.tell(skip);
  },
});

/** NetworkPolicies have numbers there, and policies of Cilium texts. */
function fixOf(policy: Policy, path: NodePath, number: number, targets: readonly number[]): Fix {
  const description = `Write port ${targets.join(" and ")} instead of ${number}.`;
  const [target, ...more] = targets;
  const isOfCilium = hasEntries(policy);
  if (target === undefined || more.length > 0 || !(isNetworkPolicy(policy) || isOfCilium))
    return { kind: "manual", description };
  const value = isOfCilium ? String(target) : target;
  return {
    kind: "suggested",
    description,
    changes: [{ type: "set", object: policy.ref, path: [...path, "port"], value }],
  };
}

/** The Service that a port was taken from, when no pod that the rule is about listens on it. */
function frontMeant(
  context: RuleContext,
  written: WrittenRule,
  protocol: FrontPort["port"]["protocol"],
  number: number,
): FrontPort | undefined {
  const listening = listeningPorts(context);
  const behind = listening.behind(protocol, number);
  if (behind.size === 0) return undefined;
  const destinations = destinationsOf(context, written);
  const meant = intersectSets(destinations, behind);
  if (meant.size === 0 || !isWithin(destinations, listening.known)) return undefined;
  if (intersectSets(destinations, listening.on(protocol, number)).size > 0) return undefined;
  // Some name both on purpose, as network plugins differ in what they see of a Service.
  return listening
    .frontsOf(meant, protocol, number)
    .find(({ targets }) => !targets.some((target) => opensAlso(context, written, protocol, target)));
}
