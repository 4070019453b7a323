import { sha256Hex } from "../lib/sha256.ts";
import type { Finding } from "../answers/finding.ts";

/**
 * What tells each finding from the others over time, in the order of the findings: a hash of the rule, of the object it
 * is about and of the node's path in the object, and a count for findings that are alike in all of these. Neither the
 * file, the line nor the words of the message take part, so a finding stays the same when other lines or objects move.
 */
export function fingerprintsOf(findings: readonly Finding[]): readonly string[] {
  const seen = new Map<string, number>();
  return findings.map((finding) => {
    const hash = sha256Hex(identityOf(finding)).slice(0, 32);
    const count = (seen.get(hash) ?? 0) + 1;
    seen.set(hash, count);
    return `${hash}:${count}`;
  });
}

function identityOf({ ruleId, object, location }: Finding): string {
  return JSON.stringify([
    ruleId,
    object.kind,
    object.namespace ?? "",
    object.name,
    withoutListItem(location?.path ?? ""),
  ]);
}

/** A List's items may be in another order the next time: the path is that in the item. */
export function withoutListItem(path: string): string {
  return path.replace(/^(?:items\[\d+\]\.?)+/, "");
}
