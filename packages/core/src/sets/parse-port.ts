import { isIcmp, lastIcmpType, type PacketProtocol, packetProtocols } from "./connection-set.ts";
import { UsageError } from "../lib/usage-error.ts";

/** A port of a question. */
export interface AskedPort {
  readonly protocol: PacketProtocol;
  readonly from: number;
  readonly to: number;
  /** As it is printed: `8080/TCP`. */
  readonly label: string;
}

/** Reads `8080`, `8080/TCP`, `tcp/8080` or `9090-9100/UDP`, and types of ICMP as `8/ICMP` or `128/ICMPv6`. The protocol defaults to TCP, as in a policy. */
export function parsePort(text: string): AskedPort {
  const match = /^(?:(?<before>[a-z]+6?)\/)?(?<from>\d{1,5})(?:-(?<to>\d{1,5}))?(?:\/(?<after>[a-z]+6?))?$/i.exec(text);
  const groups = match?.groups ?? {};
  const protocol = (groups["after"] ?? groups["before"] ?? "TCP").toLowerCase();
  const from = Number(groups["from"]);
  const to = Number(groups["to"] ?? groups["from"]);
  const known = packetProtocols.find((name) => name.toLowerCase() === protocol);
  const [first, last] = known !== undefined && isIcmp(known) ? [0, lastIcmpType] : [1, 65_535];
  if (match === null || known === undefined || from < first || to > last || to < from) {
    throw new UsageError(
      `${JSON.stringify(text.slice(0, 50))} is not a port: write a number from 1 to 65535 and a protocol, like 8080/TCP or 53/UDP`,
    );
  }
  return { protocol: known, from, to, label: `${from === to ? from : `${from}-${to}`}/${known}` };
}
