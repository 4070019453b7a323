import { type Adjustment, knownDifferences } from "./known-differences.ts";

/**
 * The differences of a case that nothing explains. For a case in the table of known differences: what the table does not
 * explain, what is left under the adjustment that it says makes the tools agree, or that there is no difference any more.
 */
export async function unexplained(
  caseId: string,
  compare: (adjustment: Adjustment) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  const known = knownDifferences.get(caseId);
  const found = await compare({});
  if (known === undefined) return found;
  if (found.length === 0) return ["no longer differs: take it off the table of known differences"];
  const left = known.agreesWith === undefined ? [] : await compare(known.agreesWith);
  return [...found.filter((line) => !known.only.test(line)), ...left.map((line) => `though adjusted: ${line}`)];
}
