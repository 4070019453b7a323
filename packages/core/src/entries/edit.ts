/**
 * Fixes of findings in the YAML text itself: "@npa/core/edit". An entry of its own, so that the package for edits is loaded
 * only where it is used.
 */
export {
  type FixRequest,
  type FixedFile,
  type MadeFix,
  type UnmadeFix,
  type FixResult,
  fixSources,
} from "../analysis/fix-sources.ts";
export { type Appended, appendDocuments } from "../edit/append-documents.ts";
export type { Change, DocumentChange, Refusal, Replacement } from "../edit/change.ts";
export { type EditedText, editText } from "../edit/edit-text.ts";
export type { DocumentSpan, TextReader, TextValues } from "../edit/text-reader.ts";
export type { ConnectionChange } from "../answers/diff.ts";
export type { CannotWrite } from "../fix/apply-fixes.ts";
export { kubectlReader } from "../fix/kubectl-reader.ts";
export { withFixEdits } from "../fix/finding-edits.ts";
