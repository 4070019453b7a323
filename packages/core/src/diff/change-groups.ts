import type { ChangedObject, ChangeGroup, EndpointReach } from "../answers/diff.ts";
import { compareStrings } from "../lib/compare.ts";
import type { ClassId } from "../reachability/class-set.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { policyKey } from "./changed-policies.ts";
import type { DiffEnd } from "./compared-endpoints.ts";
import type { ConnectionDiff, PairChange } from "./connection-diff.ts";

const shownEnds = 5;

/** The changes by the changed policies that take part in them, the largest group first. `listed`: how many changes the answer lists. */
export function changeGroups(
  { compared, certain }: ConnectionDiff,
  changed: ReadonlyMap<string, ChangedObject>,
  listed: number,
): readonly ChangeGroup[] {
  const concerned = new Concerned(compared, changed);
  const groups = new Map<string, { readonly causes: readonly ChangedObject[]; readonly members: number[] }>();
  certain.forEach((pair, i) => {
    const keys = concerned.keysOf(pair);
    const key = keys.join("\n");
    const group = groups.get(key);
    if (group === undefined) {
      const causes = keys.map((each) => changed.get(each) as ChangedObject); // they come from there
      groups.set(key, { causes, members: [i] });
    } else group.members.push(i);
  });
  return [...groups]
    .toSorted(([a, one], [b, other]) => other.members.length - one.members.length || compareStrings(a, b))
    .map(([, { causes, members }]) => group(causes, members, certain, listed));
}

function group(
  causes: readonly ChangedObject[],
  members: readonly number[],
  pairs: readonly PairChange[],
  listed: number,
): ChangeGroup {
  const own = members.map((i) => pairs[i] as PairChange); // positions in it
  return {
    causes,
    count: own.length,
    opened: own.filter(({ opens }) => opens).length,
    closed: own.filter(({ closes }) => closes).length,
    sources: reach(own.map(({ source }) => source)),
    targets: reach(own.map(({ target }) => target)),
    changes: members.filter((i) => i < listed),
  };
}

function reach(ends: readonly DiffEnd[]): EndpointReach {
  const ids = [...new Set(ends.map(({ id }) => id))];
  return { count: ids.length, ids: ids.slice(0, shownEnds) };
}

/** Which changed policies take part in a pair: those that select the source for egress or the target for ingress, on either side. */
class Concerned {
  readonly #sides: Readonly<Record<"before" | "after", Reachability>>;
  readonly #changed: ReadonlyMap<string, ChangedObject>;
  readonly #memo = new Map<string, readonly string[]>();

  constructor(sides: Readonly<Record<"before" | "after", Reachability>>, changed: ReadonlyMap<string, ChangedObject>) {
    this.#sides = sides;
    this.#changed = changed;
  }

  keysOf({ source, target }: PairChange): readonly string[] {
    const keys = new Set<string>();
    for (const side of ["before", "after"] as const) {
      for (const key of this.#keys(side, source[side], "egress")) keys.add(key);
      for (const key of this.#keys(side, target[side], "ingress")) keys.add(key);
    }
    return [...keys].toSorted(compareStrings);
  }

  #keys(side: "before" | "after", id: ClassId | undefined, direction: "ingress" | "egress"): readonly string[] {
    if (id === undefined) return [];
    const memoKey = `${side} ${direction} ${id}`;
    let keys = this.#memo.get(memoKey);
    if (keys === undefined) {
      keys = this.#sides[side]
        .policiesOf(id, direction)
        .map(policyKey)
        .filter((key) => this.#changed.has(key));
      this.#memo.set(memoKey, keys);
    }
    return keys;
  }
}
