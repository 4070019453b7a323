import { type Direction, type Policy, directions } from "../model/policy.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { ofFamily } from "../sets/address-set.ts";
import type { Family } from "../sets/connection-set.ts";
import { meets } from "../sets/interval-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { clusterAddresses } from "./support/cluster-addresses.ts";
import { type WrittenBlock, ipBlocks, isWholeFamily } from "./support/ip-blocks.ts";
import { peerPlace } from "./support/places.ts";
import { publicByFamily } from "./support/public-internet.ts";
import { rulePortsOn } from "./support/rule-connections.ts";
import { helpersOf, subjectsBeyond } from "./support/shared-subjects.ts";
import { nameOf } from "./support/words.ts";

const whole: Readonly<Record<Family, string>> = { 4: "0.0.0.0/0", 6: "::/0" };

/** Flags blocks for "everywhere" that know one address family only, in a cluster that uses both. */
export const singleStackIpBlock: RuleDefinition = defineRule({
  id: "single-stack-ip-block",
  severity: "low",
  category: "correctness",
  title: "ipBlock for one address family of two",
  needs: ["addresses"],
  fix: "none",
  check(context, report) {
    if (clusterAddresses(context).families.size < 2) return;
    for (const { policies } of context.namespaces) {
      for (const direction of directions) {
        const handling = {
          4: helpersOf(
            context,
            policies.filter((policy) => handles(policy, direction, 4)),
          ),
          6: helpersOf(
            context,
            policies.filter((policy) => handles(policy, direction, 6)),
          ),
        };
        for (const policy of policies) {
          const block = [...ipBlocks(policy)].find((each) => each.direction === direction && isWholeFamily(each.peer));
          if (block === undefined) continue;
          const family: Family = block.peer.cidr.includes(":") ? 6 : 4;
          const other: Family = family === 4 ? 6 : 4;
          const beyond = subjectsBeyond(context, policy, handling[other]);
          const affected = beyond && deniedIn(context, beyond, block, other);
          if (affected === undefined) continue;
          report({
            at: placeOf(block),
            message: `${nameOf(policy)} (${direction}) names ${whole[family]}, which has no IPv${other} address, and no NetworkPolicy for its pods names one; the cluster uses both families, so what is meant for everywhere is denied over IPv${other}`,
            affected,
            fix: { kind: "manual", description: `Add an ipBlock with cidr ${whole[other]} if it is meant.` },
          });
        }
      }
    }
  },
});

/** Of some pods those to which no policy of another kind opens the whole internet of a family either; undefined where that is nobody. */
function deniedIn(
  context: RuleContext,
  pods: ClassSet,
  { direction, rule }: WrittenBlock,
  family: Family,
): ClassSet | undefined {
  if (pods.size === 0 || context.otherPolicies.length === 0) return pods;
  const { table, certain } = context.reachability;
  const internet = context.once(publicClasses)[family];
  const left = pods.toArray().filter((id) => {
    const subject = context.reachability.podClass(id);
    const ports = subject === undefined ? 0 : rulePortsOn(context, rule, subject);
    return internet.some((peer) => !table.meets(certain[direction].rowOf[id]?.connections(peer) ?? 0, ports));
  });
  return left.length === 0 ? undefined : ClassSet.fromSorted(left);
}

function publicClasses(context: RuleContext): Readonly<Record<Family, readonly ClassId[]>> {
  const internet = context.once(publicByFamily);
  const { pods, addresses } = context.reachability;
  const of = (family: Family): readonly ClassId[] =>
    addresses.classes.flatMap((each, i) => (meets(each, internet[family]) ? [pods.classes.length + i] : []));
  return { 4: of(4), 6: of(6) };
}

function placeOf({ policy, direction, ruleIndex, peerIndex }: WrittenBlock): ReturnType<typeof peerPlace> {
  return peerPlace(policy, direction, ruleIndex, peerIndex, ["ipBlock", "cidr"]);
}

/** Whether a policy says anything about addresses of a family. */
function handles(policy: Policy, direction: Direction, family: Family): boolean {
  return allowingRules(policy, direction).some(
    ({ peers }) =>
      peers === "any" || peers.some((peer) => peer.type === "ipBlock" && ofFamily(peer.addresses, family).length > 0),
  );
}
