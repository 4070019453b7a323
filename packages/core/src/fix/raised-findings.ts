import type { Finding } from "../answers/finding.ts";
import { objectKey, type PlannedFix } from "./planned-fix.ts";

const grave: ReadonlySet<string> = new Set(["critical", "high", "medium"]);

/** The findings of medium severity or more that are there after a change and were not before. */
export function raisedFindings(before: readonly Finding[], after: readonly Finding[]): readonly Finding[] {
  const known = new Map<string, number>();
  for (const finding of before) {
    if (grave.has(finding.severity)) known.set(keyOf(finding), (known.get(keyOf(finding)) ?? 0) + 1);
  }
  return after.filter((finding) => {
    if (!grave.has(finding.severity)) return false;
    const left = known.get(keyOf(finding)) ?? 0;
    known.set(keyOf(finding), left - 1);
    return left <= 0;
  });
}

function keyOf({ ruleId, object }: Finding): string {
  return JSON.stringify([ruleId, object.kind, object.namespace, object.name]);
}

/** The fixes to do without, each with what it brings about: those of the object, else of the namespace, else all. */
export function fixesBehind(
  fixes: readonly PlannedFix[],
  raised: readonly Finding[],
): ReadonlyMap<PlannedFix, Finding> {
  const behind = new Map<PlannedFix, Finding>();
  for (const finding of raised) {
    const { object } = finding;
    const ofObject = fixes.filter((fix) => objectKey(fix.object) === objectKey(object));
    const namespaces = new Set([
      object.namespace ?? object.name,
      ...finding.affected.map((id) => id.slice(0, id.indexOf("/"))),
    ]);
    const ofNamespace = fixes.filter((fix) => namespaces.has(fix.object.namespace ?? ""));
    const found = [ofObject, ofNamespace, fixes].find((each) => each.length > 0) ?? [];
    for (const fix of found) if (!behind.has(fix)) behind.set(fix, finding);
  }
  return behind;
}
