import type { Connection, MissingFact } from "../answers/connectivity.ts";
import type { ConnectivityListing } from "./connectivity-listing.ts";
import { csvField, csvRecord } from "./escape.ts";
import { limitedTexts, missingFactText } from "./words.ts";

/** One record per connection. `certain` is false for those that hang on the facts in `because`. */
export function* connectivityCsv(listing: ConnectivityListing): Generator<string> {
  const ids = new Map(listing.endpoints.map(({ id }) => [id, csvField(id)]));
  const record = (connection: Connection, because: readonly MissingFact[]): string => {
    const { source, target, all, ports, family = "" } = connection;
    const ends = `${ids.get(source) ?? csvField(source)},${ids.get(target) ?? csvField(target)}`;
    return `${ends},${all},${ranges(ports.TCP)},${ranges(ports.UDP)},${ranges(ports.SCTP)},${because.length === 0},${csvField(because.map(missingFactText).join("; "))},${family},${csvField(limitedTexts(connection.limited).join("; "))},${ranges(ports.ICMP)},${ranges(ports.ICMPv6)}\n`;
  };
  const ports = ["tcp", "udp", "sctp"];
  yield csvRecord(["source", "target", "all", ...ports, "certain", "because", "family", "limited", "icmp", "icmpv6"]);
  for (const connection of listing.connections) yield record(connection, []);
  for (const connection of listing.uncertain) yield record(connection, connection.because);
}

/** Figures, dashes and spaces: nothing that would have to be quoted. */
function ranges(ports: readonly string[] = []): string {
  return ports.join(" ");
}
