const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const base64 = /^[A-Za-z0-9+/]*={0,2}$/;
/** More than the API server takes in one object. */
const maxLength = 4_000_000;

/**
 * The text of base64 data, as Go makes a string of it; undefined when it is no base64.
 * Bytes above 127 in data that is not UTF-8 become U+FFFD.
 */
export function decodeBase64Text(data: string): string | undefined {
  if (data.length > maxLength) return undefined;
  const compact = data.replace(/[\r\n]/g, "");
  if (compact.length % 4 !== 0 || !base64.test(compact)) return undefined;
  const bytes = bytesOf(compact.replace(/=+$/, ""));
  try {
    return decodeURIComponent(bytes.map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""));
  } catch {
    return bytes.map((byte) => (byte < 128 ? String.fromCharCode(byte) : "\ufffd")).join("");
  }
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
