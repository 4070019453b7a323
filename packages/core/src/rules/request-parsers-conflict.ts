import type { Policy, Rule } from "../model/policy.ts";
import { peerKey, portKey } from "../semantics/canonical-key.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { intersectSets } from "./support/class-sets.ts";
import { relatedTo, rulePlace } from "./support/places.ts";
import { nameOf, portsText } from "./support/words.ts";

/** Flags HTTP and DNS on one port towards one peer: Cilium parses one protocol there, and cannot compute the policy. */
export const requestParsersConflict: RuleDefinition = defineRule({
  id: "request-parsers-conflict",
  severity: "high",
  category: "correctness",
  title: "Two protocols are parsed on one port",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    const limits = context.othersOfUnion.flatMap((policy) =>
      policy.applies.egress
        ? policy.rules.egress.flatMap((rule, index) => (rule.requests === undefined ? [] : [{ policy, rule, index }]))
        : [],
    );
    const [http, dns] = (["http", "dns"] as const).map((type) =>
      limits.filter(({ rule }) => rule.requests?.some((each) => each.type === type)),
    );
    for (const one of http ?? []) {
      const other = (dns ?? []).find(
        ({ rule, policy }) =>
          context.hints.spend(1) &&
          sharedPorts(one.rule, rule).length > 0 &&
          sharePeer(one.rule, rule) &&
          sharePods(context, one.policy, policy),
      );
      if (other === undefined) continue;
      const ports = sharedPorts(one.rule, other.rule);
      report({
        at: rulePlace(one.policy, "egress", one.index),
        message: `${nameOf(one.policy)} limits ${portsText(ports)} to requests of HTTP, and ${nameOf(other.policy)} limits the same to names of DNS: Cilium parses one protocol on a port, cannot compute the policy of these pods, and leaves in force what was before`,
        affected: intersectSets(context.subjectsOf(one.policy), context.subjectsOf(other.policy)),
        related: [relatedTo(rulePlace(other.policy, "egress", other.index), "this rule limits it to names of DNS")],
        fix: {
          kind: "manual",
          description: "Limit each port to one protocol: dns on 53, http on the ports of HTTP.",
        },
      });
    }
  },
});

function sharedPorts(a: Rule, b: Rule): readonly Exclude<Rule["ports"], "any">[number][] {
  if (a.ports === "any" || b.ports === "any") return [];
  const known = new Set(b.ports.map(portKey));
  return a.ports.filter((port) => known.has(portKey(port)));
}

function sharePeer(a: Rule, b: Rule): boolean {
  if (a.peers === "any" || b.peers === "any") return a.peers === b.peers;
  const known = new Set(b.peers.map(peerKey));
  return a.peers.some((peer) => known.has(peerKey(peer)));
}

/** Whether some pods are subjects of both. Without pods in the input: one policy is. */
function sharePods(context: RuleContext, a: Policy, b: Policy): boolean {
  return a === b || intersectSets(context.subjectsOf(a), context.subjectsOf(b)).size > 0;
}
