import type { IpBlockPeer } from "../model/policy.ts";
import type { AddressSet, ParsedCidr } from "../sets/address-set.ts";
import { parseCidr } from "../sets/address-set.ts";
import { difference, isSubset, unionAll } from "../sets/interval-set.ts";
import { mappingField, textField, textListField } from "./fields.ts";
import type { ObjectCursor } from "./object-cursor.ts";
import { quote } from "./quote.ts";
import type { RawMapping } from "./raw-object.ts";
import type { FieldSet } from "./unknown-fields.ts";
import { checkFields } from "./unknown-fields.ts";

const blockFields: FieldSet = {
  known: new Set(["cidr", "except"]),
  consequence: (map) => (map["except"] === undefined ? "Without it nothing is excepted from the block." : undefined),
};
const noAddresses: AddressSet = [];

/** The address block that `ipBlock` of a peer holds; undefined when there is none to speak of. */
export function readIpBlock(at: ObjectCursor, map: RawMapping): IpBlockPeer | undefined {
  const raw = mappingField(at, map, "ipBlock");
  if (raw === undefined) return undefined;
  at.enter("ipBlock");
  checkFields(at, raw, blockFields);
  const cidr = textField(at, raw, "cidr");
  if ((cidr === undefined && raw["cidr"] == null) || cidr === "") {
    at.refuse("missing-field", ["cidr"], "ipBlock has no cidr: write one, such as 10.0.0.0/8");
  }
  const except = textListField(at, raw, "except");
  const block = cidr === undefined || cidr === "" ? undefined : readCidr(at, ["cidr"], cidr);
  const exceptions = except.map((text, index) => readException(at, index, text, block));
  at.leave();
  if (cidr === undefined || block === undefined) return undefined;
  return { type: "ipBlock", cidr, except, addresses: addressesOf(block, exceptions) };
}

function addressesOf(block: ParsedCidr, exceptions: readonly (AddressSet | undefined)[]): AddressSet {
  if (block.mapped) return noAddresses;
  if (exceptions.length === 0) return block.addresses;
  return difference(block.addresses, unionAll(exceptions.filter((exception) => exception !== undefined)));
}

/** Reads a block as `netutils.ParseCIDRSloppy` does, and tells where it reads differently from what it looks like. */
export function readCidr(at: ObjectCursor, steps: readonly (string | number)[], text: string): ParsedCidr | undefined {
  const parsed = parsedCidr(at, text);
  if (parsed === undefined) {
    at.refuse("invalid-policy", steps, `${steps[0]} ${quote(text)} is not a CIDR block: ${cidrAdvice(text)}`);
  } else if (parsed.mapped) {
    at.warn(
      "suspicious-value",
      steps,
      `${quote(text)} is an IPv4-mapped IPv6 block and is taken to match nothing: write it as IPv4`,
    );
  } else if (parsed.leadingZeros) {
    at.warn(
      "suspicious-value",
      steps,
      `${quote(text)} has leading zeros and is read in decimal, as ${parsed.canonical}: write that`,
    );
  } else if (parsed.hostBits) {
    at.warn(
      "suspicious-value",
      steps,
      `${quote(text)} has bits behind its prefix and is read as ${parsed.canonical}: write that`,
    );
  }
  return parsed;
}

function parsedCidr(at: ObjectCursor, text: string): ParsedCidr | undefined {
  const known = at.cidrs.get(text);
  if (known !== undefined) return known;
  const parsed = parseCidr(text);
  if (parsed !== undefined) at.cidrs.set(text, parsed);
  return parsed;
}

function cidrAdvice(text: string): string {
  const single = text.includes(":") ? `${text}/128` : `${text}/32`;
  return !text.includes("/") && parseCidr(single) !== undefined
    ? `for the one address write ${quote(single)}`
    : "write an address and a prefix length, such as 10.0.0.0/8 or 2001:db8::/32";
}

/** "Except values will be rejected if they are outside the cidr range": a longer prefix, inside, of the same family. */
function readException(
  at: ObjectCursor,
  index: number,
  text: string,
  block: ParsedCidr | undefined,
): AddressSet | undefined {
  const parsed = readCidr(at, ["except", index], text);
  if (parsed === undefined || parsed.mapped) return undefined;
  if (block === undefined || block.mapped) return parsed.addresses;
  const problem =
    parsed.family !== block.family
      ? `is IPv${parsed.family} and the block IPv${block.family}`
      : !isSubset(parsed.addresses, block.addresses)
        ? "is not inside it"
        : parsed.prefix <= block.prefix
          ? "is all of it"
          : undefined;
  if (problem !== undefined) {
    at.refuse(
      "invalid-policy",
      ["except", index],
      `except ${quote(text)} must be a strict part of ${block.canonical} but ${problem}: remove or narrow it`,
    );
  }
  return parsed.addresses;
}
