import type { Policy } from "../model/policy.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import type { RuleContext } from "./context.ts";
import { type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import { dnsAccesses } from "./support/dns-access.ts";
import { dnsServers } from "./support/dns-servers.ts";
import { dnsGaps } from "./support/dns-subjects.ts";
import { intersectSets, uniteSets } from "./support/class-sets.ts";
import { portPlace } from "./support/places.ts";
import { UnknownNamespaces, knownIn } from "./support/unevaluated.ts";
import { nameOf } from "./support/words.ts";

/** Flags DNS that is allowed over UDP alone: an answer that does not fit a datagram is asked for again over TCP. */
export const dnsEgressMissingTcp: RuleDefinition = defineRule({
  id: "dns-egress-missing-tcp",
  severity: "low",
  category: "reliability",
  title: "DNS allowed over UDP only",
  needs: ["policies"],
  fix: "suggested",
  dependsOn: "ends",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    for (const scope of context.scopes) {
      const gaps = knownIn({ context, scope, direction: "egress", unknown }, "allows", dnsGaps(context, scope, "TCP"));
      if (gaps.length === 0) continue;
      const hasPods = scope.workloads.length > 0;
      const without = uniteSets(gaps.map(({ classes }) => classes));
      const policies = hasPods ? [...scope.union, ...scope.calico] : gaps.map(({ policy }) => policy);
      for (const policy of policies) {
        const found = udpPort(policy, context);
        if (found === undefined) continue;
        const affected = intersectSets(context.subjectsOf(policy), without);
        if (hasPods && affected.size === 0) continue;
        report({
          at: found.at,
          message: `${nameOf(policy)} allows DNS over UDP only; answers that do not fit a datagram are asked for again over TCP, which nothing allows`,
          affected,
          fix:
            policy.calico === undefined
              ? {
                  kind: "suggested",
                  description: "Add the same port with protocol TCP.",
                  changes: [
                    {
                      type: "append",
                      object: policy.ref,
                      path: found.at.path.slice(0, -1),
                      value: { protocol: "TCP", port: isNetworkPolicy(policy) ? found.port : String(found.port) },
                    },
                  ],
                }
              : { kind: "manual", description: "Write the same rule again with protocol: TCP." },
        });
      }
    }
    unknown.tell(skip);
  },
});

/** The first port entry that opens DNS over UDP. */
function udpPort(
  policy: Policy,
  context: RuleContext,
): { readonly at: Place; readonly port: number | string } | undefined {
  const accesses = dnsAccesses(context);
  for (const [i, rule] of allowingEntries(policy, "egress")) {
    if (rule.ports === "any" || !accesses.opens(policy, rule, "UDP")) continue;
    const index = rule.ports.findIndex((each) => accesses.isDnsPort(each, "UDP"));
    const port = rule.ports[index];
    if (port !== undefined)
      return {
        at: portPlace(policy, "egress", i, index),
        port: port.type === "named" ? port.name : dnsPortIn(context, port),
      };
  }
  return undefined;
}

/** The port of DNS that a range holds. */
function dnsPortIn(context: RuleContext, { from, to }: { readonly from: number; readonly to: number }): number {
  return dnsServers(context).ports.find((port) => from <= port && port <= to) ?? from;
}
