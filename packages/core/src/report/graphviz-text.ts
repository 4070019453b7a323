import { printable } from "./escape.ts";

/** Text for a label: Graphviz reads backslash sequences and HTML entities there. */
export function graphvizLabel(text: string): string {
  return inert(text).replaceAll("&", "&amp;");
}

/** The name of a node, quoted. */
export function graphvizName(text: string): string {
  return graphvizQuoted(inert(text));
}

/** A quoted string is never HTML, and its only escape is the quote. */
export function graphvizQuoted(text: string): string {
  return `"${text.replaceAll('"', String.raw`\"`)}"`;
}

function inert(text: string): string {
  return printable(text).replaceAll("\\", "\\\\");
}
