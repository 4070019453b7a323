import type { Finding } from "../answers/finding.ts";
import { groupBy } from "../lib/group-by.ts";
import { sha256Hex } from "../lib/sha256.ts";

/**
 * Marks the findings that say the same, with the same advice, but for the names of their objects (one template in many
 * namespaces, one careless rule in many policies): they get the same `group`. A finding that no other is like gets none.
 */
export function withGroups(findings: readonly Finding[]): readonly Finding[] {
  const groupOf = new Map<Finding, string>();
  const paths = new Map<string, string>();
  for (const [key, alike] of groupBy(findings, (finding) => groupKey(finding, paths))) {
    if (alike.length < 2) continue;
    const group = sha256Hex(key).slice(0, 16);
    for (const finding of alike) groupOf.set(finding, group);
  }
  return findings.map((finding) => {
    const group = groupOf.get(finding);
    return group === undefined ? finding : { ...finding, group };
  });
}

/** `paths`: those that were met, without their indexes. Many findings have the same. */
function groupKey(finding: Finding, paths: Map<string, string>): string {
  const { ruleId, severity, message, location, object, fix } = finding;
  const path = location?.path ?? "";
  let where = paths.get(path);
  if (where === undefined) paths.set(path, (where = withoutIndexes(path)));
  return JSON.stringify([
    ruleId,
    severity,
    object.kind,
    where,
    nameless(message, finding),
    nameless(fix?.description ?? "", finding),
  ]);
}

/** Which of several rules or items it is makes no difference. */
function withoutIndexes(path: string): string {
  return path.replace(/^(?:items\[\d+\]\.?)+/, "").replace(/\[\d+\]/g, "[]");
}

/** The text with the names of the finding's object left out, where they are words of their own. */
function nameless(text: string, { object }: Finding): string {
  const { name } = object;
  const namespace = object.namespace ?? "";
  const withoutName = withoutWord(text, namespace === "" ? name : `${namespace}/${name}`, "\u0001");
  return withoutWord(withoutWord(withoutName, name, "\u0002"), namespace, "\u0003");
}

/** Names are hostile, so no pattern is made of them. */
function withoutWord(text: string, word: string, placeholder: string): string {
  if (word === "" || !text.includes(word)) return text;
  let result = "";
  let from = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (isWordPart(text[at - 1]) || isWordPart(text[at + word.length])) continue;
    result += text.slice(from, at) + placeholder;
    from = at + word.length;
  }
  return result + text.slice(from);
}

function isWordPart(char: string | undefined): boolean {
  return char !== undefined && /[A-Za-z0-9]/.test(char);
}
