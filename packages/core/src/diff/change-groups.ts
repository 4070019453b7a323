import type { ChangedObject, ChangeGroup, EndpointReach } from "../answers/diff.ts";
import { compareStrings } from "../lib/compare.ts";
import type { Direction, Policy } from "../model/policy.ts";
import { withoutLookUps } from "../semantics/look-ups.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { noConnections } from "../sets/connection-set.ts";
import type { ClassId } from "../reachability/class-set.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { policyKey } from "./changed-policies.ts";
import type { DiffEnd } from "./compared-endpoints.ts";
import type { ConnectionDiff, PairChange } from "./connection-diff.ts";

const shownEnds = 5;

type Side = "before" | "after";

/** A changed policy. */
interface Keyed {
  readonly policy: Policy;
  readonly key: string;
}

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

/**
 * Which changed policies take part in a pair: those that select the source for egress or the target for ingress, on either
 * side. Where an end comes or goes, that is the cause; of the policies only those that allow the pair take part in it.
 */
class Concerned {
  readonly #sides: Readonly<Record<Side, Reachability>>;
  readonly #changed: ReadonlyMap<string, ChangedObject>;
  readonly #memo = new Map<string, readonly Keyed[]>();
  readonly #allowing = new Map<string, boolean>();

  constructor(sides: Readonly<Record<Side, Reachability>>, changed: ReadonlyMap<string, ChangedObject>) {
    this.#sides = sides;
    this.#changed = changed;
  }

  keysOf({ source, target, isOfOneSide }: PairChange): readonly string[] {
    const keys = new Set<string>();
    for (const side of ["before", "after"] as const) {
      for (const [direction, subject, peer] of [
        ["egress", source[side], target[side]],
        ["ingress", target[side], source[side]],
      ] as const) {
        if (subject === undefined) continue;
        const selecting = this.#selecting(side, direction, subject);
        const concerned = isOfOneSide
          ? selecting.filter((each) => this.#allows(side, direction, each, subject, peer))
          : selecting;
        for (const { key } of concerned) keys.add(key);
      }
    }
    return [...keys].toSorted(compareStrings);
  }

  #selecting(side: Side, direction: Direction, subject: ClassId): readonly Keyed[] {
    const memoKey = `${side} ${direction} ${subject}`;
    let selecting = this.#memo.get(memoKey);
    if (selecting === undefined) {
      selecting = this.#sides[side]
        .policiesOf(subject, direction)
        .map((policy) => ({ policy, key: policyKey(withoutLookUps(policy)) }))
        .filter(({ key }) => this.#changed.has(key));
      this.#memo.set(memoKey, selecting);
    }
    return selecting;
  }

  #allows(
    side: Side,
    direction: Direction,
    { policy, key }: Keyed,
    subject: ClassId,
    peer: ClassId | undefined,
  ): boolean {
    if (peer === undefined) return false;
    const memoKey = `${side} ${direction} ${subject} ${peer} ${key}`;
    let allows = this.#allowing.get(memoKey);
    if (allows === undefined) {
      const reachability = this.#sides[side];
      allows = allowingRules(policy, direction).some(
        (rule) => reachability.ruleConnections(policy, rule, direction, subject, peer, "possible") !== noConnections,
      );
      this.#allowing.set(memoKey, allows);
    }
    return allows;
  }
}
