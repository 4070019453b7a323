/** Throws a TypeError unless `value` is a list of texts to read, as TypeScript would have it: JavaScript asks nobody. */
export function checkSources(caller: string, value: unknown): void {
  if (typeof value === "string")
    throw new TypeError(
      `${caller} takes texts, not a path or a text alone: [{ name: "a.yaml", text: "..." }]; loadPaths of @npa/core/node reads files`,
    );
  if (typeof value !== "object" || value === null || !(Symbol.iterator in value))
    throw new TypeError(`${caller} takes a list of { name, text }, not ${describedValue(value)}`);
}

/** Throws a TypeError unless `value` is one text to read. */
export function checkSource(caller: string, value: unknown): void {
  const { name, text } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>; // only looked at
  if (typeof name !== "string" || typeof text !== "string")
    throw new TypeError(
      `${caller} takes a list of { name, text }, both of them strings; one item is ${describedValue(value)}`,
    );
}

/** Throws a TypeError unless `value` is a cluster that was read. */
export function checkCluster(caller: string, value: unknown): void {
  const isCluster =
    typeof value === "object" && value !== null && "workloads" in value && "policies" in value && "namespaces" in value;
  if (!isCluster)
    throw new TypeError(`${caller} takes a cluster, as readManifests gives it, not ${describedValue(value)}`);
}

/** Throws a TypeError unless `value` is an answer of one of the kinds. */
export function checkAnswer(caller: string, value: unknown, ...kinds: readonly string[]): void {
  const { kind } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>; // only looked at
  if (!kinds.some((each) => each === kind))
    throw new TypeError(
      `${caller} takes an answer of the kind ${kinds.join(" or ")}, not ${typeof kind === "string" ? `one of the kind ${kind}` : describedValue(value)}`,
    );
}

/** Throws a TypeError unless `value` has findings, as an AnalysisReport does. */
export function checkFindings(caller: string, value: unknown): void {
  const { findings } = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>; // only looked at
  if (!Array.isArray(findings))
    throw new TypeError(`${caller} takes a report with its findings, not ${describedValue(value)}`);
}

/** Throws a TypeError unless `value` is a list. */
export function checkList(caller: string, value: unknown, what: string): void {
  if (!Array.isArray(value)) throw new TypeError(`${caller} takes a list of ${what}, not ${describedValue(value)}`);
}

/** A value in words: what was given in the place of something else. */
export function describedValue(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return "a list";
  return typeof value === "object"
    ? `an object with ${Object.keys(value).slice(0, 5).join(", ") || "nothing in it"}`
    : `a ${typeof value}`;
}
