/** Thresholds and weights of the figures in the report, with the defaults of the source documents. */
export interface AssessSettings {
  /** A rule repeated more often than this in a namespace is an opportunity. */
  readonly redundancyThreshold: number;
  /** A policy with more selector terms than this is advised to simplify them. */
  readonly complexityThreshold: number;
  /** Whether overlaps of policies are looked for. */
  readonly overlapDetection: boolean;
  /** What the performance score weighs in the overall score. */
  readonly performanceWeight: number;
  /** What the security score weighs in the overall score. */
  readonly securityWeight: number;
}

/** The defaults of the source documents. */
export const defaultAssessSettings: AssessSettings = {
  redundancyThreshold: 3,
  complexityThreshold: 10,
  overlapDetection: true,
  performanceWeight: 0.7,
  securityWeight: 0.3,
};
