import { transportProtocols, type TransportProtocol } from "./connection-set.ts";
import { UsageError } from "../lib/usage-error.ts";

/** A port of a question. */
export interface AskedPort {
  readonly protocol: TransportProtocol;
  readonly from: number;
  readonly to: number;
  /** As it is printed: `8080/TCP`. */
  readonly label: string;
}

/** Reads `8080`, `8080/TCP`, `tcp/8080` or `9090-9100/UDP`. The protocol defaults to TCP, as in a policy. */
export function parsePort(text: string): AskedPort {
  const match = /^(?:(?<before>[a-z]+)\/)?(?<from>\d{1,5})(?:-(?<to>\d{1,5}))?(?:\/(?<after>[a-z]+))?$/i.exec(text);
  const groups = match?.groups ?? {};
  const protocol = (groups["after"] ?? groups["before"] ?? "TCP").toUpperCase();
  const from = Number(groups["from"]);
  const to = Number(groups["to"] ?? groups["from"]);
  const known = transportProtocols.find((name) => name === protocol);
  if (match === null || known === undefined || from < 1 || to > 65_535 || to < from) {
    throw new UsageError(
      `${JSON.stringify(text.slice(0, 50))} is not a port: write a number from 1 to 65535 and a protocol, like 8080/TCP or 53/UDP`,
    );
  }
  return { protocol: known, from, to, label: `${from === to ? from : `${from}-${to}`}/${known}` };
}
