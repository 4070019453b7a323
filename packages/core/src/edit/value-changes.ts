import { isList, isMapping } from "../lib/plain-values.ts";
import type { RawValue } from "../parse/document.ts";
import type { NodePath } from "../source/position.ts";
import type { Change } from "./change.ts";
import { sameValue } from "./change-value.ts";

/** Where a new entry of a mapping goes: behind the first of these that is there. */
export type EntryOrder = (key: string) => readonly string[] | undefined;

/** How values are compared. */
export interface ComparedValues {
  readonly orderOf: EntryOrder;
  /** What a list or mapping was before it was changed; undefined for one that is new. */
  readonly originOf: (value: RawValue) => RawValue | undefined;
}

/**
 * The changes that make one value of another. An item of a list is what it was or was made from, or it is new: nothing that
 * is written of one item, a comment above all, becomes another's.
 */
export function valueChanges(
  before: RawValue,
  after: RawValue,
  compared: ComparedValues,
  path: NodePath = [],
): readonly Change[] {
  if (sameValue(before, after)) return [];
  if (isList(before) && isList(after)) return listChanges(before, after, compared, path);
  if (!isMapping(before) || !isMapping(after)) return [{ type: "set", path, value: after }];
  return [
    ...Object.entries(before).flatMap(([key, value]): readonly Change[] => {
      const now = after[key];
      if (now === undefined) return [{ type: "delete", path: [...path, key] }];
      if (isVoid(value) && !isVoid(now)) return [];
      return valueChanges(value, now, compared, [...path, key]);
    }),
    ...Object.entries(after).flatMap(([key, value]): readonly Change[] => {
      if (Object.hasOwn(before, key) && (!isVoid(before[key]) || isVoid(value))) return [];
      const order = compared.orderOf(key);
      return [{ type: "put", path, key, value, ...(order === undefined ? {} : { after: order }) }];
    }),
  ];
}

/** Items that stay, items that go, and new ones behind them. */
function listChanges(
  before: readonly RawValue[],
  after: readonly RawValue[],
  compared: ComparedValues,
  path: NodePath,
): readonly Change[] {
  const isKept = (old: RawValue, value: RawValue): boolean =>
    old === (compared.originOf(value) ?? value) || sameValue(old, value);
  // A list of which nothing stays, and that is not to be empty in between, is written over.
  if (after.length > 0 && !after.some((value) => before.some((old) => isKept(old, value))))
    return [...before, ...after].every(isScalar)
      ? overwritten(before, after, path)
      : [{ type: "set", path, value: after }];
  const changes: Change[] = [];
  let from = 0;
  for (const value of after) {
    const at = before.findIndex((old, i) => i >= from && isKept(old, value));
    if (at < 0) {
      changes.push({ type: "append", path, value });
      continue;
    }
    // What stands behind a new item would have to move.
    if (changes.some(({ type, path: other }) => type === "append" && other === path))
      return [{ type: "set", path, value: after }];
    for (let gone = from; gone < at; gone++) changes.push({ type: "delete", path: [...path, gone] });
    changes.push(...valueChanges(before[at] ?? null, value, compared, [...path, at]));
    from = at + 1;
  }
  for (let gone = from; gone < before.length; gone++) changes.push({ type: "delete", path: [...path, gone] });
  return changes;
}

/** Texts and numbers take the places of others. */
function overwritten(before: readonly RawValue[], after: readonly RawValue[], path: NodePath): readonly Change[] {
  return [
    ...before.map((_, i): Change => {
      const value = after[i];
      return value === undefined ? { type: "delete", path: [...path, i] } : { type: "set", path: [...path, i], value };
    }),
    ...after.slice(before.length).map((value): Change => ({ type: "append", path, value })),
  ];
}

function isScalar(value: RawValue): boolean {
  return typeof value !== "object" || value === null;
}

/** Whether a value says no more than its absence: it is written anew. */
function isVoid(value: RawValue | undefined): boolean {
  return value === undefined || value === null || (isList(value) && value.length === 0);
}
