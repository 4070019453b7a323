import { isIcmp } from "../sets/connection-set.ts";
import { directions, rulePath } from "../model/policy.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import { formatPath } from "../source/position.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isDnsOnly } from "./support/dns-access.ts";
import { relatedTo, rulePlace } from "./support/places.ts";
import { isOfCiliumItself } from "./support/wide-peers.ts";
import { nameOf, portsText } from "./support/words.ts";

/** Flags a rule with peers and no ports beside one with ports and no peers: two rules allow far more than one with both. */
export const splitPeersAndPorts: RuleDefinition = defineRule({
  id: "split-peers-and-ports",
  severity: "high",
  category: "security",
  concern: "defect",
  title: "Peers and ports in two rules",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const policy of context.policiesWhere(context.unionPolicies, hasBoth)) {
      for (const direction of directions) {
        if (policy.rules[direction].length < 2) continue;
        const written = allowingEntries(policy, direction).filter(([, { unknown }]) => unknown === undefined);
        for (const [at, [i, rule]] of written.entries()) {
          const [j, next] = written[at + 1] ?? [0, undefined];
          if (next === undefined) continue;
          const [peers, ports] = rule.peers === "any" ? [next, rule] : [rule, next];
          const isSplit =
            peers.peers !== "any" && peers.ports === "any" && ports.peers === "any" && ports.ports !== "any";
          // Nodes are let in as a whole, for probes, and ports beside that are another matter.
          if (direction === "ingress" && peers.peers !== "any" && peers.peers.every(isOfCiliumItself)) continue;
          // Pings are no port that somebody meant for these peers.
          if (ports.ports !== "any" && ports.ports.every((port) => port.type === "range" && isIcmp(port.protocol)))
            continue;
          if (!isSplit || (direction === "egress" && isDnsOnly(ports, context))) continue;
          // What one entry of Cilium says on several ports is not two entries.
          if (formatPath(rulePath(policy, direction, i)) === formatPath(rulePath(policy, direction, j))) continue;
          const who = direction === "ingress" ? "everyone" : "every destination";
          report({
            at: rulePlace(policy, direction, j),
            message: `${nameOf(policy)} (${direction}): of two rules side by side one allows these peers on all ports, the other ${who} on ${portsText(ports.ports)}; one rule with both would allow these peers on these ports only`,
            affected: context.subjectsOf(policy),
            related: [relatedTo(rulePlace(policy, direction, i), "the other rule")],
            fix: {
              kind: "manual",
              description: "Write the peers and the ports in one rule: remove the second dash.",
            },
          });
        }
      }
    }
  },
});

/** Whether a direction has a rule with all ports and one without peers. */
function hasBoth({ rules }: Said): boolean {
  return directions.some(
    (direction) =>
      rules[direction].some(({ peers, ports }) => peers !== "any" && ports === "any") &&
      rules[direction].some(({ peers, ports }) => peers === "any" && ports !== "any"),
  );
}
