import { printable } from "./escape.ts";

/** Characters that XML 1.0 does not have and `printable` leaves, since they act on nothing: the noncharacters. */
const notXml = /[\uFFFE\uFFFF]/g;

/** Text for an element or an attribute: no markup, and no character that XML refuses. */
export function xmlText(text: string): string {
  return printable(text)
    .replace(notXml, "")
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&apos;");
}

/** An element's start, `<name a="1" b="2"`, to be closed by the caller. */
export function xmlStart(name: string, attributes: Readonly<Record<string, string | number>>): string {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${xmlText(String(value))}"`);
  return `<${name}${written.join("")}`;
}
