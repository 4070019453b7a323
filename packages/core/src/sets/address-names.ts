import { familyOf, familyStart, formatAddress, parseAddress } from "./address.ts";
import { type AddressSet, familyAddresses, parseCidr } from "./address-set.ts";
import type { Family } from "./connection-set.ts";
import { difference, equals, intersection, isSubset, union, unionAll } from "./interval-set.ts";
import { addressName } from "./reserved-places.ts";
import { publicAddresses } from "./special-addresses.ts";

/** So many exceptions a name still bears. */
const mostExceptions = 4;

const families: readonly Family[] = [4, 6];

/**
 * The names of a set of addresses, as people say them: `internet` where all public addresses are in it (`internet (IPv4)`
 * of one family), with what it lacks (`internet (all but 10.0.0.0/8)`), otherwise blocks and ranges. `namedAddresses` reads
 * them back: the names together say the set, but that `internet` with no more than a family is read as what is public of it.
 */
export function addressNames(set: AddressSet): readonly string[] {
  const open = families.filter((family) => isSubset(publicOf(family), set));
  const universe = unionAll(open.map(familyAddresses));
  const lacking = rangeNames(difference(universe, set));
  const isPublicOnly = equals(intersection(set, universe), unionAll(open.map(publicOf)));
  const family = open.length === 1 ? [`IPv${open[0]}`] : [];
  if (open.length === 0) return rangeNames(set);
  if (isPublicOnly) return [internet([...family, "public only"]), ...rangeNames(difference(set, universe))];
  if (lacking.length > mostExceptions) {
    const rest = difference(set, unionAll(open.map(publicOf)));
    return [internet([...family, "public only"]), ...rangeNames(rest)];
  }
  const but = lacking.length === 0 ? [] : [`all but ${lacking.join(", ")}`];
  return [internet([...family, ...but]), ...rangeNames(difference(set, universe))];
}

function internet(notes: readonly string[]): string {
  return notes.length === 0 ? "internet" : `internet (${notes.join(", ")})`;
}

function publicOf(family: Family): AddressSet {
  return intersection(publicAddresses(), familyAddresses(family));
}

/** Each interval as a block where it is one, else as `first-last`. */
function rangeNames(set: AddressSet): readonly string[] {
  const names: string[] = [];
  for (let i = 0; i < set.length; i += 2) names.push(rangeName(set[i] ?? 0n, set[i + 1] ?? 0n));
  return names;
}

function rangeName(first: bigint, end: bigint): string {
  const size = end - first;
  if (size === 1n) return addressName(first);
  const family = familyOf(first);
  const isBlock = (size & (size - 1n)) === 0n && (first - familyStart(family)) % size === 0n;
  if (!isBlock) return `${formatAddress(first)}-${formatAddress(end - 1n)}`;
  return `${formatAddress(first)}/${(family === 4 ? 32 : 128) - (size.toString(2).length - 1)}`;
}

/** The addresses of a name that `addressNames` gives, but for a plain address; undefined for another text. `internet` alone is what is public. */
export function namedAddresses(text: string): AddressSet | undefined {
  if (text === "internet") return publicAddresses();
  const notes = /^internet \((.*)\)$/.exec(text)?.[1];
  return notes === undefined ? blockOrRange(text) : internetWith(notes);
}

function internetWith(notes: string): AddressSet | undefined {
  const [head = "", but] = notes.split(/(?:^|, )all but /);
  const words = head.split(", ").filter((word) => word !== "");
  if (words.some((word) => !["IPv4", "IPv6", "public only"].includes(word))) return undefined;
  const named = families.filter((family) => words.includes(`IPv${family}`));
  const universe = unionAll((named.length === 0 ? families : named).map(familyAddresses));
  const left = (but ?? "")
    .split(", ")
    .filter((word) => word !== "")
    .map((word) => blockOrRange(word) ?? addressOf(word));
  if (left.includes(undefined)) return undefined;
  const whole =
    words.includes("public only") || but === undefined ? intersection(universe, publicAddresses()) : universe;
  return difference(
    whole,
    left.reduce<AddressSet>((sum, each) => union(sum, each ?? []), []),
  );
}

function blockOrRange(text: string): AddressSet | undefined {
  const block = parseCidr(text)?.addresses;
  if (block !== undefined) return block;
  const [first, last, more] = text.split("-").map((part) => parseAddress(part)?.address);
  return first === undefined || last === undefined || more !== undefined || last < first
    ? undefined
    : [first, last + 1n];
}

function addressOf(text: string): AddressSet | undefined {
  const address = parseAddress(text)?.address;
  return address === undefined ? undefined : [address, address + 1n];
}
