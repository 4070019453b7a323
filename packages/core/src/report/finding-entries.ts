import type { Finding } from "../answers/finding.ts";

/** A finding as people are told of it: once, however many objects it is found of. */
export interface FindingEntry {
  readonly finding: Finding;
  /** The same finding on other objects. */
  readonly repeats: readonly Finding[];
}

/** The findings in their order, repeats collapsed into the first; with `all` each is an entry of its own. */
export function entriesOf(
  findings: readonly Finding[],
  { all = false }: { readonly all?: boolean } = {},
): readonly FindingEntry[] {
  const entries: { finding: Finding; repeats: Finding[] }[] = [];
  const byGroup = new Map<string, Finding[]>();
  for (const finding of findings) {
    const known = all || finding.group === undefined ? undefined : byGroup.get(finding.group);
    if (known !== undefined) {
      known.push(finding);
      continue;
    }
    const repeats: Finding[] = [];
    entries.push({ finding, repeats });
    if (finding.group !== undefined) byGroup.set(finding.group, repeats);
  }
  return entries;
}
