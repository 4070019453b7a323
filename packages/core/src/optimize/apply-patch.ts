import { isList, isMapping } from "../lib/plain-values.ts";
import type { JsonValue } from "../answers/finding.ts";
import type { PatchOperation } from "./step.ts";

type Operation = Pick<PatchOperation, "op" | "path" | "value">;

/** What a value was before operations changed something in it. */
export type Origins = WeakMap<object, JsonValue>;

/**
 * A value after an operation of RFC 6902; undefined when it is gone. `origins` learns what the lists and mappings that it
 * made anew were before. Throws for a place that is not there.
 */
export function applyOperation(
  value: JsonValue,
  { op, path, value: given = null }: Operation,
  origins: Origins = new WeakMap(),
): JsonValue | undefined {
  const steps = path.split("/").slice(1);
  return changedAt(value, steps, { op, given, origins });
}

interface Operating {
  readonly op: PatchOperation["op"];
  readonly given: JsonValue;
  readonly origins: Origins;
}

function changedAt(
  value: JsonValue | undefined,
  steps: readonly string[],
  operating: Operating,
): JsonValue | undefined {
  const changed = changedBelow(value, steps, operating);
  const { origins } = operating;
  if (steps.length > 0 && value !== undefined && isObject(value) && isObject(changed))
    origins.set(changed, origins.get(value) ?? value);
  return changed;
}

function isObject(value: JsonValue | undefined): value is Exclude<JsonValue, string | number | boolean | null> {
  return typeof value === "object" && value !== null;
}

function changedBelow(
  value: JsonValue | undefined,
  [step, ...rest]: readonly string[],
  operating: Operating,
): JsonValue | undefined {
  const { op, given } = operating;
  if (step === undefined) return op === "remove" ? undefined : given;
  if (isList(value)) {
    const at = step === "-" ? value.length : Number(step);
    const isAdded = op === "add" && rest.length === 0;
    if (!Number.isInteger(at) || at < 0 || at > value.length - (isAdded ? 0 : 1)) throw missing(step);
    if (isAdded) return value.toSpliced(at, 0, given);
    const changed = changedAt(value[at], rest, operating);
    return changed === undefined ? value.toSpliced(at, 1) : value.with(at, changed);
  }
  if (!isMapping(value)) throw missing(step);
  if (!Object.hasOwn(value, step) && (rest.length > 0 || op !== "add")) throw missing(step);
  const entries = Object.entries(value).filter(([key]) => key !== step || op !== "add" || rest.length > 0);
  const changed = entries.flatMap(([key, item]) => {
    const after = key === step ? changedAt(item, rest, operating) : item;
    return after === undefined ? [] : [[key, after] as const];
  });
  return Object.fromEntries(op === "add" && rest.length === 0 ? [...changed, [step, given] as const] : changed);
}

function missing(step: string): Error {
  return new Error(`the patch names ${JSON.stringify(step)}, which is not there`);
}
