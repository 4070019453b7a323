import type { Report } from "../diagnostics/diagnostic.ts";
import type { NodePath } from "../source/position.ts";
import { formatPath } from "../source/position.ts";
import type { DocumentFault } from "./document-fault.ts";
import type { SourceText } from "./document.ts";
import type { LineIndex } from "./line-index.ts";

/** A `kind` or `apiVersion`, however it is written, also behind an escape: the text may be meant for Kubernetes. */
const kubernetesField =
  /(?:^|[\s"'{,?!&\u0085\u2028\u2029])(?:kind|apiVersion)["']?[\s\u0085]*:|\\[xuU]|\?\s+["']?kind/;
/** How many duplicate keys of a document are reported: the rest would be more of the same. */
const maxDuplicates = 100;
/** What templates are written with: Helm and other Go templates, Jinja, ERB, Terraform, and what sed and autoconf replace. */
const templateMarks = /\{\{|\{%|%\{|<%|@[A-Za-z][\w.-]*@|%[A-Z][A-Z0-9_]*%/g;
/** How many marks are looked at, and how much text before each. */
const maxMarks = 1000;
const maxPrefix = 1000;

/** Whether a text may be meant for Kubernetes. */
function isForKubernetes(text: string): boolean {
  return kubernetesField.test(text);
}

/**
 * Whether a document that cannot be read is none of kubectl's, and no mistake where it is: a file of JSON with comments, as
 * editors and compilers have it, or one with a `%YAML` directive for another program. `span` is the document in `text`.
 */
export function isForOthers(
  { name, text }: SourceText,
  { kubectlMayRead, isDirective }: DocumentFault,
  { start, end }: { start: number; end: number },
): boolean {
  // kubectl reads nothing of a file from a directive on.
  if (isDirective) return !isForKubernetes(text.slice(start));
  return /\.json$/i.test(name) && !kubectlMayRead && !isForKubernetes(text.slice(start, end));
}

/** Reports why the document between two offsets was not read. `base` is what the fault's offset counts from. */
export function reportFault(
  report: Report,
  lines: LineIndex,
  fault: DocumentFault,
  span: { start: number; end: number; base: number },
): void {
  const text = lines.source.text.slice(span.start, span.end);
  const at = Math.min(span.base + fault.offset, span.end);
  const location = lines.locationOf(at, at + (isLineEnd(lines.source.text, at) ? 0 : 1));
  const isKubernetes = fault.kubectlMayRead || isForKubernetes(text);
  report({
    code: fault.code,
    severity: isKubernetes ? "error" : "warning",
    ...(isKubernetes ? { unreadable: true } : {}),
    message: `${fault.code === "yaml-syntax" ? "not valid" : "too large to read"}: ${fault.message}. The document was not read`,
    location,
  });
}

/** Reports a `---` line with something behind it that is no comment. */
export function reportBadSeparator(
  report: Report,
  lines: LineIndex,
  { start }: { start: number },
  isOurs: boolean,
): void {
  report({
    code: "yaml-syntax",
    severity: "error",
    unreadable: true,
    message: `${readerOf(isOurs)} refuses a --- line with anything but a comment on it, and the rest of the file: put it on the next line`,
    location: lines.locationOf(start, start + 3),
  });
}

/** Reports what stands after the end of a document and before the next `---`. */
export function reportDropped(
  report: Report,
  lines: LineIndex,
  { start, end }: { start: number; end: number },
  isOurs: boolean,
): void {
  const isKubernetes = isForKubernetes(lines.source.text.slice(start, end));
  report({
    code: "yaml-syntax",
    severity: isKubernetes ? "error" : "warning",
    ...(isKubernetes ? { unreadable: true } : {}),
    message: `${readerOf(isOurs)} reads one document between two --- lines and drops what follows it, from here on: put a --- line before it, or remove it. It was not read`,
    location: lines.locationOf(start, start + 1),
  });
}

/**
 * Reports keys that their mapping has twice, up to a bound, where the document between two offsets may be meant for Kubernetes
 * or `isOurs`. Offsets count from its start.
 */
export function duplicateReporter(
  report: Report,
  lines: LineIndex,
  span: { start: number; end: number },
  isOurs: boolean,
): (path: NodePath, start: number, end: number) => void {
  const advice = isOurs ? "remove one" : "the last one wins, and kubectl refuses it in strict mode. Remove one";
  let left: number | undefined;
  return (path, start, end) => {
    left ??= isOurs || isForKubernetes(lines.source.text.slice(span.start, span.end)) ? maxDuplicates : 0;
    if (left-- <= 0) return;
    report({
      code: "duplicate-key",
      severity: "warning",
      message: `the key ${formatPath(path)} is there twice: ${advice}`,
      location: lines.locationOf(span.start + start, span.start + end, path),
    });
  };
}

/** Whether a mark of a template stands outside quotes and comments, as far as its line tells. */
export function isTemplate(text: string): boolean {
  let tries = 0;
  for (const { index: at } of text.matchAll(templateMarks)) {
    if (++tries > maxMarks) return false;
    const before = text.slice(Math.max(0, at - maxPrefix), at);
    const line = before.slice(Math.max(before.lastIndexOf("\n"), before.lastIndexOf("\r")) + 1);
    if (!/["'#]/.test(line)) return true;
  }
  return false;
}

/** Who is to read the text. */
function readerOf(isOurs: boolean): string {
  return isOurs ? "npa" : "kubectl";
}

function isLineEnd(text: string, at: number): boolean {
  const char = text.charAt(at);
  return char === "" || char === "\n" || char === "\r";
}
