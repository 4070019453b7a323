import { TextLines } from "../edit/lines.ts";
import type { DocumentSpan, TextReader } from "../edit/text-reader.ts";
import { lastAtMost } from "../lib/last-at-most.ts";
import type { RawValue, SourceText } from "../parse/document.ts";
import { type NodePath, type Origin, locationOf } from "../source/position.ts";

/** A document of the input as it is written. */
export interface WrittenDocument {
  readonly file: string;
  /** Its offset in the file. */
  readonly start: number;
  /** What stands between the document before, or the start of the file, and this one: separator and comments. */
  readonly lead: string;
  readonly text: string;
  readonly value: RawValue | undefined;
}

interface ReadFile {
  readonly text: string;
  readonly lines: TextLines;
  readonly spans: readonly DocumentSpan[];
  /** The document that was asked for last: the items of a List are all in one. */
  last: { readonly index: number; readonly document: WrittenDocument } | undefined;
}

/** Finds what is written in the input. Files are looked through when something of them is asked for. */
export class Manifests {
  readonly #sources: ReadonlyMap<string, string>;
  readonly #reader: TextReader;
  readonly #files = new Map<string, ReadFile>();

  constructor(sources: readonly SourceText[], reader: TextReader) {
    this.#sources = new Map(sources.map(({ name, text }) => [name, text]));
    this.#reader = reader;
  }

  /** The document that an object is in. */
  documentOf(origin: Origin): WrittenDocument | undefined {
    const found = this.#find(origin);
    if (found === undefined) return undefined;
    const { read, index, file } = found;
    if (read.last?.index === index) return read.last.document;
    const { start, lead, text } = textAt(read, index);
    const { values } = this.#reader.values(text);
    const document = { file, start, lead, text, value: values.length === 1 ? values[0] : undefined };
    read.last = { index, document };
    return document;
  }

  /** The same without its value, for which it is not read. */
  textOf(origin: Origin): Pick<WrittenDocument, "file" | "lead" | "text"> | undefined {
    const found = this.#find(origin);
    return found && { ...textAt(found.read, found.index), file: found.file };
  }

  /** How many documents a file has. */
  documentsIn(file: string): number {
    return this.#file(file)?.spans.length ?? 0;
  }

  #find(origin: Origin): { readonly read: ReadFile; readonly index: number; readonly file: string } | undefined {
    const { file, line, column } = locationOf({ locator: origin.locator, path: [] });
    const read = this.#file(file);
    if (read === undefined) return undefined;
    const at = read.lines.offsetAt(line, column);
    return { read, index: lastAtMost(read.spans, at, ({ start }) => start), file };
  }

  /** A value below an object as it is written. */
  valueOf(origin: Origin, path: NodePath): RawValue | undefined {
    let value = this.documentOf(origin)?.value;
    for (const step of [...origin.path, ...path]) {
      if (typeof value !== "object" || value === null) return undefined;
      value = (value as { readonly [step: string | number]: RawValue })[step]; // lists and mappings alike
    }
    return value;
  }

  /** The documents of a manifest that is given as text. */
  read(manifest: string): readonly RawValue[] {
    return this.#reader.values(manifest).values;
  }

  #file(name: string): ReadFile | undefined {
    const text = this.#sources.get(name);
    if (text === undefined) return undefined;
    let file = this.#files.get(name);
    if (file === undefined) {
      file = { text, lines: new TextLines(text), spans: this.#reader.documents(text), last: undefined };
      this.#files.set(name, file);
    }
    return file;
  }
}

function textAt({ text, spans }: ReadFile, index: number): Pick<WrittenDocument, "start" | "lead" | "text"> {
  const span = spans[index];
  return {
    start: span?.start ?? 0,
    lead: text.slice(spans[index - 1]?.end ?? 0, span?.start),
    text: text.slice(span?.start, span?.end),
  };
}
