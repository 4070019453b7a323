/** Addresses as inclusive numbers; IPv6 follows IPv4 on one line. */
export interface AddressRange {
  readonly first: bigint;
  readonly last: bigint;
}

const ipv6Base = 1n << 32n;

/** Every IPv4 address. */
export const ipv4: AddressRange = { first: 0n, last: ipv6Base - 1n };

/** Every address. */
export const allAddresses: AddressRange = { first: 0n, last: ipv6Base + (1n << 128n) - 1n };

/** Reads `a.b.c.d-e.f.g.h`, the same in IPv6, or a single address. Undefined for anything else. */
export function parseAddressRange(text: string): AddressRange | undefined {
  const [from = "", to = from, ...more] = text.split("-");
  const [first, last] = [parseAddress(from), parseAddress(to)];
  return first === undefined || last === undefined || more.length > 0 ? undefined : { first, last };
}

function parseAddress(text: string): bigint | undefined {
  if (/^\d+(?:\.\d+){3}$/.test(text)) return text.split(".").reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  if (!/^[\da-f:]+$/.test(text) || !text.includes(":")) return undefined;
  const [head = [], tail = []] = text.split("::").map((half) => half.split(":").filter((part) => part !== ""));
  const groups = [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => "0"), ...tail];
  return groups.reduce((sum, group) => sum * 65_536n + BigInt(`0x${group}`), 0n) + ipv6Base;
}

/** For messages. */
export function formatAddressRange({ first, last }: AddressRange): string {
  return `${formatAddress(first)}-${formatAddress(last)}`;
}

function formatAddress(address: bigint): string {
  if (address >= ipv6Base) return `[${(address - ipv6Base).toString(16)}]`;
  return [24n, 16n, 8n, 0n].map((shift) => (address >> shift) & 255n).join(".");
}
