import type { Connection } from "../answers/connectivity.ts";
import { type ConnectivityListing, truncatedText } from "./connectivity-listing.ts";
import { markdownCode, markdownHead, markdownRow, markdownText } from "./escape.ts";
import { missingFactText, familyPortsText, limitedTexts } from "./words.ts";

function portsCell(connection: Connection): string {
  return [familyPortsText(connection), ...limitedTexts(connection.limited).map(markdownText)].join("; ");
}

/** A table of the connections, and one of those that hang on facts that the input does not give. */
export function* connectivityMarkdown(listing: ConnectivityListing): Generator<string> {
  yield markdownHead(["Source", "Target", "Ports"]);
  for (const connection of listing.connections) {
    yield markdownRow([markdownCode(connection.source), markdownCode(connection.target), portsCell(connection)]);
  }
  let first = true;
  for (const connection of listing.uncertain) {
    if (first) yield `\nUncertain:\n\n${markdownHead(["Source", "Target", "Ports", "If known"])}`;
    first = false;
    yield markdownRow([
      markdownCode(connection.source),
      markdownCode(connection.target),
      portsCell(connection),
      markdownText(connection.because.map(missingFactText).join(", ")),
    ]);
  }
  const cut = truncatedText(listing.truncated);
  if (cut !== undefined) yield `\n${markdownText(cut)}\n`;
}
