import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { ofFamily } from "../sets/address-set.ts";
import type { Family } from "../sets/connection-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { clusterAddresses } from "./support/cluster-addresses.ts";
import { isWholeIn } from "./support/networks.ts";
import { peerPlace } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Flags a Deny of all IPv4 addresses beside which IPv6 stays open: the same place is reached by its other address. */
export const ipv4OnlyDeny: RuleDefinition = defineRule({
  id: "ipv4-only-deny",
  severity: "medium",
  category: "security",
  concern: "defect",
  title: "Deny of all IPv4 addresses leaves IPv6 open",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    const { families } = clusterAddresses(context);
    if (families.size === 1) return;
    for (const policy of context.cluster.policies)
      for (const direction of directions)
        for (const [i, rule] of decidingRules(policy, direction).entries()) {
          const peer = wholePeer(rule, 4);
          if (rule.action !== "deny" || peer < 0 || wholePeer(rule, 6) >= 0) continue;
          const open = openOverIpv6(context, policy, direction);
          if (open === undefined) continue;
          const both = families.size === 2;
          report({
            at: peerPlace(policy, direction, i, peer),
            message: `${nameOf(policy)} denies ${direction} ${direction === "egress" ? "to" : "from"} 0.0.0.0/0, which has no IPv6 address, and ::/0 stays open${both ? "; the cluster uses both families" : ", if the cluster uses IPv6"}`,
            ...(both ? {} : { severity: "low" }),
            affected: open,
            fix: { kind: "manual", description: "Add ::/0 to the networks of the rule." },
          });
        }
  },
});

/** The place of a peer that holds all addresses of a family; -1 when there is none. */
function wholePeer({ peers }: Rule, family: Family): number {
  if (peers === "any") return -1;
  return peers.findIndex((peer) => peer.type === "networks" && isWholeIn(peer.addresses, family));
}

/** The pods of a policy that certainly have a way over IPv6 to or from outside; undefined when there are none. */
function openOverIpv6(context: RuleContext, policy: Policy, direction: Direction): ClassSet | undefined {
  if (context.cluster.workloads.length === 0) return isDenied(context, direction) ? undefined : ClassSet.empty;
  const { reachability } = context;
  const outside = context.once(ipv6Classes);
  const open = context
    .subjectsOf(policy)
    .toArray()
    .filter((id) => {
      const row = reachability.certain[direction].rowOf[id];
      const allowed = (address: ClassId): boolean =>
        reachability.table.intersection(row?.connections(address) ?? 0, reachability.table.family[6]) !== 0;
      return outside.some(allowed);
    });
  return open.length === 0 ? undefined : ClassSet.fromSorted(open);
}

/** Without pods in the input: whether some policy denies all of IPv6. */
function isDenied({ cluster }: RuleContext, direction: Direction): boolean {
  return cluster.policies.some((policy) =>
    decidingRules(policy, direction).some(
      (rule) => rule.action === "deny" && (rule.peers === "any" || wholePeer(rule, 6) >= 0),
    ),
  );
}

function ipv6Classes({ reachability }: RuleContext): readonly ClassId[] {
  const first = reachability.pods.classes.length;
  return reachability.addresses.classes.flatMap((addresses, i) =>
    ofFamily(addresses, 6).length > 0 ? [first + i] : [],
  );
}
