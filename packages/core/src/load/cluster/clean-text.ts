import { SecretMask } from "../secret-mask.ts";

const longest = 300;
const longestRead = 100_000;
/** What could be a credential: a JWT, or the token of a cloud's plugin. */
const tokenLike = /\beyJ[\w-]{8,}(?:\.[\w-]+)*|\bk8s-aws-v1\.[\w-]+|(?<=\b(?:bearer|basic) )[\w.~+/=-]{16,}/gi;
const lineBreaks = /[\s\u0085\u2028\u2029]+/gu;
/** Control characters, those that reorder the text around them, and those that nobody sees. */
const misleading = /[\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}]/gu;

/**
 * A text from outside (an error, a Status, what a plugin says) as one line that is safe to print:
 * short, without control characters, and without anything that is or looks like one of our credentials.
 */
export function cleanText(text: string, secrets: readonly string[] = []): string {
  const mask = new SecretMask(secrets);
  // A page or a key can be megabytes; nothing of that length is shown.
  let line = mask.mask(text.slice(0, longestRead)).replace(lineBreaks, " ").replace(misleading, "");
  // Half of a secret may stand where the text was cut.
  if (text.length > longestRead) line = line.slice(0, -Math.max(longest, mask.reach));
  line = line.replace(tokenLike, shownToken).trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

function shownToken(): string {
  return "***";
}
