/** The byte order marks that kubectl reads a file by; without one the text is UTF-8. */
const marks = [
  { bytes: [0xef, 0xbb, 0xbf], encoding: "utf-8" },
  { bytes: [0xff, 0xfe], encoding: "utf-16le" },
  { bytes: [0xfe, 0xff], encoding: "utf-16be" },
] as const;

/** The text of a file: UTF-8, or what its byte order mark says. Undefined when the bytes are not such a text. */
export function decodeText(bytes: Uint8Array): string | undefined {
  const mark = marks.find((candidate) => candidate.bytes.every((byte, i) => bytes[i] === byte));
  try {
    return new TextDecoder(mark?.encoding ?? "utf-8", { fatal: true }).decode(bytes);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError) return undefined;
    throw error;
  }
}

const gitCrypt = "\0GITCRYPT\0";

/** Why a file is no text, for its reader. */
export function undecodableText(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes.subarray(0, gitCrypt.length)) === gitCrypt
    ? "encrypted by git-crypt. The file was not read: run git-crypt unlock, or leave it out of what is analysed"
    : "the bytes are neither UTF-8 nor UTF-16 with a byte order mark. The file was not read";
}
