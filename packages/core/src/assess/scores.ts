import type { AssessSettings } from "./settings.ts";

/** The weighted sum of both scores; null when there is no security score. */
export function overallScore(
  performanceScore: number,
  securityScore: number | null,
  settings: AssessSettings,
): number | null {
  if (securityScore === null) return null;
  return settings.performanceWeight * performanceScore + settings.securityWeight * securityScore;
}
