import { isList, isMapping } from "../lib/plain-values.ts";
import type { RawValue } from "../parse/document.ts";
import type { NodePath, PathStep } from "../source/position.ts";
import { type Change, CannotEdit } from "./change.ts";

type Mapping = { readonly [key: string]: RawValue };

/** The value that a document has after changes; undefined when it is gone. Throws a CannotEdit for what it does not have. */
export function changedValue(value: RawValue, changes: readonly Change[]): RawValue | undefined {
  if (changes.some(({ type, path }) => type === "delete" && path.length === 0)) return undefined;
  const set = changes.find(({ type, path }) => type === "set" && path.length === 0);
  const start = set?.type === "set" ? set.value : value;
  const here = changes.filter(({ path }) => path.length === 0);
  return withAdditions(withChildren(start, byFirstStep(changes)), here);
}

function byFirstStep(changes: readonly Change[]): ReadonlyMap<PathStep, readonly Change[]> {
  const groups = new Map<PathStep, Change[]>();
  for (const change of changes) {
    const [step, ...path] = change.path;
    if (step === undefined) continue;
    const below = { ...change, path };
    const group = groups.get(step);
    if (group === undefined) groups.set(step, [below]);
    else group.push(below);
  }
  return groups;
}

function withChildren(value: RawValue, below: ReadonlyMap<PathStep, readonly Change[]>): RawValue {
  if (below.size === 0) return value;
  if (isList(value)) {
    for (const step of below.keys()) if (typeof step !== "number" || step >= value.length) throw missing([step]);
    return value.flatMap((item, i) => changedValue(item, below.get(i) ?? []) ?? []);
  }
  if (!isMapping(value)) throw missing([...below.keys()].slice(0, 1));
  for (const step of below.keys()) if (!Object.hasOwn(value, step)) throw missing([step]);
  return mapping(
    Object.entries(value).flatMap(([key, child]) => {
      const changed = changedValue(child, below.get(key) ?? []);
      return changed === undefined ? [] : [[key, changed] as const];
    }),
  );
}

function withAdditions(value: RawValue, changes: readonly Change[]): RawValue {
  const items = changes.filter((change) => change.type === "append").map((change) => change.value);
  const entries = changes.filter((change) => change.type === "put").map(({ key, value }) => [key, value] as const);
  if (items.length > 0) {
    if (!isList(value)) throw new CannotEdit("there is no list to add to");
    return [...value, ...items];
  }
  if (entries.length === 0) return value;
  if (!isMapping(value)) throw new CannotEdit("there is no mapping to write in");
  const taken = new Set(Object.keys(value).filter((key) => !isVoid(value[key])));
  for (const [key] of entries) {
    if (taken.has(key)) throw new CannotEdit(`${key} is there already`);
    taken.add(key);
  }
  return mapping([...Object.entries(value), ...entries]);
}

/** Whether a value says no more than its absence. */
function isVoid(value: RawValue | undefined): boolean {
  return value === undefined || value === null || (isList(value) && value.length === 0);
}

function missing(path: NodePath): CannotEdit {
  return new CannotEdit(`there is no ${JSON.stringify(path[0])} there`);
}

function mapping(entries: Iterable<readonly [string, RawValue]>): Mapping {
  const result = Object.create(null) as Record<string, RawValue>; // Object.create is typed as any
  for (const [key, value] of entries) result[key] = value;
  return result;
}

/** Whether two values are the same. The order of keys does not matter, as to Kubernetes. */
export function sameValue(a: RawValue, b: RawValue): boolean {
  if (a === b) return true;
  if (isList(a)) {
    return isList(b) && a.length === b.length && a.every((item, i) => sameValue(item, b[i] ?? null));
  }
  if (!isMapping(a) || !isMapping(b)) return Number.isNaN(a) && Number.isNaN(b);
  const keys = Object.keys(a);
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) => Object.hasOwn(b, key) && sameValue(a[key] ?? null, b[key] ?? null))
  );
}
