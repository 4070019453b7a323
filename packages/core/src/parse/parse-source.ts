import { checkStopped } from "../lib/stoppable.ts";
import type { Report } from "../diagnostics/diagnostic.ts";
import type { NodePath } from "../source/position.ts";
import { DocumentFault } from "./document-fault.ts";
import type { ParsedSource, RawDocument, RawValue, SkippedDocument, SourceText } from "./document.ts";
import { everydayYaml } from "./everyday-yaml.ts";
import { jsonPlaces } from "./json-places.ts";
import type { JsonValue } from "./json-values.ts";
import { isJsonStream, readJsonValues } from "./json-values.ts";
import { firstKindIn, plainKindOf } from "./kind-scan.ts";
import { KnownPlaces } from "./known-places.ts";
import { KnownText } from "./known-text.ts";
import { LineIndex } from "./line-index.ts";
import { markedComments } from "./marked-comments.ts";
import type { Span } from "./place.ts";
import {
  duplicateReporter,
  isForOthers,
  isTemplate,
  reportBadSeparator,
  reportDropped,
  reportFault,
} from "./problems.ts";
import type { PlaceReader } from "./raw-document.ts";
import { ParsedDocument } from "./raw-document.ts";
import type { DocumentText } from "./split-documents.ts";
import { firstContent, splitDocuments } from "./split-documents.ts";
import { hasVariables, substituted, withRoundBrackets } from "./variables.ts";
import { checkCharacters } from "./yaml-characters.ts";
import type { DocumentEvents } from "./yaml-events.ts";
import { documentEvents } from "./yaml-events.ts";
import { yamlPlaces } from "./yaml-places.ts";
import type { DuplicateKey } from "./yaml-values.ts";
import { yamlValue } from "./yaml-values.ts";

/** What the caller wants of a text. */
export interface ParseOptions {
  /** Whether documents of this kind are read; others need not be parsed. Lists ("List", "PodList", ...) are asked too. `text` is the document. */
  readonly wants: (kind: string, text: string) => boolean;
  /** The text is meant for npa itself, as a configuration is, so nothing of it is passed over. Default: false. */
  readonly isOurs?: boolean;
  /** Values of variables in the text. */
  readonly variables?: ReadonlyMap<string, string>;
  /** Of texts that were read before; what is read now is added. */
  readonly known?: KnownDocuments;
  /** What was read before, of this text or of others. */
  readonly knownText?: KnownText;
  readonly knownPlaces?: KnownPlaces;
}

/**
 * The values of documents by their texts. Who reads two states that are mostly alike gives both readings the same one: what
 * both have is parsed once.
 */
export type KnownDocuments = Map<string, RawValue>;

/**
 * Reads a YAML or JSON text as kubectl reads it: every document of the stream on its own, so that a broken one does not
 * take the others with it. What is wrong goes to `report`; nothing is thrown, whatever the text.
 */
export function parseSource(source: SourceText, options: ParseOptions, report: Report): ParsedSource {
  const reader = new SourceReader(source, options, report);
  if (isJsonStream(source.text)) reader.readJson();
  else
    for (const document of splitDocuments(source.text)) {
      checkStopped();
      reader.readYaml(document);
    }
  checkStopped();
  const ignoreComments = markedComments(source, "npa-ignore");
  checkStopped();
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
  readonly #knownText: KnownText;
  readonly #knownPlaces: KnownPlaces;
  #index = 0;

  constructor(source: SourceText, options: ParseOptions, report: Report) {
    this.#source = source;
    this.#options = options;
    this.#report = report;
    this.#lines = new LineIndex(source);
    this.#knownText = options.knownText ?? new KnownText();
    this.#knownPlaces = options.knownPlaces ?? new KnownPlaces();
    this.#mayHaveVariables = hasVariables(source.text);
  }

  /** kubectl takes a text for JSON, and nothing else, when its first character is a brace. */
  readJson(): void {
    const { text } = this.#source;
    const found: JsonValue[] = [];
    const fault = readJsonValues(text, found, this.#duplicates({ start: 0, end: text.length }));
    for (const json of found) this.#add(json.value, json, jsonPlacesOf);
    if (fault !== undefined) this.#fail(fault, { start: 0, end: text.length, base: 0 });
  }

  readYaml(document: DocumentText): void {
    const { text } = this.#source;
    const { body, end } = document;
    if (document.followsBadSeparator === true) reportBadSeparator(this.#report, this.#lines, document, this.#isOurs);
    const isLineStart = body === 0 || text.charAt(body - 1) === "\n";
    const content = text.slice(body, end);
    const kind = firstKindIn(content);
    const isSkipped =
      kind !== undefined &&
      !this.#options.wants(kind, content) &&
      !hasMark(text, document) &&
      plainKindOf(content, isLineStart) === kind;
    if (isSkipped) this.#skip(kind);
    else this.#parseYaml(document);
  }

  #parseYaml(document: DocumentText): void {
    const { start, body, end } = document;
    const { text } = this.#source;
    try {
      // What stands before the content is of no other interest.
      if (start < body) checkCharacters(text.slice(start, body));
      const everyday = hasMark(text, document) ? undefined : this.#everyday(lines(text, lineStart(text, body), end));
      const value = everyday ?? this.#anyYaml(lines(text, start, end), document);
      const known = everyday === undefined ? undefined : this.#knownPlaces;
      if (value !== undefined) this.#add(value, { start, end }, yamlPlacesOf, known);
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error;
      if (!this.#readWithVariables(document)) this.#fail(error, { start, end, base: start });
    }
  }

  #everyday(text: string): RawValue | undefined {
    const { known } = this.#options;
    const value = known?.get(text) ?? everydayYaml(text, this.#knownText);
    if (value !== undefined) known?.set(text, value);
    return value;
  }

  /** Reads a document that is YAML only when its variables are replaced: `{namespace: ${NS}}`. False when it is none even so. */
  #readWithVariables(document: DocumentText): boolean {
    const { start, end } = document;
    const text = lines(this.#source.text, start, end);
    const rewritten = withRoundBrackets(text);
    if (rewritten === text) return false;
    try {
      const value = this.#anyYaml(rewritten, document);
      if (value !== undefined) this.#add(value, { start, end }, roundPlacesOf);
      return true;
    } catch (error) {
      if (!(error instanceof DocumentFault)) throw error;
      return false;
    }
  }

  /** Reads the first document of `text`, and reports what kubectl drops after it. Undefined when nothing is written. */
  #anyYaml(text: string, span: DocumentText): RawValue | undefined {
    const { start, end } = span;
    checkCharacters(text);
    const events = documentEvents(text);
    const value = yamlValue(events, this.#duplicates(span));
    const dropped = firstContent(text, events.end);
    if (dropped < text.length) reportDropped(this.#report, this.#lines, { start: start + dropped, end }, this.#isOurs);
    return isEmpty(events) ? undefined : value;
  }

  #fail(fault: DocumentFault, span: Span & { readonly base: number }): void {
    if (!this.#isOurs && isForOthers(this.#source, fault, span)) return this.#skip("");
    this.#index++;
    if (!fault.kubectlMayRead && isTemplate(this.#source.text.slice(span.start, span.end))) this.hasTemplate = true;
    else reportFault(this.#report, this.#lines, fault, span);
  }

  #add(value: RawValue, span: Span, places: PlaceReader, known?: KnownPlaces): void {
    // kubectl takes every object with `items` for a list, whatever its kind.
    const isList = fieldOf(value, "items") !== undefined;
    const kind = fieldOf(value, "kind");
    if (
      !isList &&
      typeof kind === "string" &&
      !this.#options.wants(kind, this.#source.text.slice(span.start, span.end))
    )
      return this.#skip(kind);
    const document = new ParsedDocument(this.#lines, this.#index++, value, span, places, known);
    const isOpen =
      kind !== "Template" && this.#mayHaveVariables && hasVariables(this.#source.text.slice(span.start, span.end));
    this.documents.push(isOpen ? this.#withVariables(document, places === roundPlacesOf) : document);
  }

  #withVariables(document: ParsedDocument, isRound: boolean): RawDocument {
    const variables = this.#options.variables ?? noVariables;
    const isPlain = (path: NodePath): boolean => document.isPlain(path);
    return document.withValue(substituted(document.value, { variables, isRound, isPlain }));
  }

  #duplicates(span: Span): DuplicateKey {
    return duplicateReporter(this.#report, this.#lines, span, this.#isOurs);
  }

  get #isOurs(): boolean {
    return this.#options.isOurs === true;
  }

  /** `kind` is empty for what is no object. */
  #skip(kind: string): void {
    this.skipped.push({ file: this.#source.name, index: this.#index++, kind });
  }
}

const noVariables: ReadonlyMap<string, string> = new Map();
const jsonPlacesOf: PlaceReader = (text, span) => jsonPlaces(text, span.start, span.end);
const yamlPlacesOf: PlaceReader = (text, span) => yamlPlaces(lines(text, span.start, span.end), span.start);
const roundPlacesOf: PlaceReader = (text, span) =>
  yamlPlaces(withRoundBrackets(lines(text, span.start, span.end)), span.start);

function isEmpty({ events }: DocumentEvents): boolean {
  const [first] = events;
  return (
    first === undefined || (first.type === "scalar" && first.start === first.end && first.properties === undefined)
  );
}

/** The text between two offsets, as kubectl gives it to its YAML reader: whole lines. */
function lines(text: string, start: number, end: number): string {
  const part = text.slice(start, end);
  return part.endsWith("\n") ? part : `${part}\n`;
}

/** Whether a byte order mark or a tab stands before the content: either may mislead or stop kubectl's reader. */
function hasMark(text: string, { start, body }: DocumentText): boolean {
  return /[\ufeff\t]/.test(text.slice(start, body));
}

function lineStart(text: string, offset: number): number {
  let start = offset;
  while (start > 0 && text.charAt(start - 1) !== "\n" && text.charAt(start - 1) !== "\r") start--;
  return start;
}

function fieldOf(value: RawValue | undefined, key: string): RawValue | undefined {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return undefined;
  return (value as { readonly [key: string]: RawValue })[key]; // Array.isArray does not narrow a readonly array away
}
