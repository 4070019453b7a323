import { groupBy } from "../lib/group-by.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";
import { nameOf } from "./support/words.ts";

/** Flags a second policy of the same namespace and name: whichever is applied last replaces the other. */
export const duplicatePolicyName: RuleDefinition = defineRule({
  id: "duplicate-policy-name",
  severity: "high",
  category: "correctness",
  title: "Policy name used twice",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    const found: Found[] = [];
    reportProblems("duplicate-policy-name", context, (each) => found.push(each));
    for (const ofPolicy of groupBy(found, ({ at }) => refKey(at.object)).values()) report(together(ofPolicy));
  },
});

const relatedPlaces = 10;

/** What is applied last is what is there. */
function together(all: readonly Found[]): Found {
  const last = all.at(-1) as Found; // groups have members
  if (all.length === 1) return last;
  return {
    ...last,
    message: `${nameOf({ ref: last.at.object })} is defined ${all.length + 1} times: this last one wins, as it is applied last. Remove or rename the others`,
    related: all.slice(0, relatedPlaces).map(({ at }) => ({ at, message: "it is defined here, too" })),
  };
}
