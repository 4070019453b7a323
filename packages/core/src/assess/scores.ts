import type { AssessSettings } from "./settings.ts";

/** A score from 0 to 100, or null with the reason why there is none. */
export interface Score {
  readonly value: number | null;
  readonly note?: string;
}

/** The security score of the input. It is not computed before each of its terms can be explained by findings. */
export function securityScore(): Score {
  return { value: null, note: "not computed yet: the security score comes with the explanation of each of its terms" };
}

/** The weighted sum of both scores; null when there is no security score. */
export function overallScore(performanceScore: number, security: Score, settings: AssessSettings): number | null {
  if (security.value === null) return null;
  return settings.performanceWeight * performanceScore + settings.securityWeight * security.value;
}
