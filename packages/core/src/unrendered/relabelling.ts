import { isMapping } from "../lib/plain-values.ts";
import { resolveFrom } from "../lib/file-path.ts";
import type { RawValue } from "../parse/document.ts";

/** Fields of a kustomization with patches: files, texts, and what they are for. */
const patchFields = ["patches", "patchesStrategicMerge", "patchesJson6902"];
/** What of a patch may be about labels, or about what policies say. */
const telling = /labels\b|[pP]odSelector|namespaceSelector|hostNetwork|NetworkPolicy|policyTypes/;
/** More texts are not looked at: such a kustomization changes something. */
const maxTexts = 10_000;

/**
 * Whether a kustomization changes what policies match by: it adds labels to selectors or templates, or a patch of it speaks of
 * labels or policies. `textOf` gives the texts of files.
 */
export function changesLabels(
  value: RawValue,
  directory: string,
  textOf: (file: string) => string | undefined,
): boolean {
  if (!isMapping(value)) return false;
  const { commonLabels, labels } = value;
  if (isMapping(commonLabels) && Object.keys(commonLabels).length > 0) return true;
  if (Array.isArray(labels) && labels.some(reachesPods)) return true;
  const texts = patchFields.flatMap((field) => textsIn(value[field]));
  if (texts.length >= maxTexts) return true;
  return texts.some((text) => telling.test(text) || telling.test(textOf(resolveFrom(directory, text)) ?? ""));
}

/** "includeSelectors: inclusion into selectors [...]; includeTemplates: inclusion into templates". */
function reachesPods(entry: RawValue): boolean {
  return isMapping(entry) && (entry["includeSelectors"] === true || entry["includeTemplates"] === true);
}

function textsIn(value: RawValue | undefined): readonly string[] {
  const texts: string[] = [];
  const waiting: (RawValue | undefined)[] = [value];
  while (waiting.length > 0 && texts.length < maxTexts) {
    const next = waiting.pop();
    if (typeof next === "string") texts.push(next);
    else if (typeof next === "object" && next !== null) waiting.push(...Object.values(next));
  }
  return texts;
}
