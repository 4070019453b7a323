/** How many random inputs a property looks at, and how often it must have seen what it is about. */
export interface PropertyRuns {
  readonly runs: number;
  /** What must at least be passed: `usual` where there are as many runs as usual; in fewer nothing need have been seen. */
  readonly wanted: (usual: number) => number;
}

/** As many runs as `NPA_PROPERTY_RUNS` says, or else as `npm test` has time for. */
export function propertyRuns(usualRuns: number): PropertyRuns {
  const runs = Number(process.env["NPA_PROPERTY_RUNS"] ?? usualRuns);
  return { runs, wanted: (usual) => (runs < usualRuns ? -1 : usual) };
}
