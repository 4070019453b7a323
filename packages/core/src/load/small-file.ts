import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";

/** What a configuration, a baseline, a kubeconfig or a certificate never reaches. */
const maxSmallFile = 20_000_000;

/**
 * The bytes of a regular file of bounded size: no device that never ends, no pipe that nobody writes to. Throws what the
 * file system throws, and an error that says so for everything that is no such file.
 */
export function readSmallFile(file: string, maxBytes: number = maxSmallFile): Uint8Array {
  // Opening a pipe without this waits for its writer.
  const descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const stats = fstatSync(descriptor);
    if (!stats.isFile()) throw new Error(stats.isDirectory() ? "it is a directory" : "it is no regular file");
    // Files below /proc claim to be empty, so the end is where reading ends.
    const bytes = new Uint8Array(Math.min(stats.size, maxBytes) + 1);
    let length = 0;
    for (;;) {
      const count = readSync(descriptor, bytes, length, bytes.length - length, null);
      length += count;
      if (count === 0) return bytes.subarray(0, length);
      if (length === bytes.length) throw new Error(`it is larger than ${maxBytes / 1_000_000} MB, or grows`);
    }
  } finally {
    closeSync(descriptor);
  }
}
