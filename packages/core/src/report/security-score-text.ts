import type {
  CostliestFinding,
  SecurityScoreDetail,
  SecurityTerm,
  SecurityTermName,
} from "../answers/security-score.ts";
import { printable } from "./escape.ts";
import type { Palette } from "./palette.ts";
import { placeText, rounded } from "./words.ts";

/** The terms in words. */
export const termTitles: Readonly<Record<SecurityTermName, string>> = {
  "isolation-ingress": "ingress isolation",
  "isolation-egress": "egress isolation",
  tightness: "tightness",
  exposure: "exposure",
  correctness: "correctness",
};

/** The terms of the security score: points of how many, why, and the finding that costs most. */
export function securityScoreLines(
  { value, note, terms, byNamespace }: SecurityScoreDetail,
  { bold, dim }: Palette,
): string[] {
  if (value === null) return [];
  return [
    bold(`Security score   ${tenths(value)} of 100`),
    ...(note === undefined ? [] : [`  ${printable(note)}`]),
    ...terms.map((term) => termLine(term, dim)),
    ...worstNamespace(byNamespace),
  ];
}

function termLine({ name, weight, value, note, costliest }: SecurityTerm, dim: (text: string) => string): string {
  const points = value === null ? "-" : `${tenths((value * weight) / 100)} of ${tenths(weight)}`;
  return `  ${termTitles[name].padEnd(17)}  ${points.padStart(12)}  ${printable(note)}${dim(costText(costliest))}`;
}

function costText(costliest: CostliestFinding | undefined): string {
  if (costliest === undefined) return "";
  const place = costliest.location === undefined ? "" : ` at ${placeText(costliest.location)}`;
  return ` (most: ${costliest.ruleId}${place})`;
}

/** The namespace that costs the total most, when there are several. */
function worstNamespace(byNamespace: SecurityScoreDetail["byNamespace"]): string[] {
  const scored = Object.entries(byNamespace).flatMap(([name, { value, pods }]) =>
    value === null ? [] : [{ name, value, lost: (100 - value) * pods }],
  );
  const [worst] = scored.toSorted((a, b) => b.lost - a.lost);
  if (scored.length < 2 || worst === undefined || worst.lost === 0) return [];
  return [`  the namespace that costs most: ${printable(worst.name)}, ${tenths(worst.value)} of 100`];
}

function tenths(figure: number): string {
  return rounded(Math.round(figure * 10) / 10);
}
