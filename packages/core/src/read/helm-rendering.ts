import { resolveFrom } from "../lib/file-path.ts";
import type { ParsedSource, RawDocument, SourceText } from "../parse/document.ts";
import { type ParseOptions, parseSource } from "../parse/parse-source.ts";
import type { Report } from "../diagnostics/diagnostic.ts";
import type { Locator } from "../source/position.ts";
import { RenderedDocument, fileLocator, kindAndNameOf } from "./rendered-document.ts";
import type { Rendering } from "./rendering.ts";

/** What `helm template` writes before each object: the chart's name, then the file within the chart. */
const sourceLine = /^# Source: [^/\r\n]+\/(.+)$/;

/** The objects that helm made, with their places in the templates. */
export function helmDocuments(
  { root, text, sources }: Rendering,
  options: ParseOptions,
  report: Report,
): readonly ParsedSource[] {
  const templates = new Map(sources.map((source) => [source.name, source]));
  return [...piecesByFile(text, root)].map(([file, pieces]) => {
    const parsed = parseSource({ name: file, text: pieces }, options, report);
    const template = new Template(file, templates.get(file));
    const documents = parsed.documents.map((document) => new RenderedDocument(document, template.placesOf(document)));
    return { ...parsed, documents, ignoreComments: template.ignoreComments };
  });
}

/** What was made from each file, in the order the files come. */
function piecesByFile(text: string, root: string): ReadonlyMap<string, string> {
  const pieces = new Map<string, string[]>();
  let file = resolveFrom(root, "Chart.yaml");
  let piece: string[] = [];
  const end = (): void => {
    if (piece.length > 0) pieces.set(file, [...(pieces.get(file) ?? []), ...piece]);
    piece = [];
  };
  const lines = text.split("\n");
  for (const [index, line] of lines.entries()) {
    const source = lines[index - 1]?.startsWith("---") === true || index === 0 ? sourceLine.exec(line)?.[1] : undefined;
    if (source !== undefined) {
      end();
      file = resolveFrom(root, source.trim());
    }
    piece.push(line);
    if (source !== undefined) piece.unshift("---");
  }
  end();
  return new Map([...pieces].map(([name, written]) => [name, written.join("\n")]));
}

/** A template, and which of its documents objects were made from. */
class Template {
  readonly ignoreComments: NonNullable<ParsedSource["ignoreComments"]>;
  readonly #file: string;
  readonly #text: string;
  readonly #documents: readonly RawDocument[];
  readonly #used = new Set<RawDocument>();

  constructor(file: string, source: SourceText | undefined) {
    this.#file = file;
    this.#text = source === undefined ? "" : withoutActions(source.text);
    const parsed = parseSource({ name: file, text: this.#text }, { wants: () => true }, () => undefined);
    this.#documents = parsed.documents;
    this.ignoreComments = parsed.ignoreComments ?? [];
  }

  /** The document of the same kind and name, else the next of the kind, else the line of the kind. */
  placesOf({ value }: RawDocument): Locator {
    const { kind = "", name } = kindAndNameOf(value) ?? {};
    const sameKind = this.#documents.filter((document) => kindAndNameOf(document.value)?.kind === kind);
    const found =
      sameKind.find((document) => kindAndNameOf(document.value)?.name === name) ??
      sameKind.find((document) => !this.#used.has(document)) ??
      sameKind.at(-1);
    if (found === undefined) return fileLocator(this.#file, this.#lineOf(kind));
    this.#used.add(found);
    return found;
  }

  #lineOf(kind: string): number {
    const line = this.#text.split("\n").findIndex((each) => each.trim() === `kind: ${kind}`);
    return line < 0 ? 1 : line + 1;
  }
}

/** An action of a Go template. A longer one is no action: each would be looked for to the end of the text. */
const action = /\{\{(?:[^}]|\}(?!\})){0,1000}\}\}/g;

/** A template as YAML, as far as that goes: lines that hold actions only are blank, other actions a word of the same length. */
function withoutActions(text: string): string {
  const marked = text.replace(action, (written) => written.replace(/[^\r\n]/g, written.includes("\n") ? " " : mark));
  return marked
    .split("\n")
    .map((line) => (isMarked.test(line) ? " ".repeat(line.length) : line.replaceAll(mark, "x")))
    .join("\n");
}

/** Stands for a character of an action: no template can hold it, because no YAML can. */
const mark = "\u0001";
// oxlint-disable-next-line no-control-regex -- `mark` is a control character, so that no template holds it
const isMarked = /^[ \t\r]*\u0001[\u0001 \t\r]*$/;
