import { type IcmpProtocol, type PortSpec, type Protocol, protocols } from "../model/policy.ts";
import { icmpProtocols, lastIcmpType } from "../sets/connection-set.ts";
import type { Elements } from "./box.ts";

/** A packet of an example: a port of a protocol, of ICMP a type in its place, or traffic that is none of these. */
export type PacketExample = { readonly protocol: Protocol | IcmpProtocol; readonly port: number } | "other";

// Element = plane of the protocol * 65536 + port. What is no protocol of these stands before ICMP: it is the plainer example.
const planeSize = 65_536;
const planes: readonly (Protocol | "other" | IcmpProtocol)[] = [...protocols, "other", ...icmpProtocols];
const otherPackets = planes.indexOf("other") * planeSize;

/** The packets of an inclusive range of ports, or of types of ICMP. */
function packets(protocol: Protocol | IcmpProtocol, from: number, to: number): Elements {
  const start = planes.indexOf(protocol) * planeSize;
  return from <= to ? [start + from, start + to + 1] : [];
}

/** The packets of a range; nothing for a named port. */
export function rangeElements(port: PortSpec): Elements {
  return port.type === "range" ? packets(port.protocol, port.from, port.to) : [];
}

/** All packets of a protocol. */
export function protocolPackets(protocol: Protocol | IcmpProtocol): Elements {
  return protocol === "ICMP" || protocol === "ICMPv6"
    ? packets(protocol, 0, lastIcmpType)
    : packets(protocol, 1, planeSize - 1);
}

/** Every packet there is, with one element for all that is neither TCP, UDP, SCTP nor ICMP. */
export const allPackets: Elements = [
  ...protocols.flatMap(protocolPackets),
  otherPackets,
  otherPackets + 1,
  ...icmpProtocols.flatMap(protocolPackets),
];

/** The packet an element stands for. */
export function packetAt(element: number): PacketExample {
  const protocol = planes[Math.floor(element / planeSize)] ?? "other";
  return protocol === "other" ? "other" : { protocol, port: element % planeSize };
}
