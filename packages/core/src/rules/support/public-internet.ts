import { type AddressSet, ofFamily } from "../../sets/address-set.ts";
import type { Family } from "../../sets/connection-set.ts";
import { publicAddresses } from "../../sets/special-addresses.ts";

/** The public internet by family. */
export function publicByFamily(): Readonly<Record<Family, AddressSet>> {
  const all = publicAddresses();
  return { 4: ofFamily(all, 4), 6: ofFamily(all, 6) };
}
