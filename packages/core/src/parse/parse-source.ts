import type { Report } from "../diagnostics/diagnostic.ts";
import type { NodePath } from "../source/position.ts";
import { DocumentFault } from "./document-fault.ts";
import type { ParsedSource, RawDocument, RawValue, SkippedDocument, SourceText } from "./document.ts";
import { everydayYaml } from "./everyday-yaml.ts";
import { jsonPlaces } from "./json-places.ts";
import type { JsonValue } from "./json-values.ts";
import { looksLikeJson, readJsonValues } from "./json-values.ts";
import { plainKindOf } from "./kind-scan.ts";
import { LineIndex } from "./line-index.ts";
import { markedComments } from "./marked-comments.ts";
import type { Span } from "./place.ts";
import { duplicateReporter, isTemplate, reportFault } from "./problems.ts";
import type { PlaceReader } from "./raw-document.ts";
import { ParsedDocument } from "./raw-document.ts";
import type { DocumentText } from "./split-documents.ts";
import { splitDocuments, startsWithDirective } from "./split-documents.ts";
import { hasVariables, substituted, withRoundBrackets } from "./variables.ts";
import { documentEvents } from "./yaml-events.ts";
import { yamlPlaces } from "./yaml-places.ts";
import { yamlValue } from "./yaml-values.ts";

/** What the caller wants of a text. */
export interface ParseOptions {
  /** Whether documents of this kind are read; others need not be parsed. Lists ("List", "PodList", ...) are asked too. `text` is the document. */
  readonly wants: (kind: string, text: string) => boolean;
  /** Values of variables in the text. */
  readonly variables?: ReadonlyMap<string, string>;
}

/**
 * Reads a YAML or JSON text as kubectl reads it: every document of the stream on its own, so that a broken one does not
 * take the others with it. What is wrong goes to `report`; nothing is thrown, whatever the text.
 */
export function parseSource(source: SourceText, options: ParseOptions, report: Report): ParsedSource {
  const reader = new SourceReader(source, options, report);
  for (const document of splitDocuments(source.text)) {
    if (document.dropped === true) reader.drop(document);
    else reader.read(document);
  }
  const ignoreComments = markedComments(source, "npa-ignore");
  return {
    documents: reader.documents,
    skipped: reader.skipped,
    ...(reader.hasTemplate ? { template: source.name } : {}),
    ...(ignoreComments.length === 0 ? {} : { ignoreComments }),
  };
}

/** Reads the documents of one text in order. */
class SourceReader {
  readonly documents: RawDocument[] = [];
  readonly skipped: SkippedDocument[] = [];
  hasTemplate = false;
  readonly #source: SourceText;
  readonly #options: ParseOptions;
  readonly #report: Report;
  /** Asked once: a stream may have thousands of documents. */
  readonly #mayHaveVariables: boolean;
  readonly #lines: LineIndex;
  #index = 0;

  constructor(source: SourceText, options: ParseOptions, report: Report) {
    this.#source = source;
    this.#options = options;
    this.#report = report;
    this.#lines = new LineIndex(source);
    this.#mayHaveVariables = hasVariables(source.text);
  }

  read(document: DocumentText): void {
    const text = this.#source.text;
    if (looksLikeJson(text, document.body) && this.#readJson(document)) return;
    const body = text.slice(document.body, document.end);
    const kind = isPlainlyWritten(text, document, body) ? plainKindOf(body) : undefined;
    if (kind !== undefined && !this.#options.wants(kind, body)) this.#skip(kind);
    else this.#readYaml(document);
  }

  /** Tells of a document that kubectl does not see. */
  drop({ body, end }: DocumentText): void {
    this.#report({
      code: "suspicious-value",
      severity: "warning",
      message: "kubectl drops what follows a line with ..., up to the next ---: write --- to begin a document",
      location: this.#lines.locationOf(body, Math.min(body + 1, end)),
    });
  }

  /** False when the document is no JSON after all but may be YAML. */
  #readJson(document: DocumentText): boolean {
    const { body, end } = document;
    const found: JsonValue[] = [];
    const fault = readJsonValues(this.#source.text, body, end, found, duplicateReporter(this.#report, this.#lines, 0));
    if (fault !== undefined && !this.#isJsonText(body)) return false;
    for (const json of found) this.#add(json.value, json, jsonPlacesOf);
    if (fault !== undefined) this.#fail(fault, { start: body, end, base: 0 });
    return true;
  }

  /** kubectl takes a text for JSON, and nothing else, when its first character is a brace. */
  #isJsonText(body: number): boolean {
    const { text } = this.#source;
    return this.#index === 0 && text.charAt(body) === "{" && text.slice(0, body).trim() === "";
  }

  #readYaml(document: DocumentText): void {
    const { start, end } = document;
    const text = firstOf(withLineFeeds(this.#source.text.slice(start, end)), document.body - start);
    try {
      if (startsWithDirective(this.#source.text, document.body)) {
        throw new DocumentFault(document.body - start, "kubectl refuses % directives: remove the line");
      }
      this.#add(this.#valueOf(text, start), { start, end }, yamlPlacesOf);
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error;
      if (!this.#readWithVariables(document)) this.#fail(error, { start, end, base: start });
    }
  }

  #valueOf(text: string, start: number): RawValue {
    return everydayYaml(text) ?? yamlValue(documentEvents(text), duplicateReporter(this.#report, this.#lines, start));
  }

  /** Reads a document that is YAML only when its variables are replaced: `{namespace: ${NS}}`. False when it is none even so. */
  #readWithVariables({ start, end }: DocumentText): boolean {
    const text = this.#source.text.slice(start, end);
    const rewritten = withRoundBrackets(text);
    if (rewritten === text) return false;
    try {
      this.#add(this.#valueOf(rewritten, start), { start, end }, roundPlacesOf);
      return true;
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error;
      return false;
    }
  }

  #fail(fault: DocumentFault, span: Span & { readonly base: number }): void {
    this.#index++;
    if (fault.code === "yaml-syntax" && isTemplate(this.#source.text.slice(span.start, span.end)))
      this.hasTemplate = true;
    else reportFault(this.#report, this.#lines, fault, span);
  }

  #add(value: RawValue, span: Span, places: PlaceReader): void {
    const kind = fieldOf(value, "kind");
    const isList = fieldOf(value, "items") !== undefined;
    const text = (): string => this.#source.text.slice(span.start, span.end);
    if (typeof kind === "string" && !isList && !this.#options.wants(kind, text())) return this.#skip(kind);
    const document = new ParsedDocument(this.#lines, this.#index++, value, span, places);
    const isOpen =
      kind !== "Template" && this.#mayHaveVariables && hasVariables(this.#source.text.slice(span.start, span.end));
    this.documents.push(isOpen ? this.#withVariables(document, places === roundPlacesOf) : document);
  }

  #withVariables(document: ParsedDocument, isRound: boolean): RawDocument {
    const variables = this.#options.variables ?? noVariables;
    const isPlain = (path: NodePath): boolean => document.isPlain(path);
    return document.withValue(substituted(document.value, { variables, isRound, isPlain }));
  }

  #skip(kind: string): void {
    this.skipped.push({ file: this.#source.name, index: this.#index++, kind });
  }
}

/** Line ends that only some readers take for such: kubectl does (YAML 1.1), and counts a carriage return alone. */
const otherLineEnds = /[\u0085\u2028\u2029]|\r(?!\n)/;

/** A document of which the text alone may tell the kind: its content starts at column 0, and lines end as everybody sees them. */
function isPlainlyWritten(text: string, { body }: DocumentText, content: string): boolean {
  const before = text.charAt(body - 1);
  return (body === 0 || before === "\n" || before === "\ufeff") && !otherLineEnds.test(content);
}

/** The text with line feeds where kubectl sees the end of a line: of the same length, so that places stay. */
function withLineFeeds(text: string): string {
  return otherLineEnds.test(text) ? text.replaceAll(/[\u0085\u2028\u2029]|\r(?!\n)/g, "\n") : text;
}

/**
 * The first document of a piece of the stream: kubectl reads no other. In a piece whose mapping is indented, it ends as
 * well at a line that is not.
 */
function firstOf(text: string, body = 0): string {
  const end = /\n(?:---|\.\.\.)(?=[ \t\r\n]|$)/.exec(text.slice(body))?.index;
  return end === undefined ? text : text.slice(0, body + end + 1);
}

const noVariables: ReadonlyMap<string, string> = new Map();
const jsonPlacesOf: PlaceReader = (text, span) => jsonPlaces(text, span.start, span.end);
const yamlPlacesOf: PlaceReader = (text, span) =>
  yamlPlaces(firstOf(withLineFeeds(text.slice(span.start, span.end))), span.start);
const roundPlacesOf: PlaceReader = (text, span) =>
  yamlPlaces(withRoundBrackets(text.slice(span.start, span.end)), span.start);

function fieldOf(value: RawValue | undefined, key: string): RawValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: RawValue })[key]; // Array.isArray does not narrow a readonly array away
}
