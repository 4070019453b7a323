import type { Ports } from "../answers/ports.ts";
import { packetProtocols } from "../sets/connection-set.ts";

const shownRanges = 12;

/** `TCP 8080,9090-9100; UDP 53`, or `All`. At most 12 ranges of each protocol are spelled out. */
export function portsText({ ports, all }: Ports): string {
  if (all) return "All";
  const texts = packetProtocols.flatMap((protocol) => {
    const ranges = ports[protocol] ?? [];
    if (ranges.length === 0) return [];
    const rest = ranges.length - shownRanges;
    if (ranges.join() === "0-255") return [protocol];
    return [`${protocol} ${ranges.slice(0, shownRanges).join(",")}${rest > 0 ? ` and ${rest} more` : ""}`];
  });
  return texts.join("; ");
}
