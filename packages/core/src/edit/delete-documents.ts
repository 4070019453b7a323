import { lineEnd, mayHoldComment, nextLine } from "./lines.ts";
import type { Replacement } from "./change.ts";
import type { DocumentSpan } from "./text-reader.ts";

/**
 * The replacements that take documents out of a stream, each with the separator before it. A comment at the top of the
 * file that a blank line sets off stays. Not all documents may go.
 */
export function documentDeletions(
  text: string,
  spans: readonly DocumentSpan[],
  gone: ReadonlySet<number>,
): readonly Replacement[] {
  const firstKept = spans.findIndex((_, i) => !gone.has(i));
  const replacements: Replacement[] = [];
  if (firstKept > 0) replacements.push(leading(text, spans, firstKept));
  for (let i = firstKept + 1; i < spans.length; i++) {
    if (!gone.has(i)) continue;
    const start = spans[i - 1]?.end ?? 0;
    const end = i === spans.length - 1 ? text.length : (spans[i]?.end ?? text.length);
    replacements.push({ start, end, newText: "" });
  }
  return replacements;
}

/** Whether a document that goes takes a comment with it: inside, above or, of the last one, below. */
export function losesComment(text: string, spans: readonly DocumentSpan[], index: number): boolean {
  const head = text.slice(0, spans[0]?.body ?? 0);
  const start = index === 0 ? endOfHeader(head) : (spans[index - 1]?.end ?? 0);
  const end = index === spans.length - 1 ? text.length : (spans[index]?.end ?? text.length);
  return mayHoldComment(text.slice(start, end));
}

const separator = /(?:^|[\r\n])---/;

/** The documents before the first that stays. */
function leading(text: string, spans: readonly DocumentSpan[], firstKept: number): Replacement {
  const first = spans[0]?.body ?? 0;
  const marker = spans[firstKept - 1]?.end ?? 0;
  const head = text.slice(0, first);
  const start = endOfHeader(head);
  const opens = separator.test(head);
  const isBare = text.slice(marker, lineEnd(text, marker)).trim() === "---";
  return { start, end: !opens && start === 0 && isBare ? nextLine(text, marker) : marker, newText: "" };
}

/** The end of the comment that opens a file, with the blank lines after it; 0 when there is none. */
function endOfHeader(head: string): number {
  const match = /^\ufeff?(?:[ \t]*#[^\r\n]*(?:\r\n|\r|\n))+(?:[ \t]*(?:\r\n|\r|\n))+/.exec(head);
  return match?.[0].length ?? (head.startsWith("\ufeff") ? 1 : 0);
}
