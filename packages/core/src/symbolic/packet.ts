import { type Protocol, protocols } from "../model/policy.ts";
import type { Elements } from "./box.ts";

/** A packet of an example: a port of a protocol, or traffic that is none of the three (ICMP). */
export type PacketExample = { readonly protocol: Protocol; readonly port: number } | "other";

// Element = plane of the protocol * 65536 + port. Port 0 does not exist, so planes never touch.
const planeSize = 65_536;
const otherPackets = protocols.length * planeSize;

/** The packets of an inclusive range of ports. */
export function packets(protocol: Protocol, from: number, to: number): Elements {
  const start = protocols.indexOf(protocol) * planeSize;
  return from <= to ? [start + from, start + to + 1] : [];
}

/** All packets of a protocol. */
export function protocolPackets(protocol: Protocol): Elements {
  return packets(protocol, 1, planeSize - 1);
}

/** Every packet there is, with one element for all that is neither TCP, UDP nor SCTP. */
export const allPackets: Elements = [...protocols.flatMap(protocolPackets), otherPackets, otherPackets + 1];

/** The packet an element stands for. */
export function packetAt(element: number): PacketExample {
  const protocol = protocols[Math.floor(element / planeSize)];
  return protocol === undefined ? "other" : { protocol, port: element % planeSize };
}
