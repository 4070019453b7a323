/** A check of a report that does not hold yet. */
export interface KnownFailure {
  /** Which part of npa it waits for. */
  readonly owner: "input" | "pods" | "rules" | "parsing" | "output" | "proof";
  /** What is missing. */
  readonly reason: string;
}

/** By `case id: command`. The run fails when one of these holds: then it goes from here. */
export const knownFailures: ReadonlyMap<string, KnownFailure> = new Map<string, KnownFailure>([
  [
    "exactness/a-pods-own-name: can s/web-abc-1 s/db",
    {
      owner: "pods",
      // db has no label track, and "NotIn: it is not among the values, or the key is absent": the policy p selects it. It
      // admits the port http only, and "a named port is resolved on the destination pod": db declares none.
      reason: "the pod is found, and the answer is no: p isolates db and admits only a port that db does not have",
    },
  ],
]);
