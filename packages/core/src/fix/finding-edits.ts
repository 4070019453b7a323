import type { Replacement } from "../edit/change.ts";
import { editText } from "../edit/edit-text.ts";
import { TextLines } from "../edit/lines.ts";
import type { Cluster } from "../model/cluster.ts";
import type { SourceText } from "../parse/document.ts";
import type { Finding, TextEdit } from "../answers/finding.ts";
import { locationOf } from "../source/position.ts";
import { kubectlReader } from "./kubectl-reader.ts";
import { Manifests } from "./manifests.ts";
import { planChanges } from "./plan-changes.ts";
import type { FixStep, PlannedFix } from "./planned-fix.ts";

/**
 * The findings, those that a safe change of one document makes go away with the exact replacements in `fix.edits`. Every
 * fix stands for itself, and all that take something out can be made together.
 */
export function withFixEdits(
  findings: readonly Finding[],
  cluster: Cluster,
  sources: readonly SourceText[],
): readonly Finding[] {
  const context = { cluster, findings, manifests: new Manifests(sources, kubectlReader) };
  const { fixes } = planChanges("safe")(context);
  const writer = new EditWriter(sources, context.manifests);
  const byFinding = new Map(fixes.map((fix) => [fix.finding, fix]));
  return findings.map((finding) => {
    const fix = byFinding.get(finding);
    const edits = fix === undefined ? undefined : writer.editsOf(fix);
    if (fix === undefined || edits === undefined) return finding;
    const description = finding.fix?.description ?? sentence(fix.description);
    return { ...finding, fix: { ...finding.fix, kind: fix.kind, description, edits } };
  });
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

type ChangeStep = Extract<FixStep, { readonly type: "change" }>;

/** How much text is read in all: every fix reads its document, and its file when it takes the document out. */
const mostText = 5_000_000;
/** A document that goes is only read, which is that much faster than finding the place of a change in it. */
const readingIsFaster = 10;

/** Writes fixes as replacements with lines and columns. */
class EditWriter {
  readonly #texts: ReadonlyMap<string, string>;
  readonly #manifests: Manifests;
  readonly #lines = new Map<string, TextLines>();
  #read = 0;

  constructor(sources: readonly SourceText[], manifests: Manifests) {
    this.#texts = new Map(sources.map(({ name, text }) => [name, text]));
    this.#manifests = manifests;
  }

  /** Undefined when the fix is more than a change of one document, or cannot be written without loss. */
  editsOf({ steps }: PlannedFix): readonly TextEdit[] | undefined {
    const [step, more] = steps;
    if (step?.type !== "change" || more !== undefined) return undefined;
    const { file } = step.origin.locator;
    const text = this.#texts.get(file);
    if (text === undefined) return undefined;
    const lines = this.#linesOf(file, text);
    const isWhole = step.change.path.length === 0 && step.origin.path.length === 0;
    const replacements = isWhole ? this.#inFile(step, text) : this.#inDocument(step);
    return replacements?.map(({ start, end, newText }) => {
      const to = lines.positionAt(end);
      return { file, ...lines.positionAt(start), endLine: to.line, endColumn: to.column, newText };
    });
  }

  #inFile(step: ChangeStep, text: string): readonly Replacement[] | undefined {
    this.#read += text.length / readingIsFaster;
    if (this.#read > mostText) return undefined;
    return replacementsOf(text, locationOf({ locator: step.origin.locator, path: [] }), step);
  }

  #inDocument(step: ChangeStep): readonly Replacement[] | undefined {
    const document = this.#manifests.documentOf(step.origin);
    this.#read += document?.text.length ?? 0;
    if (document === undefined || this.#read > mostText) return undefined;
    const replacements = replacementsOf(document.text, undefined, step);
    const base = document.start;
    return replacements?.map(({ start, end, newText }) => ({ start: start + base, end: end + base, newText }));
  }

  #linesOf(file: string, text: string): TextLines {
    let lines = this.#lines.get(file);
    if (lines === undefined) {
      lines = new TextLines(text);
      this.#lines.set(file, lines);
    }
    return lines;
  }
}

/** `place` tells which document of the text; undefined: it has only one. */
function replacementsOf(
  text: string,
  place: { readonly line: number; readonly column: number } | undefined,
  { origin, change }: ChangeStep,
): readonly Replacement[] | undefined {
  const document = place ?? { line: Number.MAX_SAFE_INTEGER, column: 1 };
  const path = [...origin.path, ...change.path];
  const edited = editText(text, [{ document, change: { ...change, path } }], kubectlReader);
  return edited.status === "refused" ? undefined : edited.replacements;
}
