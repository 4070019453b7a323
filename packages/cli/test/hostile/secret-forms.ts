/** How a secret can be written, by those who want it printed. `admin` is its user where there is one. */
export const secretForms: Readonly<Record<string, (secret: string) => string>> = {
  plain: (secret) => secret,
  capitals: (secret) => secret.toUpperCase(),
  "zero-width characters": (secret) => Array.from(secret).join("\u200b"),
  "combining characters": (secret) => Array.from(secret).join("\u034f\ufe0f"),
  "wide letters": (secret) =>
    secret.replaceAll(/[!-~]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0)),
  base64: (secret) => Buffer.from(secret).toString("base64"),
  "base64 without padding": (secret) => Buffer.from(secret).toString("base64").replaceAll("=", ""),
  base64url: (secret) => Buffer.from(secret).toString("base64url"),
  "base64 with a beginning": (secret) => Buffer.from(`x${secret}`).toString("base64"),
  "base64 in JSON, percent-encoded": (secret) => encodeURIComponent(Buffer.from(`xy${secret}`).toString("base64")),
  "user and password": (secret) => `admin:${secret}`,
  "basic authentication": (secret) => `Basic ${Buffer.from(`admin:${secret}`).toString("base64")}`,
  "percent-encoded": (secret) => encodeURIComponent(secret),
  "percent-encoded letters": (secret) => percent(secret, "%"),
  "percent-encoded twice": (secret) => percent(secret, "%25"),
  json: (secret) => JSON.stringify(secret),
  "json in json": (secret) => JSON.stringify(JSON.stringify(secret)),
  "json escapes": (secret) => Array.from(secret, (letter) => `\\u${hex(letter).padStart(4, "0")}`).join(""),
  "html entities": (secret) => Array.from(secret, (letter) => `&#x${hex(letter)};`).join(""),
  "several lines": (secret) => `${secret.slice(0, 5)}\n${secret.slice(5, 9)}\r\n \u2028${secret.slice(9)}`,
  hexadecimal: (secret) => Buffer.from(secret).toString("hex"),
  "capital hexadecimal": (secret) => Buffer.from(secret).toString("hex").toUpperCase(),
  "hexadecimal with colons": (secret) =>
    Buffer.from(secret)
      .toString("hex")
      .replaceAll(/..(?!$)/g, "$&:"),
};

function hex(letter: string): string {
  return letter.charCodeAt(0).toString(16);
}

function percent(text: string, sign: string): string {
  return Array.from(text, (letter) => sign + hex(letter).padStart(2, "0")).join("");
}

/** What nobody sees, and what parts a text without changing it. */
const invisible = /[\s\p{C}\p{M}\p{Default_Ignorable_Code_Point}]/gu;

/** The form in which a text gives a secret away; undefined where in none. */
export function formShown(text: string, secret: string): string | undefined {
  const seen = text.normalize("NFKC").replaceAll(invisible, "");
  return Object.entries(secretForms).find(([name, write]) => {
    const written = write(secret).normalize("NFKC").replaceAll(invisible, "");
    // The first and the last characters of Base64 belong to what stands beside the secret, too.
    const telling = /base64|basic/.test(name) ? written.slice(12, -6) : written;
    return telling.length > 3 && seen.includes(telling);
  })?.[0];
}
