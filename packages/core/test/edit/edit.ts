import type { Change } from "../../src/edit/change.ts";
import { type EditedText, editText } from "../../src/edit/edit-text.ts";
import { kubectlReader } from "../../src/fix/kubectl-reader.ts";

/** Changes the document that starts at a line, and gives the whole text. */
export function edit(text: string, changes: readonly Change[], line = 1): EditedText {
  const document = { line, column: 1 };
  return editText(
    text,
    changes.map((change) => ({ document, change })),
    kubectlReader,
  );
}

/** The text after changes. Throws what refused them. */
export function edited(text: string, ...changes: readonly Change[]): string {
  const result = edit(text, changes);
  if (result.status === "edited") return result.text;
  throw new Error(result.refusals.map(({ reason }) => reason).join("; "));
}

/** Why a change is refused. */
export function refusal(text: string, ...changes: readonly Change[]): string {
  const result = edit(text, changes);
  return result.status === "edited" ? `not refused: ${result.text}` : (result.refusals[0]?.reason ?? "");
}
