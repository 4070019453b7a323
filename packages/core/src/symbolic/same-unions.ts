import { groupBy } from "../lib/group-by.ts";
import { type Direction, type Policy, type Rule, directions } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { peerKey, refKey, sayKey } from "../semantics/canonical-key.ts";
import { comparePolicies } from "./compare-policies.ts";
import type { ProofOptions } from "./proof-options.ts";
import { withoutOverwritten } from "./provable-policies.ts";

/**
 * What was made of policies, as it was given wherever it says the same by itself, where rules add up in no order: the rules of
 * each part of an object, together with those of the same kind, or an object that is gone and that one which is left as it
 * was says word for word. What no proof understands (requests, names of DNS, what is not known) is taken as it is written: so
 * it may be decided where `comparePolicies` leaves it open. What is left different is for a comparison of all.
 */
export function undoneWhereSame(
  given: readonly Policy[],
  made: readonly Policy[],
  options: ProofOptions,
): readonly Policy[] {
  if (!given.some((policy) => addsUp([policy]))) return made;
  const before = groupBy(withoutOverwritten(given), ({ ref }) => refKey(ref));
  const result = new Map<string, readonly Policy[]>(groupBy(withoutOverwritten(made), ({ ref }) => refKey(ref)));
  const said = new Set<string>();
  for (const [key, parts] of before) {
    const now = result.get(key);
    if (now === undefined || !addsUp(parts)) continue;
    const closest = closestParts(parts, now, options);
    result.set(key, closest);
    for (const policy of parts) if (closest.includes(policy)) said.add(sayKey(policy));
  }
  for (const [key, parts] of before)
    if (!result.has(key) && addsUp(parts) && parts.every((policy) => said.has(sayKey(policy)))) result.set(key, parts);
  return [...result.values()].flat();
}

function addsUp(parts: readonly Policy[]): boolean {
  return parts.every((policy) => policy.tier.decides === "deny-wins" && !isNetworkPolicy(policy));
}

function closestParts(before: readonly Policy[], after: readonly Policy[], options: ProofOptions): readonly Policy[] {
  const was = new Map(before.map((policy) => [policy.part ?? 0, policy]));
  return after.map((policy) => {
    const given = was.get(policy.part ?? 0);
    return given === undefined || given === policy ? policy : closest(given, policy, options);
  });
}

/** The policy as it was made, with the rules that it was given where they say the same; the given one where all of them do. */
function closest(before: Policy, after: Policy, options: ProofOptions): Policy {
  const frame = ({ rules: _rules, origin: _origin, index: _index, ...rest }: Policy): string =>
    JSON.stringify(rest, figures);
  if (frame(before) !== frame(after)) return after;
  const [ingress, egress] = directions.map((direction) => closestRules(before, after, direction, options));
  if (ingress === before.rules.ingress && egress === before.rules.egress) return before;
  return { ...after, rules: { ingress: ingress ?? [], egress: egress ?? [] } };
}

function closestRules(before: Policy, after: Policy, direction: Direction, options: ProofOptions): readonly Rule[] {
  const [was, is] = [byTag(before.rules[direction]), byTag(after.rules[direction])];
  const differing = new Set<string>();
  for (const tag of new Set([...was.keys(), ...is.keys()])) {
    const [old, now] = [was.get(tag) ?? [], is.get(tag) ?? []];
    if (isSameList(old, now)) continue;
    const sides = [policyOf(before, direction, old), policyOf(after, direction, now)] as const;
    if (comparePolicies([sides[0]], [sides[1]], options).verdict !== "equivalent") differing.add(tag);
  }
  if (differing.size === 0) return before.rules[direction];
  const tagged = [...before.rules[direction], ...after.rules[direction]].map(taggedOf);
  // A rule of several kinds stands for all of them.
  if (tagged.some(({ length }) => length !== 1)) return after.rules[direction];
  const differs = (rule: Rule): boolean => taggedOf(rule).some(({ tag }) => differing.has(tag));
  return [...before.rules[direction].filter((rule) => !differs(rule)), ...after.rules[direction].filter(differs)];
}

function figures(_key: string, value: unknown): unknown {
  return typeof value === "bigint" ? value.toString(36) : value;
}

/** What a rule matches, and all else that it says. */
interface Tagged {
  readonly tag: string;
  readonly key: string;
  readonly plain: Rule;
}

/** The rules by what they do to what they match, and by all that no box can say. */
function byTag(rules: readonly Rule[]): ReadonlyMap<string, readonly Tagged[]> {
  return groupBy(rules.flatMap(taggedOf), ({ tag }) => tag);
}

function taggedOf(rule: Rule): readonly Tagged[] {
  const { action, peers, ports, exceptPorts, family, written: _, ...more } = rule;
  const tagged = (plainPeers: Rule["peers"], names: readonly string[]): Tagged => ({
    tag: JSON.stringify([action, more, names], figures),
    key: JSON.stringify([plainPeers === "any" ? "any" : plainPeers.map(peerKey), ports, exceptPorts, family]),
    plain: {
      action: "allow",
      peers: plainPeers,
      ports,
      ...(exceptPorts === undefined ? {} : { exceptPorts }),
      ...(family === undefined ? {} : { family }),
    },
  });
  if (peers === "any") return [tagged("any", [])];
  const named = peers.filter((peer) => peer.type === "domains");
  const others = peers.filter((peer) => peer.type !== "domains");
  return [
    ...(named.length === 0 || others.length > 0 ? [tagged(others, [])] : []),
    ...named.map((peer) => tagged("any", [peerKey(peer)])),
  ];
}

function isSameList(a: readonly Tagged[], b: readonly Tagged[]): boolean {
  return a.length === b.length && a.every(({ key }, i) => key === b[i]?.key);
}

/** A policy of these rules alone, which allow what they match. */
function policyOf(policy: Policy, direction: Direction, tagged: readonly Tagged[]): Policy {
  const {
    part: _part,
    requires: _requires,
    unknownSubject: _unknown,
    ifAssumed: _assumed,
    tiedWith: _tied,
    ...rest
  } = policy;
  const only = { ingress: direction === "ingress", egress: direction === "egress" };
  const rules = { ingress: [], egress: [], [direction]: tagged.map(({ plain }) => plain) };
  return { ...rest, applies: only, isolates: only, rules };
}
