import { groupBy } from "../lib/group-by.ts";
import { type Direction, type Policy, type Rule, directions } from "../model/policy.ts";
import { peerKey, refKey, sayKey } from "../semantics/canonical-key.ts";
import { comparePolicies } from "./compare-policies.ts";
import type { ProofOptions } from "./proof-options.ts";
import { withoutOverwritten } from "./provable-policies.ts";

/**
 * Whether policies whose rules add up, in no order, say the same after some of them were changed: every part of an object
 * allows and denies what it did, and what is gone another one says. What no proof understands (requests, names of DNS, what
 * is not known) is taken as it is written: so it may be decided where `comparePolicies` leaves it open. False where it is not
 * proved: there may be no difference all the same.
 */
export function areSameUnions(given: readonly Policy[], made: readonly Policy[], options: ProofOptions): boolean {
  const [before, after] = [withoutOverwritten(given), withoutOverwritten(made)];
  const kept = new Set(after);
  const now = new Map(after.map((policy) => [partKey(policy), policy]));
  const left = new Set(before.filter((policy) => now.has(partKey(policy))).map(sayKey));
  for (const policy of before) {
    if (kept.has(policy)) continue;
    const other = now.get(partKey(policy));
    const isSaid = other === undefined ? left.has(sayKey(policy)) : saysTheSame(policy, other, options);
    if (!isSaid) return false;
  }
  const known = new Set(before.map(partKey));
  return after.every((policy) => known.has(partKey(policy)));
}

function partKey({ ref, part = 0 }: Policy): string {
  return `${refKey(ref)} ${part}`;
}

function saysTheSame(before: Policy, after: Policy, options: ProofOptions): boolean {
  const frame = ({ rules: _rules, origin: _origin, index: _index, ...rest }: Policy): string =>
    JSON.stringify(rest, figures);
  if (frame(before) !== frame(after)) return false;
  for (const direction of directions) {
    const [was, is] = [byTag(before.rules[direction]), byTag(after.rules[direction])];
    for (const tag of new Set([...was.keys(), ...is.keys()])) {
      const [old, now] = [was.get(tag) ?? [], is.get(tag) ?? []];
      if (isSameList(old, now)) continue;
      const sides = [policyOf(before, direction, old), policyOf(after, direction, now)] as const;
      if (comparePolicies([sides[0]], [sides[1]], options).verdict !== "equivalent") return false;
    }
  }
  return true;
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
