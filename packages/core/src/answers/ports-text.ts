import type { Ports } from "./ports.ts";

/** `TCP 8080,9090-9100; UDP 53`, or `All`. */
export function portsText({ all, ports }: Ports): string {
  if (all) return "All";
  const listed = (["TCP", "UDP", "SCTP", "ICMP", "ICMPv6"] as const).flatMap((protocol) => {
    const ranges = ports[protocol];
    return ranges === undefined || ranges.length === 0
      ? []
      : [ranges.join() === "0-255" ? protocol : `${protocol} ${ranges.join(",")}`];
  });
  return listed.length === 0 ? "none" : listed.join("; ");
}
