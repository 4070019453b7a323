import type { Family } from "./connection-set.ts";

/**
 * An address as a number on one line: IPv4 from 0, IPv6 from 2^33. The gap keeps the families apart,
 * so one interval set holds both.
 */
export type Address = bigint;

const ipv6Start: Address = 1n << 33n;
const familySize: Readonly<Record<Family, bigint>> = { 4: 1n << 32n, 6: 1n << 128n };

/** The first address of a family. */
export function familyStart(family: Family): Address {
  return family === 4 ? 0n : ipv6Start;
}

/** The end (exclusive) of a family's addresses. */
export function familyEnd(family: Family): Address {
  return familyStart(family) + familySize[family];
}

/** The family an address is of. */
export function familyOf(address: Address): Family {
  return address < ipv6Start ? 4 : 6;
}

/** An address as it was written, with what is odd about the spelling. */
export interface ParsedAddress {
  readonly address: Address;
  readonly family: Family;
  /** An octet has leading zeros: read as decimal, as Kubernetes does. */
  readonly leadingZeros: boolean;
  /** An IPv4-mapped IPv6 address (`::ffff:10.0.0.1`). */
  readonly mapped: boolean;
}

const [zero, nine, dot] = [48, 57, 46];

/** The longest that an octet is written, with its leading zeros. */
const longestOctet = 12;

/** Every pod of a cluster has an address: it is read character by character, and as a number that is no bigint yet. */
function parseIpv4(text: string): { value: bigint; leadingZeros: boolean } | undefined {
  let [value, octets, octet, digits] = [0, 0, 0, 0];
  let leadingZeros = false;
  for (let i = 0; i <= text.length; i++) {
    const code = i === text.length ? dot : text.charCodeAt(i);
    if (code === dot) {
      if (digits === 0 || digits > longestOctet || octet > 255) return undefined;
      value = value * 256 + octet;
      octets++;
      [octet, digits] = [0, 0];
    } else if (code >= zero && code <= nine) {
      if (digits === 1 && octet === 0) leadingZeros = true;
      octet = octet * 10 + code - zero;
      digits++;
    } else return undefined;
  }
  return octets === 4 ? { value: BigInt(value), leadingZeros } : undefined;
}

/** The 16-bit groups of one side of a `::`, a dotted IPv4 tail counted as two; undefined when malformed. */
function parseGroups(text: string): { groups: number[]; leadingZeros: boolean } | undefined {
  if (text === "") return { groups: [], leadingZeros: false };
  const parts = text.split(":");
  const groups: number[] = [];
  let leadingZeros = false;
  for (const [i, part] of parts.entries()) {
    if (part.includes(".") && i === parts.length - 1) {
      const tail = parseIpv4(part);
      if (tail === undefined) return undefined;
      leadingZeros = tail.leadingZeros;
      groups.push(Number(tail.value >> 16n), Number(tail.value & 0xffffn));
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return { groups, leadingZeros };
}

function parseIpv6(text: string): { value: bigint; leadingZeros: boolean } | undefined {
  const sides = text.split("::");
  if (sides.length > 2) return undefined;
  const head = parseGroups(sides[0] ?? "");
  const tail = parseGroups(sides[1] ?? "");
  if (head === undefined || tail === undefined) return undefined;
  const missing = 8 - head.groups.length - tail.groups.length;
  if (sides.length === 2 ? missing < 1 : missing !== 0) return undefined;
  // A dotted tail may only end the address, so not the left side of "::".
  if (sides.length === 2 && (sides[0] ?? "").includes(".")) return undefined;
  let value = 0n;
  for (const group of [...head.groups, ...Array<number>(missing).fill(0), ...tail.groups])
    value = (value << 16n) | BigInt(group);
  return { value, leadingZeros: head.leadingZeros || tail.leadingZeros };
}

/** Reads an IPv4 or IPv6 address; undefined when it is none. Zones (`%eth0`) are refused. */
export function parseAddress(text: string): ParsedAddress | undefined {
  if (text.length > 60) return undefined;
  if (!text.includes(":")) {
    const ipv4 = parseIpv4(text);
    return ipv4 && { address: ipv4.value, family: 4, leadingZeros: ipv4.leadingZeros, mapped: false };
  }
  const ipv6 = parseIpv6(text);
  if (ipv6 === undefined) return undefined;
  return {
    address: ipv6Start + ipv6.value,
    family: 6,
    leadingZeros: ipv6.leadingZeros,
    mapped: ipv6.value >> 32n === 0xffffn,
  };
}

function formatIpv6(value: bigint): string {
  const groups: string[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(((value >> shift) & 0xffffn).toString(16));
  // RFC 5952: the longest run of zero groups (at least two, the first of equals) becomes "::".
  let best = { start: -1, length: 1 };
  for (let start = 0; start < 8; start++) {
    let length = 0;
    while (groups[start + length] === "0") length++;
    if (length > best.length) best = { start, length };
  }
  if (best.start < 0) return groups.join(":");
  return `${groups.slice(0, best.start).join(":")}::${groups.slice(best.start + best.length).join(":")}`;
}

/** Writes an address in its canonical form (RFC 5952 for IPv6). */
export function formatAddress(address: Address): string {
  if (familyOf(address) === 6) return formatIpv6(address - ipv6Start);
  return [24n, 16n, 8n, 0n].map((shift) => ((address >> shift) & 255n).toString()).join(".");
}
