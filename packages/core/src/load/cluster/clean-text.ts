const longest = 300;
/** What could be a credential: a JWT, or the token of a cloud's plugin. */
const tokenLike = /\beyJ[\w-]{8,}(?:\.[\w-]+)*|\bk8s-aws-v1\.[\w-]+|(?<=\b[Bb]earer )[\w.~+/=-]{16,}/g;
const lineBreaks = /[\s\u0085\u2028\u2029]+/gu;
/** Control characters, and those that reorder the text around them. */
const misleading = /[\p{Cc}\p{Cf}]/gu;

/**
 * A text from outside (an error, a Status, what a plugin says) as one line that is safe to print:
 * short, without control characters, and without anything that is or looks like one of our credentials.
 */
export function cleanText(text: string, secrets: readonly string[] = []): string {
  // A page or a key can be megabytes; nothing of that length is shown.
  let line = text.slice(0, 100_000);
  for (const secret of secrets) if (secret.length > 3) line = line.replaceAll(secret, "***");
  line = line.replace(lineBreaks, " ").replace(tokenLike, "***").replace(misleading, "").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}
