const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** More than the API server takes in one object. */
const maxLength = 4_000_000;

/**
 * The text of base64 data, as Go makes a string of it; undefined when it is no base64.
 * Each byte that is not of UTF-8 becomes U+FFFD, as in Go's JSON.
 */
export function decodeBase64Text(data: string): string | undefined {
  if (data.length > maxLength) return undefined;
  const compact = data.replace(/[\r\n]/g, "");
  if (compact.length % 4 !== 0 || !base64.test(compact)) return undefined;
  return textOf(bytesOf(compact.replace(/=+$/, "")));
}

/** A character of UTF-8 above 127, byte by byte, and a byte that it does not allow there. */
const beyondAscii =
  /([\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2})|[\x80-\xff]/g;

function textOf(bytes: readonly number[]): string {
  const text = bytes.map((byte) => String.fromCharCode(byte)).join("");
  return text.replace(beyondAscii, (_bytes, character: string | undefined) =>
    character === undefined ? "\ufffd" : decodeURIComponent(percentText(character)),
  );
}

function percentText(character: string): string {
  return Array.from(character, (byte) => `%${byte.charCodeAt(0).toString(16)}`).join("");
}

function bytesOf(digits: string): readonly number[] {
  const bytes: number[] = [];
  let bits = 0;
  let held = 0;
  for (const digit of digits) {
    bits = ((bits << 6) | alphabet.indexOf(digit)) & 0xffffff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    bytes.push((bits >> held) & 0xff);
  }
  return bytes;
}
