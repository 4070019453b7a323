import type { Diagnostic } from "../../src/diagnostics/diagnostic.ts";
import type { ParsedSource, RawDocument } from "../../src/parse/document.ts";
import { parseSource } from "../../src/parse/parse-source.ts";

/** What parseSource makes of a text, with the problems it reported. */
export interface Reading extends ParsedSource {
  readonly problems: readonly Diagnostic[];
}

/** Reads a text with every kind wanted, or those that `wants` accepts. */
export function read(text: string, wants: (kind: string) => boolean = () => true): Reading {
  const problems: Diagnostic[] = [];
  const parsed = parseSource({ name: "file.yaml", text }, { wants }, (problem) => problems.push(problem));
  return { ...parsed, problems };
}

/** The values of all documents, as plain JSON values. */
export function values(text: string): readonly unknown[] {
  return read(text).documents.map((document) => JSON.parse(JSON.stringify(document.value)) as unknown);
}

/** The only document of a text that has no problems. */
export function only(text: string): RawDocument {
  const { documents, problems } = read(text);
  const document = documents[0];
  if (document === undefined || documents.length > 1 || problems.length > 0) {
    throw new Error(`expected one document without problems: ${JSON.stringify(problems)}`);
  }
  return document;
}

/** `line:column` of every problem, with its code. */
export function problemPlaces(text: string): readonly string[] {
  return read(text).problems.map(({ code, location }) => `${location?.line}:${location?.column} ${code}`);
}
