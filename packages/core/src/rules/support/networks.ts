import type { NetworksPeer, Policy } from "../../model/policy.ts";
import { type AddressSet, familyAddresses } from "../../sets/address-set.ts";
import type { Family } from "../../sets/connection-set.ts";
import { difference } from "../../sets/interval-set.ts";

/** Whether networks of a rule are addresses outside: what Cilium knows as such, and the blocks of a policy of Calico. */
export function isOpenBlock({ outside }: NetworksPeer, { calico }: Pick<Policy, "calico">): boolean {
  return outside === true || calico !== undefined;
}

/** Whether a set holds every address of a family. */
export function isWholeIn(addresses: AddressSet, family: Family): boolean {
  return difference(familyAddresses(family), addresses).length === 0;
}
