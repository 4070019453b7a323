import type { DirectionVerdict, Verdict } from "../answers/verdict.ts";
import { printable } from "./escape.ts";
import { restsOnText } from "./explanation-words.ts";
import { counted, missingFactText } from "./words.ts";

/** What notes are made from: a verdict, or one with its explanation. */
type Noted = Pick<Verdict, "notes" | "answer" | "because" | "notEvaluated"> &
  Readonly<Record<"egress" | "ingress", Pick<DirectionVerdict, "answer">>>;

/** What a reader must know beside a verdict: the missing facts, ports that do not meet, and what was not evaluated. */
export function verdictNotes(verdict: Noted): readonly string[] {
  const notes = verdict.notes.map(printable);
  if (verdict.answer === "unknown" && verdict.because.length > 0) {
    notes.unshift(`it depends on ${verdict.because.map(missingFactText).join(", ")}, which the input does not give`);
  }
  if (verdict.answer === "no" && bothSidesAllowSomething(verdict)) {
    notes.push("each side allows something, but no port that both allow");
  }
  for (const { kind, count, objects } of verdict.notEvaluated) {
    if (objects.length === 1 && objects[0] === "*") {
      notes.push(`${printable(kind)} objects may be missing: the answer may be different`);
      continue;
    }
    notes.push(
      `${counted(count, `${printable(kind)} object is`, `${printable(kind)} objects are`)} not evaluated: the answer may be different`,
    );
  }
  return notes;
}

/** Those of an answer that is told without its explanation. */
export function notesOfVerdict(verdict: Verdict): readonly string[] {
  const rests = restsOnText(verdict);
  return [...verdictNotes(verdict), ...(rests === undefined ? [] : [rests])];
}

function bothSidesAllowSomething({ egress, ingress }: Noted): boolean {
  const answers = new Set([egress.answer, ingress.answer]);
  return answers.has("yes") && !answers.has("no");
}
