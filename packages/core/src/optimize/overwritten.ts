import type { Cluster } from "../model/cluster.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { locationOf } from "../source/position.ts";
import type { WhyNot } from "./step.ts";

/** Why a policy stays as it is that has taken the place of another one: without it, or under another name, that one would be in force. */
export function standsFor({ overwrittenPolicies = [] }: Pick<Cluster, "overwrittenPolicies">): WhyNot {
  const earlier = new Map(overwrittenPolicies.map(({ ref, origin }) => [refKey(ref), origin]));
  return ({ ref }) => {
    const origin = earlier.get(refKey(ref));
    if (origin === undefined) return undefined;
    const { file, line, column } = locationOf(origin, ["metadata", "name"]);
    return `it takes the place of another one of its name (${file}:${line}:${column}): remove or rename one first`;
  };
}
