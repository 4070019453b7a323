import type { NodePath } from "../source/position.ts";
import { formatPath } from "../source/position.ts";

/** Characters that a terminal or a reader could be misled by, beyond those that JSON escapes: C1 controls, bidirectional and invisible ones. */
const misleading = /[\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff]/g;
const longest = 80;
const longestPath = 300;

/** A text of the input as a message shows it: in quotes, escaped, at most 80 characters of it. */
export function quote(text: string): string {
  const shown = text.length > longest ? `${text.slice(0, longest)}…` : text;
  return escapeMisleading(JSON.stringify(shown));
}

/** A text that holds pieces of the input outside quotes (a path), made safe to print. */
export function escapeMisleading(text: string): string {
  return text.replace(misleading, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** A path as a message shows it. */
export function shownPath(path: NodePath): string {
  const text = escapeMisleading(formatPath(path));
  return text.length > longestPath ? `${text.slice(0, longestPath)}…` : text;
}
