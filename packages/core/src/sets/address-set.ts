import { type Address, familyEnd, familyOf, familyStart, formatAddress, parseAddress } from "./address.ts";
import type { Family } from "./connection-set.ts";
import { type IntervalSet, unionAll } from "./interval-set.ts";

/** A set of IPv4 and IPv6 addresses. */
export type AddressSet = IntervalSet<Address>;

/** Every address of both families. */
export const allAddresses: AddressSet = [familyStart(4), familyEnd(4), familyStart(6), familyEnd(6)];

/** Every address of one family. */
export function familyAddresses(family: Family): AddressSet {
  return [familyStart(family), familyEnd(family)];
}

/** A CIDR block as it was written, with what is odd about the spelling. */
export interface ParsedCidr {
  readonly family: Family;
  readonly prefix: number;
  /** The block, host bits masked off. */
  readonly addresses: AddressSet;
  /** The address has bits set behind the prefix (`10.0.0.1/8`). */
  readonly hostBits: boolean;
  readonly leadingZeros: boolean;
  readonly mapped: boolean;
  /** The canonical spelling, e.g. `10.0.0.0/8`. */
  readonly canonical: string;
}

/** Reads a CIDR block; undefined when it is none. */
export function parseCidr(text: string): ParsedCidr | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const parsed = parseAddress(text.slice(0, slash));
  const prefixText = text.slice(slash + 1);
  if (parsed === undefined || !/^\d{1,3}$/.test(prefixText)) return undefined;
  const bits = parsed.family === 4 ? 32 : 128;
  const prefix = Number(prefixText);
  if (prefix > bits) return undefined;
  const size = 1n << BigInt(bits - prefix);
  const offset = parsed.address - familyStart(parsed.family);
  const first = familyStart(parsed.family) + (offset / size) * size;
  return {
    family: parsed.family,
    prefix,
    addresses: [first, first + size],
    hostBits: first !== parsed.address,
    leadingZeros: parsed.leadingZeros || (prefixText.length > 1 && prefixText.startsWith("0")),
    mapped: parsed.mapped,
    canonical: `${formatAddress(first)}/${prefix}`,
  };
}

/** The set of these addresses; texts that are none are left out. */
export function singleAddresses(texts: readonly string[]): AddressSet {
  return unionAll(
    texts.flatMap((text) => {
      const address = parseAddress(text)?.address;
      return address === undefined ? [] : [[address, address + 1n]];
    }),
  );
}

/** The set as `first-last` ranges, IPv4 before IPv6, ascending. Places that are no addresses are left out. */
export function formatRanges(set: AddressSet): string[] {
  const ranges: string[] = [];
  for (let i = 0; i < set.length && (set[i] as Address) < familyEnd(6); i += 2)
    ranges.push(`${formatAddress(set[i] as Address)}-${formatAddress((set[i + 1] as Address) - 1n)}`);
  return ranges;
}

/** The part of the set that is of one family. */
export function ofFamily(set: AddressSet, family: Family): AddressSet {
  // The families never share an interval: there is a gap between them.
  const result: Address[] = [];
  for (let i = 0; i < set.length; i += 2) {
    const first = set[i] as Address;
    if (familyOf(first) === family && first < familyEnd(family)) result.push(first, set[i + 1] as Address);
  }
  return result;
}
