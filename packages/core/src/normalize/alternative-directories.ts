import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import type { AlternativeDirectories } from "../model/input-summary.ts";
import type { Origin } from "../source/position.ts";

/** An object that the input has twice. */
export interface Duplicate {
  readonly ref: ObjectRef;
  readonly isPolicy: boolean;
  readonly earlier: Origin;
  readonly later: Origin;
}

/** Directories beside each other that are alternatives, and the objects that are in several of them. */
export interface Alternative extends AlternativeDirectories {
  readonly duplicates: readonly Duplicate[];
}

/** As many equal objects in two directories are no slip. */
const manyShared = 3;

/** Names of directories whose directories are alternatives. */
const collections =
  /^(?:clusters?|envs?|environments?|overlays|stages|regions|sites|targets|compiled|instances|landscapes|variants)$/i;
/** A word of the name of an environment, a cluster or a region. */
const environmentWord =
  /^(?:dev|devel|develop|development|prod|production|prd|stag(?:e|ing)|stg|tests?|testing|qa|uat|acc|acceptance|int|integration|pre|preprod|preview|nonprod|sandbox|sbx|demo|perf|canary|live|local|dr|(?:cluster|region|zone|env|site)\d*)$/i;
/** A region of a cloud: `eu-west-1`, `europe-west4`, `westeurope2`. */
const region = /^[a-z]{2,}-?(?:north|south|east|west|central)[a-z]*-?\d+[a-z]?$/i;

/** Where two paths part: the directory that both are below, and the step that each takes there. */
interface Parting {
  readonly within: string;
  readonly steps: readonly [string, string];
}

/**
 * The directories beside each other that have objects in common as several clusters, environments or variants have: at least
 * three of them, or any where the names of the directories say so. Two with one object in common are a slip, and not here.
 * Files beside each other are only where their names say so: all of a directory is applied at once.
 */
export function alternativeDirectories(duplicates: readonly Duplicate[]): readonly Alternative[] {
  const parted = duplicates.flatMap((duplicate) => {
    const parting = partingOf(duplicate.earlier.locator.file, duplicate.later.locator.file);
    return parting === undefined ? [] : [{ duplicate, ...parting }];
  });
  return [...groupBy(parted, ({ within }) => within)]
    .flatMap(([within, all]) =>
      connected(all.map(({ steps }) => steps)).flatMap((directories) => {
        const shared = all.filter(({ steps: [step] }) => directories.has(step)).map(({ duplicate }) => duplicate);
        const names = [...directories].toSorted(compareStrings);
        const objects = new Set(shared.map(({ ref }) => JSON.stringify(ref))).size;
        const isMeant = objects >= manyShared || collections.test(lastStep(within)) || names.every(isEnvironment);
        return isMeant ? [{ within, directories: names, objects, duplicates: shared }] : [];
      }),
    )
    .toSorted((a, b) => compareStrings(a.within, b.within));
}

function isEnvironment(name: string): boolean {
  const word = name.replace(/\.(?:ya?ml|json)$/i, "");
  return region.test(word) || word.split(/[-_.]/).some((word) => environmentWord.test(word));
}

/** Undefined where something of a directory is beside the directory, and for files that may as well be applied together. */
function partingOf(one: string, other: string): Parting | undefined {
  const [steps, others] = [one.split("/"), other.split("/")];
  let at = 0;
  while (at < steps.length && steps[at] === others[at]) at++;
  const [step, otherStep] = [steps[at], others[at]];
  if (step === undefined || otherStep === undefined) return undefined;
  const areDirectories = at < steps.length - 1 && at < others.length - 1;
  const areFiles = at === steps.length - 1 && at === others.length - 1;
  if (!areDirectories && !(areFiles && isEnvironment(step) && isEnvironment(otherStep))) return undefined;
  return { within: at === 0 ? "." : steps.slice(0, at).join("/"), steps: [step, otherStep] };
}

/** The sets of what is connected by pairs. */
function connected(pairs: readonly (readonly [string, string])[]): readonly ReadonlySet<string>[] {
  const setOf = new Map<string, Set<string>>();
  for (const [one, other] of pairs) {
    const set = setOf.get(one) ?? new Set([one]);
    const otherSet = setOf.get(other) ?? new Set([other]);
    if (set === otherSet) continue;
    for (const each of otherSet) set.add(each);
    for (const each of set) setOf.set(each, set);
  }
  return [...new Set(setOf.values())];
}

function lastStep(directory: string): string {
  return directory.slice(directory.lastIndexOf("/") + 1);
}
