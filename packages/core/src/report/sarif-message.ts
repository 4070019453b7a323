import type { Finding, RelatedLocation } from "../answers/finding.ts";
import { printable } from "./escape.ts";
import { shortened } from "./words.ts";

const maxLinks = 10;
const maxLength = 4000;

/**
 * What is the matter, whom it affects and what to do, as sentences: where space is scarce GitHub shows the first one.
 * Related locations are shown only where the text links them: `[text](1)` is the one with the id 1.
 */
export function sarifMessage(finding: Finding, linked: readonly RelatedLocation[]): string {
  const { message, affected, affectedCount, fix, related } = finding;
  const links = linked.slice(0, maxLinks).map(({ message: text }, i) => `[${linkText(text)}](${i + 1})`);
  const others = related.filter(({ location }) => location === undefined).map((other) => plain(other.message));
  const see = [...links, ...others.slice(0, maxLinks)];
  return [
    plain(message),
    ...(affectedCount === 0 ? [] : [`Affects ${withoutLinks(shortened(affected, affectedCount, 3))}`]),
    ...(fix === undefined ? [] : [`Fix: ${plain(fix.description)}`]),
    ...(see.length === 0 ? [] : [`See ${see.join(", ")}`]),
  ]
    .map(sentence)
    .join(" ");
}

function plain(text: string): string {
  const shown = printable(text);
  return withoutLinks(shown.length <= maxLength ? shown : `${shown.slice(0, maxLength - 1)}…`);
}

/** A name in the input must not become a link. */
export function withoutLinks(text: string): string {
  return text.replaceAll("](", "] (");
}

function linkText(text: string): string {
  return plain(text).replaceAll("[", "(").replaceAll("]", ")").replaceAll("\\", "/").slice(0, 200);
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
