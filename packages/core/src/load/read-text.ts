import { closeSync, openSync, readFileSync, readSync } from "node:fs";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { SourceText } from "../parse/document.ts";
import { decodeText, undecodableText } from "./decode-text.ts";

/** The most that one input may hold: V8 strings end at 512 MiB. */
const maxBytes = 500_000_000;

/** A text, or why there is none. */
export type TextOrProblem =
  | { readonly source: SourceText; readonly problem?: undefined }
  | { readonly source?: undefined; readonly problem: Diagnostic };

/** Reads a file whose size is known to be right. Throws what the file system throws. */
export function readRegularFile(file: string, name: string, size: bigint): TextOrProblem {
  return size > maxBytes ? tooLarge(name) : textOf(name, readFileSync(file));
}

/** Reads a pipe or a device to its end, but no more than fits. Throws what the file system throws. */
export function readStreamFile(file: string, name: string): TextOrProblem {
  const descriptor = openSync(file, "r");
  try {
    const chunks: Uint8Array[] = [];
    let total = 0;
    for (;;) {
      const chunk = new Uint8Array(1 << 16);
      const count = readSync(descriptor, chunk);
      if (count === 0) return textOf(name, Buffer.concat(chunks));
      chunks.push(chunk.subarray(0, count));
      total += count;
      if (total > maxBytes) return tooLarge(name);
    }
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a stream such as stdin to its end, but no more than fits. */
export async function readStream(stream: AsyncIterable<Uint8Array | string>, name: string): Promise<TextOrProblem> {
  const chunks: Uint8Array[] = [];
  let total = 0;
  for await (const chunk of stream) {
    const bytes = typeof chunk === "string" ? Buffer.from(chunk) : chunk;
    chunks.push(bytes);
    total += bytes.length;
    if (total > maxBytes) return tooLarge(name);
  }
  return textOf(name, Buffer.concat(chunks));
}

function textOf(name: string, bytes: Uint8Array): TextOrProblem {
  const text = decodeText(bytes);
  if (text !== undefined) return { source: { name, text } };
  return { problem: problemWith(name, "not-utf8", undecodableText(bytes)) };
}

function tooLarge(name: string): TextOrProblem {
  const message = `larger than ${maxBytes / 1_000_000} MB. The file was not read: split it`;
  return { problem: problemWith(name, "input-too-large", message) };
}

/** A problem with a whole file, which the answer may lack. */
export function problemWith(file: string, code: Diagnostic["code"], message: string): Diagnostic {
  const location = { file, line: 1, column: 1, endLine: 1, endColumn: 1, path: "" };
  return { code, severity: "error", unreadable: true, message, location };
}
