import type { Policy } from "../model/policy.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { dnsAccesses } from "./support/dns-access.ts";
import { dnsGaps } from "./support/dns-subjects.ts";
import { intersectSets, uniteSets } from "./support/class-sets.ts";
import { portPlace } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Flags DNS that is allowed over UDP alone: an answer that does not fit a datagram is asked for again over TCP. */
export const dnsEgressMissingTcp: RuleDefinition = defineRule({
  id: "dns-egress-missing-tcp",
  severity: "low",
  category: "reliability",
  title: "DNS allowed over UDP only",
  needs: ["policies"],
  fix: "suggested",
  check(context, report) {
    for (const facts of context.namespaces) {
      const gaps = dnsGaps(context, facts, "TCP");
      if (gaps.length === 0) continue;
      const hasPods = facts.workloads.length > 0;
      const without = uniteSets(gaps.map(({ classes }) => classes));
      const policies = hasPods ? facts.policies : gaps.map(({ policy }) => policy);
      for (const policy of policies) {
        const at = udpPort(policy, context);
        if (at === undefined) continue;
        const affected = intersectSets(context.subjectsOf(policy), without);
        if (hasPods && affected.size === 0) continue;
        report({
          at,
          message: `${nameOf(policy)} allows DNS over UDP only; answers that do not fit a datagram are asked for again over TCP, which nothing allows`,
          affected,
          fix: { kind: "suggested", description: "Add the same port with protocol TCP." },
        });
      }
    }
  },
});

/** The first port entry that opens DNS over UDP. */
function udpPort(policy: Policy, context: RuleContext): ReturnType<typeof portPlace> | undefined {
  const accesses = dnsAccesses(context);
  for (const [i, rule] of allowingRules(policy, "egress").entries()) {
    if (rule.ports === "any" || !accesses.opens(policy, rule, "UDP")) continue;
    const port = rule.ports.findIndex((each) => accesses.isDnsPort(each, "UDP"));
    if (port >= 0) return portPlace(policy, "egress", i, port);
  }
  return undefined;
}
