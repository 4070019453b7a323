const longest = 300;
const longestRead = 100_000;
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
  let line = text.slice(0, longestRead).replace(lineBreaks, " ").replace(misleading, "");
  // Cleaned first and masked after, so that nothing invisible parts a secret. Half of one may stand where the text was cut.
  const known = secrets.filter((secret) => secret.length > 3);
  for (const pattern of known.flatMap(formsOf).map(patternOf)) line = line.replace(pattern, "***");
  if (text.length > longestRead) line = line.slice(0, -Math.max(longest, ...known.map(({ length }) => 4 * length)));
  line = line.replace(tokenLike, "***").trim();
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

/** How a secret may be written: as it is, as URLs and JSON have it, and in Base64 wherever it begins in what is encoded. */
function formsOf(secret: string): readonly string[] {
  const bare = secret.replace(misleading, "");
  const encoded = [0, 1, 2].flatMap((shift) => {
    const base64 = Buffer.from("\0".repeat(shift) + secret)
      .toString("base64")
      .replace(/=+$/, "");
    // The first characters and the last one mix with what stands beside it.
    const inner = base64.slice(shift === 0 ? 0 : shift + 1, secret.length % 3 === (3 - shift) % 3 ? undefined : -1);
    return inner.length > 3 ? [inner, inner.replaceAll("+", "-").replaceAll("/", "_")] : [];
  });
  const forms = [
    bare,
    encodeURIComponent(Buffer.from(bare).toString()),
    JSON.stringify(bare).slice(1, -1),
    ...hexOf(secret),
    ...encoded,
  ];
  return [...new Set(forms)].toSorted((a, b) => b.length - a.length);
}

function hexOf(text: string): readonly string[] {
  const hex = Buffer.from(text).toString("hex");
  return [hex, hex.toUpperCase()];
}

/** The text with blanks anywhere in it. */
function patternOf(text: string): RegExp {
  const characters = Array.from(text.replace(/\s/g, ""), (char) =>
    char.replace(/[$()*+./?[\\\]^{|}]/, String.raw`\$&`),
  );
  return new RegExp(characters.join(" *"), "gu");
}
