import type { AssessSettings } from "./settings.ts";

/** The weighted sum of both scores; null when there is none of one. */
export function overallScore(
  performanceScore: number | null,
  securityScore: number | null,
  settings: AssessSettings,
): number | null {
  if (performanceScore === null || securityScore === null) return null;
  return settings.performanceWeight * performanceScore + settings.securityWeight * securityScore;
}
