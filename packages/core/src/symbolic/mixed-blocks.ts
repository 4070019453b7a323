import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import { type AddressSet, familyAddresses } from "../sets/address-set.ts";
import { type Family, families } from "../sets/connection-set.ts";
import { meets, unionAll } from "../sets/interval-set.ts";

/** Whether a rule has a block among its peers. */
export function hasBlock(rule: Rule): boolean {
  return blocksOf(rule).length > 0;
}

/**
 * In which directions blocks of one family allow and others of the other family do something else. In Cilium a pod is matched by both of its
 * addresses, and boxes have one: what is so of pods with either address is so of those with both, but where the two say different things.
 */
export function directionsOfMixedBlocks(policies: readonly Policy[]): ReadonlySet<Direction> {
  return new Set(directions.filter((direction) => mixFamilies(policies.flatMap(({ rules }) => rules[direction]))));
}

function mixFamilies(rules: readonly Rule[]): boolean {
  const familiesOf = (allows: boolean): readonly Family[] => {
    const blocks = unionAll(rules.filter(({ action }) => (action === "allow") === allows).flatMap(blocksOf));
    return families.filter((family) => meets(blocks, familyAddresses(family)));
  };
  const [allowing, others] = [familiesOf(true), familiesOf(false)];
  return allowing.some((family) => others.some((other) => other !== family));
}

function blocksOf({ peers }: Rule): readonly AddressSet[] {
  if (peers === "any") return [];
  return peers.flatMap((peer) =>
    peer.type === "ipBlock" || (peer.type === "networks" && peer.asCidr === true) ? [peer.addresses] : [],
  );
}
