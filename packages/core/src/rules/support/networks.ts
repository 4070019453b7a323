import { type AddressSet, familyAddresses } from "../../sets/address-set.ts";
import type { Family } from "../../sets/connection-set.ts";
import { difference } from "../../sets/interval-set.ts";

/** Whether a set holds every address of a family. */
export function isWholeIn(addresses: AddressSet, family: Family): boolean {
  return difference(familyAddresses(family), addresses).length === 0;
}
