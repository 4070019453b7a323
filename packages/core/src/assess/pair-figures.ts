import type { Policy } from "../model/policy.ts";
import { type NamespacePairs, countNamespacePairs } from "../reachability/count-namespace-pairs.ts";
import type { Bound } from "../reachability/part-expander.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { twinPairs } from "./foreign-pairs.ts";
import type { ScoreFigures } from "./score-figures.ts";

/** Who may talk to whom, as a namespace sees it. */
export type PairFigures = Pick<
  ScoreFigures,
  "pairsInside" | "possibleInside" | "pairsAcross" | "possibleAcross" | "uncertainPairs"
>;

interface Allowed {
  readonly inside: number;
  readonly across: number;
}

/** Exact counts of pod pairs, namespace by namespace. What hangs on missing facts is in none of them. */
export function pairFigures(
  reachability: Reachability,
  policiesOf: ReadonlyMap<string | undefined, readonly Policy[]>,
): ReadonlyMap<string, PairFigures> {
  const counted = countNamespacePairs(reachability, "certain");
  const certain = allowedPairs(reachability, "certain", counted, policiesOf);
  const isExact = reachability.possible === reachability.certain;
  const possible = isExact ? certain : allowedOrUncertain();
  const total = [...counted.values()].reduce((sum, { pods }) => sum + pods, 0);
  return new Map(
    [...counted].map(([name, { pods }]) => {
      const sure = certain.get(name) ?? nothing;
      const most = possible.get(name) ?? nothing;
      const openInside = Math.max(0, most.inside - sure.inside);
      const openAcross = Math.max(0, most.across - sure.across);
      const figures = {
        pairsInside: sure.inside,
        possibleInside: pods * (pods - 1) - openInside,
        pairsAcross: sure.across,
        possibleAcross: 2 * pods * total - openAcross,
        uncertainPairs: openInside + openAcross,
      };
      return [name, figures];
    }),
  );

  function allowedOrUncertain(): ReadonlyMap<string, Allowed> {
    return allowedPairs(reachability, "possible", countNamespacePairs(reachability, "possible"), policiesOf);
  }
}

const nothing: Allowed = { inside: 0, across: 0 };

/** The others of a namespace are all other namespaces, and one like it. */
function allowedPairs(
  reachability: Reachability,
  bound: Bound,
  pairs: ReadonlyMap<string, NamespacePairs>,
  policiesOf: ReadonlyMap<string | undefined, readonly Policy[]>,
): ReadonlyMap<string, Allowed> {
  const twins = twinPairs(reachability, bound, pairs, policiesOf);
  return new Map(
    [...pairs].map(([name, { inside, selves, outgoing, incoming }]) => [
      name,
      { inside: inside - selves, across: outgoing + incoming + 2 * (twins.get(name) ?? 0) },
    ]),
  );
}
