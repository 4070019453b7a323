import { groupBy } from "../lib/group-by.ts";
import type { Policy, PortSpec, Rule } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import { formatPath } from "../source/position.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { portPlace } from "./support/places.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags names of ports in egress rules that pods declare with several numbers: Cilium before 1.20 then allows nothing. */
export const namedPortAmbiguous: RuleDefinition = defineRule({
  id: "named-port-ambiguous",
  severity: "low",
  worst: "high",
  category: "reliability",
  title: "Port name with several numbers",
  needs: ["workloads"],
  fix: "none",
  check(context, report) {
    for (const policy of context.unionPolicies) {
      if (isNetworkPolicy(policy) && !isCiliums(context)) continue;
      for (const [i, rule] of allowingEntries(policy, "egress"))
        for (const { name, at } of namesOf(policy, rule, i)) {
          const numbers = context.once(numbersByName).get(name) ?? new Map<number, string>();
          if (numbers.size < 2) continue;
          const known = [...numbers].toSorted(([a], [b]) => a - b).map(([number, owner]) => `${number} in ${owner}`);
          report({
            at: portPlace(policy, "egress", i, at),
            // Which version is there nobody says, unless an assumption does.
            ...(context.reachability.options.assumptions.ciliumVersion === "1.20" ? {} : { severity: "high" }),
            message: `${nameOf(policy)} (egress) names the port ${name.slice(name.indexOf("/") + 1)}, which is ${listText(known)}: Cilium before 1.20 has one number for a name in the whole cluster, and where there are two the rule allows nothing`,
            affected: context.subjectsOf(policy),
            fix: { kind: "manual", description: "Write the number of the port." },
          });
        }
    }
  },
});

/** Whether Cilium enforces NetworkPolicies, too. */
function isCiliums({ cluster, reachability }: RuleContext): boolean {
  const { dataplane } = reachability.options.assumptions;
  return (dataplane === "unknown" ? cluster.assumed?.dataplane : dataplane) === "cilium";
}

/** The names of a rule as `TCP/http`, each place once. */
function namesOf(
  policy: Policy,
  { ports }: Rule,
  rule: number,
): readonly { readonly name: string; readonly at: number }[] {
  if (ports === "any" || ports.every(({ type }) => type === "range")) return [];
  const named = ports.flatMap((port, at) => (port.type === "named" ? [{ name: keyOf(port), at }] : []));
  const byPlace = groupBy(named, ({ at }) => formatPath(portPlace(policy, "egress", rule, at).path));
  return [...byPlace.values()].flatMap(([first]) => first ?? []);
}

function keyOf({ protocol, name }: Extract<PortSpec, { readonly type: "named" }>): string {
  return `${protocol}/${name}`;
}

/** The numbers that pods declare under each name, and who does. */
function numbersByName({ reachability }: RuleContext): ReadonlyMap<string, Map<number, string>> {
  const known = new Map<string, Map<number, string>>();
  for (const { namedPorts, members } of reachability.pods.classes)
    for (const [name, numbers] of namedPorts)
      for (const number of numbers) {
        const ofName = known.get(name) ?? new Map<number, string>();
        known.set(name, ofName);
        if (!ofName.has(number)) ofName.set(number, members[0]?.workload.id ?? "");
      }
  return known;
}
