import type { Policy } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { dnsAccesses } from "./support/dns-access.ts";
import { deniedDns } from "./support/denied-dns.ts";
import { dnsServers } from "./support/dns-servers.ts";
import { dnsGaps } from "./support/dns-subjects.ts";
import { isReachedByAddress } from "./support/reached-by-address.ts";
import { addedRule, dnsEgressRule } from "./support/rule-changes.ts";
import { policyPlace, rulePlace } from "./support/places.ts";
import { UnknownNamespaces, knownIn } from "./support/unevaluated.ts";
import { listText, nameOf, subjectText } from "./support/words.ts";

/** Flags egress isolation that leaves pods without DNS, judged on everything that selects them. */
export const missingDnsEgress: RuleDefinition = defineRule({
  id: "missing-dns-egress",
  severity: "high",
  category: "reliability",
  title: "Egress isolation without DNS",
  needs: ["policies"],
  fix: "suggested",
  dependsOn: "ends",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    const { assumed, suggested } = dnsServers(context);
    const where = listText([...new Set(suggested.map(({ namespace }) => namespace))]);
    const ports = [...new Set(suggested.map(({ port }) => port))].join(" or ");
    for (const scope of context.scopes) {
      const judged = { context, scope, direction: "egress", unknown } as const;
      for (const { policy, classes } of knownIn(judged, "allows", dnsGaps(context, scope, "UDP"))) {
        const tcp = dnsAccesses(context).ofPolicy(policy).TCP
          ? " (TCP alone does not do: names are asked for over UDP)"
          : "";
        const needsNone = isReachedByAddress(context, policy, classes);
        const instead = needsNone ? ". Nodes and the API server, which is all that they may send to, need none" : "";
        report({
          at: egressPlace(policy),
          ...(needsNone ? { severity: "low" } : {}),
          message: `${nameOf(policy)} isolates egress of ${subjectText(policy)}, and no policy lets them query DNS on UDP ${ports}${tcp}: names will not resolve${instead}`,
          affected: classes,
          fix: isNetworkPolicy(policy)
            ? {
                kind: "suggested",
                description: `Allow UDP and TCP ${ports} to the DNS pods of ${where}${assumed ? " (assumed: no DNS pods are in the input)" : ""}.`,
                changes: [addedRule(policy, "egress", dnsEgressRule(context))],
              }
            : policy.calico !== undefined
              ? {
                  kind: "manual",
                  description: `Allow UDP and TCP ${ports} to the DNS pods of ${where}: a rule of egress with action: Allow for each of the two protocols.`,
                }
              : {
                  kind: "manual",
                  description: `Allow UDP and TCP ${ports} to the DNS pods of ${where} in an entry of egress; where names are allowed by toFQDNs, with \`rules: {dns: [{matchPattern: "*"}]}\` beside the port.`,
                },
        });
      }
    }
    for (const { policy, rule, classes } of deniedDns(context))
      report({
        at: rulePlace(policy, "egress", rule),
        message: `this rule of ${nameOf(policy)} denies DNS on UDP ${ports} to pods that it selects, and nothing that is asked before allows it: names will not resolve`,
        affected: classes,
        fix: {
          kind: "manual",
          description: `Allow UDP and TCP ${ports} to the DNS pods of ${where} in a rule before it.`,
        },
      });
    unknown.tell(skip);
  },
});

/** What isolates: the key `egress`, or else what stands in for it. */
function egressPlace(policy: Policy): ReturnType<typeof policyPlace> {
  const written = policy.rules.egress[0]?.written;
  if (written !== undefined) return policyPlace(policy, written.path.slice(0, -1), "key");
  const isWritten = policy.rules.egress.length > 0;
  if (isWritten) return policyPlace(policy, ["spec", "egress"], "key");
  const type = policy.policyTypes?.indexOf("Egress") ?? -1;
  const field = policy.calico === undefined ? "policyTypes" : "types";
  return policyPlace(policy, type < 0 ? ["spec"] : ["spec", field, type]);
}
