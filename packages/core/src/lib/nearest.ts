import { distance } from "fastest-levenshtein";

/** Longer texts are no names with a typo, and comparing them would take long. */
const longestName = 1_000;

/** The Levenshtein distance, or `limit + 1` where it exceeds `limit` or the texts are no names. */
export function editDistance(a: string, b: string, limit: number): number {
  if (a === b) return 0;
  if (Math.abs(a.length - b.length) > limit || Math.max(a.length, b.length) > longestName) return limit + 1;
  return Math.min(distance(a, b), limit + 1);
}

/** The candidates most like `text`, best first: those within a third of its length in edits, or that contain it. */
export function nearest(text: string, candidates: Iterable<string>, count = 3): readonly string[] {
  const limit = Math.max(2, Math.floor(text.length / 3));
  const scored: { candidate: string; score: number }[] = [];
  for (const candidate of new Set(candidates)) {
    const distance = editDistance(text.toLowerCase(), candidate.toLowerCase(), limit);
    if (distance <= limit) scored.push({ candidate, score: distance });
    else if (text.length > 2 && candidate.includes(text)) scored.push({ candidate, score: limit + 1 });
  }
  scored.sort((a, b) => a.score - b.score || (a.candidate < b.candidate ? -1 : 1));
  return scored.slice(0, count).map(({ candidate }) => candidate);
}
