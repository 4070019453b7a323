import { type AddressSet, allAddresses, parseCidr } from "./address-set.ts";
import { difference, unionAll } from "./interval-set.ts";

/** Blocks that the public internet does not route (IANA special-purpose registries, RFC 6890 and its updates). */
const notPublic = [
  "0.0.0.0/8",
  "10.0.0.0/8",
  "100.64.0.0/10",
  "127.0.0.0/8",
  "169.254.0.0/16",
  "172.16.0.0/12",
  "192.0.0.0/24",
  "192.0.2.0/24",
  "192.168.0.0/16",
  "198.18.0.0/15",
  "198.51.100.0/24",
  "203.0.113.0/24",
  "224.0.0.0/4",
  "240.0.0.0/4",
  "::/3",
  "4000::/2",
  "8000::/1",
  "2001:db8::/32",
];

/** The addresses of the public internet: IPv4 without the special-purpose blocks, and 2000::/3, of which all global IPv6 is. */
export function publicAddresses(): AddressSet {
  made ??= difference(allAddresses, unionAll(notPublic.map((cidr) => parseCidr(cidr)?.addresses ?? [])));
  return made;
}

let made: AddressSet | undefined;
