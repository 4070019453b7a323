import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import type { Origin } from "../source/position.ts";

/** What is compared apart: policies, and of what was read only what is missing of it. */
const besides = new Set<keyof Cluster>(["policies", "inputs"]);

/**
 * Where the objects of a cluster are written, by where those of another one are, when everything but the policies in force
 * is the same in both; else undefined. Comments that suppress findings speak of lines, so with them nothing is the same.
 */
export function sameWorld(one: Cluster, other: Cluster): ReadonlyMap<Origin, Origin> | undefined {
  const hasComments = [one, other].some(({ suppressions = [] }) => suppressions.some(({ by }) => by === "comment"));
  if (hasComments) return undefined;
  const origins = new Map<Origin, Origin>();
  const keys = new Set([...Object.keys(one), ...Object.keys(other)] as (keyof Cluster)[]); // of two clusters
  for (const key of keys) if (!besides.has(key) && !isSame(one[key], other[key], origins)) return undefined;
  const left = [one, other].map(({ inputs: { unrendered, notFollowed } }) => ({ unrendered, notFollowed }));
  return isSame(left[0], left[1], origins) ? origins : undefined;
}

/** A cluster on the very objects of another one that has the same world: what is made of these need not be made again. */
export function onWorldOf(other: Cluster, { policies, inputs, problems, refusedPolicies }: Cluster): Cluster {
  return { ...other, policies, inputs, problems, refusedPolicies };
}

/** Whether two policies say the same under one name, wherever they are written. */
export function isSamePolicy(one: Policy, other: Policy): boolean {
  return isSame({ ...one, index: 0 }, { ...other, index: 0 }, new Map());
}

/** Whether two values are the same but for places; those of the first are noted with those of the second. */
function isSame(one: unknown, other: unknown, origins: Map<Origin, Origin>): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== "object" || typeof other !== "object" || one === null || other === null) return false;
  if (Array.isArray(one) || Array.isArray(other)) return isSameList(one, other, origins);
  if (one instanceof Map && other instanceof Map) return isSameList([...one], [...other], origins);
  if (!isPlain(one) || !isPlain(other)) return false;
  const keys = Object.keys(one);
  if (keys.length !== Object.keys(other).length) return false;
  return keys.every((key) => {
    if (!Object.hasOwn(other, key)) return false;
    const [a, b] = [one[key], other[key]];
    if (key === "location") return (a === undefined) === (b === undefined);
    if (key !== "origin") return isSame(a, b, origins);
    if (a !== undefined && b !== undefined) origins.set(a as Origin, b as Origin); // the model has places under this name
    return (a === undefined) === (b === undefined);
  });
}

function isSameList(one: object, other: object, origins: Map<Origin, Origin>): boolean {
  if (!Array.isArray(one) || !Array.isArray(other)) return false;
  return one.length === other.length && one.every((each, i) => isSame(each, other[i], origins));
}

function isPlain(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
