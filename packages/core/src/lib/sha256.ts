import { utf8Bytes } from "./utf8.ts";

// FIPS 180-4. Here because the library runs where there is no node:crypto, and the hash of Web Crypto is asynchronous.

const primes = firstPrimes(64);
/** The first 32 bits of the fractional parts of the cube roots of the first 64 primes. */
const constants = Uint32Array.from(primes, (prime) => fraction(Math.cbrt(prime)));
/** The same of the square roots of the first 8. */
const initial = Uint32Array.from(primes.slice(0, 8), (prime) => fraction(Math.sqrt(prime)));

/** The SHA-256 digest of the text's UTF-8 bytes, as 64 hexadecimal digits. */
export function sha256Hex(text: string): string {
  const message = padded(utf8Bytes(text));
  const state = Uint32Array.from(initial);
  const words = new Uint32Array(64);
  for (let at = 0; at < message.byteLength; at += 64) compress(state, message, at, words);
  return [...state].map((word) => word.toString(16).padStart(8, "0")).join("");
}

/** The message, a 1 bit, zeros, and the message's length in bits, in whole blocks of 64 bytes. */
function padded(bytes: Uint8Array): DataView {
  const block = new Uint8Array(Math.ceil((bytes.length + 9) / 64) * 64);
  block.set(bytes);
  block[bytes.length] = 0x80;
  const view = new DataView(block.buffer);
  view.setUint32(block.length - 8, Math.floor(bytes.length / 0x2000_0000));
  view.setUint32(block.length - 4, (bytes.length << 3) >>> 0);
  return view;
}

function compress(state: Uint32Array, message: DataView, offset: number, words: Uint32Array): void {
  for (let i = 0; i < 16; i++) words[i] = message.getUint32(offset + 4 * i);
  for (let i = 16; i < 64; i++) {
    const [near, far] = [at(words, i - 2), at(words, i - 15)];
    const spread = (rotated(near, 17) ^ rotated(near, 19) ^ (near >>> 10)) + at(words, i - 7);
    words[i] = spread + (rotated(far, 7) ^ rotated(far, 18) ^ (far >>> 3)) + at(words, i - 16);
  }
  // The names are those of the standard.
  let [a, b, c, d] = [at(state, 0), at(state, 1), at(state, 2), at(state, 3)];
  let [e, f, g, h] = [at(state, 4), at(state, 5), at(state, 6), at(state, 7)];
  for (let i = 0; i < 64; i++) {
    const sum1 = rotated(e, 6) ^ rotated(e, 11) ^ rotated(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + at(constants, i) + at(words, i)) | 0;
    const sum0 = rotated(a, 2) ^ rotated(a, 13) ^ rotated(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    [h, g, f, e] = [g, f, e, (d + first) | 0];
    [d, c, b, a] = [c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, i) => {
    state[i] = at(state, i) + word;
  });
}

function rotated(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by));
}

function at(words: Uint32Array, i: number): number {
  return words[i] as number; // every index here is within the array
}

function fraction(root: number): number {
  return Math.floor((root - Math.floor(root)) * 2 ** 32);
}

function firstPrimes(count: number): readonly number[] {
  const found: number[] = [];
  for (let n = 2; found.length < count; n++) if (found.every((prime) => n % prime !== 0)) found.push(n);
  return found;
}
