import path from "node:path";
import type { DiffSide } from "./diff-sides.ts";
import { environmentNames } from "./environment-names.ts";
import type { Input } from "./input.ts";

/** What is compared with what: one input of each side, or the environments of both, which have names that hold on both. */
export interface ReadSides {
  readonly before: readonly Input[];
  readonly after: readonly Input[];
}

/**
 * The environments under names that both sides have for the same one: what is below the path of a side, as far as it must be
 * told. One that a side could not render is left out of the other: nothing can be said of it, and the problems name it.
 */
export function matched({ before, after }: ReadSides, old: DiffSide, now: DiffSide): ReadSides {
  const [unrenderedBefore, unrenderedAfter] = [notRendered(before, old), notRendered(after, now)];
  const [keysBefore, keysAfter] = [keysOf(before, old), keysOf(after, now)];
  const keys = [...new Set([...keysBefore, ...keysAfter])];
  const names = environmentNames(keys);
  const named = (inputs: readonly Input[], own: readonly string[], left: ReadonlySet<string>): readonly Input[] =>
    inputs.flatMap((input, i) => {
      const key = own[i] ?? ".";
      const name = key === "." ? "files" : (names[keys.indexOf(key)] ?? key);
      return left.has(key) ? [] : [{ ...input, environment: { name, root: input.environment?.root ?? "." } }];
    });
  return { before: named(before, keysBefore, unrenderedAfter), after: named(after, keysAfter, unrenderedBefore) };
}

/** Where each environment is in its side; a directory that makes two of them is numbered. */
function keysOf(inputs: readonly Input[], side: DiffSide): readonly string[] {
  const count = new Map<string, number>();
  return inputs.map(({ environment }) => {
    const place = belowPath(environment?.root ?? ".", side);
    const nth = (count.get(place) ?? 0) + 1;
    count.set(place, nth);
    return nth === 1 ? place : `${place} (${nth})`;
  });
}

function notRendered([input]: readonly Input[], side: DiffSide): ReadonlySet<string> {
  return new Set((input?.notRendered ?? []).map((root) => belowPath(root, side)));
}

function belowPath(root: string, { paths }: DiffSide): string {
  const [only, ...others] = paths;
  if (only === undefined || others.length > 0) return root;
  const below = path.posix.relative(path.posix.normalize(only), root);
  return below === "" ? "." : below.startsWith("..") ? root : below;
}
