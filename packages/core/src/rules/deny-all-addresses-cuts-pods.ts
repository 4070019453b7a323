import { type Direction, directions, type NetworksPeer, type Policy, type Rule } from "../model/policy.ts";
import { ClassSet } from "../reachability/class-set.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { byTier, compareTiers, tiesOf } from "../semantics/tiers.ts";
import { intersection, difference, unionAll } from "../sets/interval-set.ts";
import { type AddressSet, parseCidr } from "../sets/address-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { uniteSets } from "./support/class-sets.ts";
import { clusterAddresses } from "./support/cluster-addresses.ts";
import { isWholeIn } from "./support/networks.ts";
import { peerPlace } from "./support/places.ts";
import { listText, nameOf } from "./support/words.ts";

/** Where clusters usually have their pods: a rule about some of it may be about pods. */
const privateRanges: AddressSet = unionAll(
  ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"].map(
    (cidr) => parseCidr(cidr)?.addresses ?? [],
  ),
);

/** Flags a Deny of all addresses before which nothing speaks of pods: pods have addresses too, so it cuts them off, with DNS. */
export const denyAllAddressesCutsPods: RuleDefinition = defineRule({
  id: "deny-all-addresses-cuts-pods",
  severity: "high",
  category: "reliability",
  title: "Deny of all addresses cuts off pods",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const direction of directions) {
      if (!context.cluster.policies.some((policy) => decidingRules(policy, direction).some(isDeny))) continue;
      const asked = byTier(context.cluster.policies).flatMap(({ policies }) => policies);
      for (const [at, policy] of asked.entries()) {
        const rules = decidingRules(policy, direction);
        for (const [i, rule] of rules.entries()) {
          const peer = isDeny(rule) ? wholePeer(rule) : undefined;
          if (peer === undefined) continue;
          const over = overWhat(context, peer.networks);
          if (over === undefined) continue;
          const affected = cutOff(context, policy, rules.slice(0, i), carefulBefore(context, asked, at, direction));
          if (affected === undefined) continue;
          report({
            at: peerPlace(policy, direction, i, peer.index),
            message: `${nameOf(policy)} denies ${direction} ${direction === "egress" ? "to" : "from"} ${listText(peer.networks.cidrs)}, which are addresses of pods as well, and nothing before it allows or passes on what is between pods: the pods that it selects ${effect(direction)}${over}`,
            affected,
            fix: {
              kind: "manual",
              description: `Put a rule before it that allows or passes on ${direction === "egress" ? "egress to" : "ingress from"} pods, or leave the addresses of the cluster out.`,
            },
          });
        }
      }
    }
  },
});

/** The policies that may be asked before one, and speak of pods. Of equal priority any may, unless it is known which is first. */
function carefulBefore(
  { reachability }: RuleContext,
  asked: readonly Policy[],
  at: number,
  direction: Direction,
): readonly Policy[] {
  const policy = asked[at] as Policy; // the place of one of them
  const isOpen = tiesOf(policy.tier, reachability.options.assumptions) === "unknown";
  const mayBeBefore = (other: Policy, i: number): boolean =>
    i < at || (isOpen && i > at && other.priority === policy.priority && compareTiers(other.tier, policy.tier) === 0);
  return asked.filter((other, i) => mayBeBefore(other, i) && decidingRules(other, direction).some(speaksOfPods));
}

/** The pods of a policy for which nothing before a rule of it speaks of pods; undefined when there are none. */
function cutOff(
  context: RuleContext,
  policy: Policy,
  before: readonly Rule[],
  careful: readonly Policy[],
): ClassSet | undefined {
  if (before.some(speaksOfPods)) return undefined;
  if (context.cluster.workloads.length === 0) return careful.length === 0 ? ClassSet.empty : undefined;
  const spared = uniteSets(careful.map((other) => context.reachability.possibleSubjects(other)));
  const cut = difference(context.subjectsOf(policy).boundaries, spared.boundaries);
  return cut.length === 0 ? undefined : ClassSet.of(cut);
}

function wholePeer({ peers }: Rule): { readonly networks: NetworksPeer; readonly index: number } | undefined {
  if (peers === "any") return undefined;
  for (const [index, networks] of peers.entries())
    if (networks.type === "networks" && networks.outside !== true && isWholeSomewhere(networks))
      return { networks, index };
  return undefined;
}

function isWholeSomewhere({ addresses }: NetworksPeer): boolean {
  return isWholeIn(addresses, 4) || isWholeIn(addresses, 6);
}

/** The family of which all addresses are meant, where that is not all that pods have; undefined where pods are known to have none of it. */
function overWhat(context: RuleContext, { addresses }: NetworksPeer): string | undefined {
  const { families } = clusterAddresses(context);
  const whole = ([4, 6] as const).filter((family) => isWholeIn(addresses, family));
  if (families.size > 0 && !whole.some((family) => families.has(family))) return undefined;
  const [only, ...more] = whole;
  return more.length > 0 || (families.size === 1 && only !== undefined && families.has(only)) ? "" : ` over IPv${only}`;
}

function isDeny({ action }: Rule): boolean {
  return action === "deny";
}

function speaksOfPods({ action, peers }: Rule): boolean {
  if (action === "deny") return false;
  return (
    peers === "any" ||
    peers.some(
      (peer) =>
        peer.type === "pods" ||
        peer.type === "oldForm" ||
        (peer.type === "networks" && intersection(peer.addresses, privateRanges).length > 0),
    )
  );
}

function effect(direction: Direction): string {
  return direction === "egress" ? "reach no other pod, no Service and no DNS" : "are reached by no other pod";
}
