/** The text as UTF-8 bytes; a surrogate without its partner becomes U+FFFD, as in every encoder of the web. */
export function utf8Bytes(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length * 3);
  let length = 0;
  for (const char of text) {
    const code = scalarOf(char);
    if (code < 0x80) bytes[length++] = code;
    else {
      const rest = code < 0x800 ? 1 : code < 0x1_0000 ? 2 : 3;
      bytes[length++] = ((0xff00 >> (rest + 1)) & 0xff) | (code >> (6 * rest));
      for (let i = rest - 1; i >= 0; i--) bytes[length++] = 0x80 | ((code >> (6 * i)) & 0x3f);
    }
  }
  return bytes.subarray(0, length);
}

function scalarOf(char: string): number {
  const code = char.codePointAt(0) ?? 0;
  return code >= 0xd800 && code <= 0xdfff ? 0xfffd : code;
}
