import type { RuleAction } from "../model/policy.ts";
import type { ConnectionTable } from "../sets/connection-set.ts";
import { type ConnectionMap, emptyMap, intersectMaps, mergeMaps, subtractMaps } from "./connection-map.ts";
import type { Bound } from "./part-expander.ts";
import type { RuleItem } from "./rule-items.ts";
import type { Run, TierSteps } from "./tier-steps.ts";

/** What rules of a tier may do with the traffic of a class, and what its end may let pass. Where nothing is left open the four are disjoint. */
export type Decision = Readonly<Record<RuleAction | "open", ConnectionMap>>;

/** What rules together match. */
export type Matches = (items: readonly RuleItem[], bound: Bound) => ConnectionMap;

/** Goes down the steps of a tier: a rule may decide what no rule before it certainly decides. */
export function decide(
  { steps, end }: TierSteps,
  everything: ConnectionMap,
  matches: Matches,
  table: ConnectionTable,
): Decision {
  const found: Record<RuleAction | "open", ConnectionMap[]> = { allow: [], deny: [], pass: [], open: [] };
  let rest = everything;
  for (const step of steps) {
    // What every policy of a step may leave: the order among them does not matter for that.
    const left = step.map((runs) => goDown(runs, rest));
    for (const each of left) rest = intersectMaps(rest, each, table);
  }
  for (const action of end) found[action === "allow" ? "open" : action].push(rest);
  return {
    allow: mergeMaps(found.allow, table),
    deny: mergeMaps(found.deny, table),
    pass: mergeMaps(found.pass, table),
    open: mergeMaps(found.open, table),
  };

  function goDown(runs: readonly Run[], from: ConnectionMap): ConnectionMap {
    let own = from;
    for (const { action, certain, possible } of runs) {
      found[action].push(intersectMaps(matches(possible, "possible"), own, table));
      own = subtractMaps(own, matches(certain, "certain"), table);
    }
    return own;
  }
}

/** What tiers together allow, whatever the missing facts are (`certain`), or for some of them. `last`: what may become of traffic that all tiers pass. */
export function allowedByAll(
  decisions: readonly Decision[],
  last: readonly RuleAction[],
  bound: Bound,
  everything: ConnectionMap,
  table: ConnectionTable,
): ConnectionMap {
  let next = isOpenAtLast(last, bound) ? everything : emptyMap;
  for (const { allow, deny, pass, open } of decisions.toReversed()) {
    next =
      bound === "possible"
        ? mergeMaps([allow, ...(open === emptyMap ? [] : [open]), intersectMaps(pass, next, table)], table)
        : subtractMaps(subtractMaps(everything, deny, table), subtractMaps(pass, next, table), table);
  }
  return next;
}

/** What is allowed though no rule decides about it: whatever the missing facts are, or for some of them. */
export function passedByAll(
  decisions: readonly Decision[],
  last: readonly RuleAction[],
  bound: Bound,
  everything: ConnectionMap,
  table: ConnectionTable,
): ConnectionMap {
  const isOpen = isOpenAtLast(last, bound);
  if (!isOpen && decisions.every(({ open }) => open === emptyMap)) return emptyMap;
  const passed: ConnectionMap[] = [];
  let rest = everything;
  for (const { allow, deny, pass, open } of decisions) {
    if (bound === "possible") {
      passed.push(intersectMaps(rest, open, table));
      rest = intersectMaps(rest, pass, table);
    } else {
      rest = subtractMaps(subtractMaps(rest, allow, table), deny, table);
      // What may be open here or be passed on goes on: the next tiers may leave it open, too.
      if (open !== emptyMap) passed.push(subtractMaps(rest, pass, table));
    }
  }
  return mergeMaps(isOpen ? [...passed, rest] : passed, table);
}

function isOpenAtLast(last: readonly RuleAction[], bound: Bound): boolean {
  return bound === "possible" ? last.includes("allow") : !last.includes("deny");
}
