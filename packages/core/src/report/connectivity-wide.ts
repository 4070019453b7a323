import type { Connection } from "../answers/connectivity.ts";
import type { ConnectivityListing } from "./connectivity-listing.ts";
import { printable } from "./escape.ts";
import { type TextOptions, paletteOf } from "./palette.ts";
import { missingFactText, familyPortsText, limitedTexts } from "./words.ts";

/** Names longer than this do not widen the columns for all. */
const maxColumn = 48;
const minColumn = 8;

/** `source => target : TCP 8080,9090-9100`, line by line; then what hangs on facts that the input does not give. */
export function* connectivityWide(listing: ConnectivityListing, options: TextOptions = {}): Generator<string> {
  const { dim, yellow } = paletteOf(options);
  const padded = paddedNames(listing);
  const line = (source: string, target: string, rest: string): string =>
    `${padded(source)} ${dim("=>")} ${padded(target)} ${dim(":")} ${rest}\n`;
  const portsOf = (connection: Connection): string => {
    const limited = limitedTexts(connection.limited);
    return `${familyPortsText(connection)}${limited.length === 0 ? "" : ` ${yellow(`(${limited.join("; ")})`)}`}`;
  };
  for (const connection of listing.connections) {
    yield line(connection.source, connection.target, portsOf(connection));
  }
  let first = true;
  for (const connection of listing.uncertain) {
    if (first) yield `\n${yellow("Uncertain: these depend on facts that the input does not give")}\n`;
    first = false;
    const because = dim(`(depends on ${connection.because.map(missingFactText).join(", ")})`);
    yield line(connection.source, connection.target, `${portsOf(connection)} ${because}`);
  }
}

/** Ids come again and again: each is escaped and padded once. */
function paddedNames({ endpoints }: ConnectivityListing): (id: string) => string {
  const names = new Map(endpoints.map(({ id }) => [id, printable(id)]));
  let width = minColumn;
  for (const name of names.values()) if (name.length <= maxColumn && name.length > width) width = name.length;
  for (const [id, name] of names) names.set(id, name.padEnd(width));
  return (id) => names.get(id) ?? printable(id).padEnd(width);
}
