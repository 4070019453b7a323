import { groupBy } from "../lib/group-by.ts";
import { type NodePath, formatPath } from "../source/position.ts";
import { partPath } from "../symbolic/redundancy.ts";
import type { RuleContext } from "./context.ts";
import type { Fix } from "../answers/finding.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import { coveredEntries } from "./support/removable.ts";
import { removable } from "./support/tiers.ts";
import { coverPlaces, coverText, undecidedText } from "./support/coverage.ts";
import type { StepBasis } from "../optimize/step.ts";
import { type Offer, addsNothing, offers } from "./support/planned-policies.ts";
import { policyPlace } from "./support/places.ts";
import { count, listText, nameOf } from "./support/words.ts";

/** Of one policy no more parts are listed. */
const listedPerPolicy = 20;

/** Flags rules, peers and ports without which nothing changes for any pod that could exist: proved. */
export const redundantRule: RuleDefinition = defineRule({
  id: "redundant-rule",
  severity: "low",
  category: "optimization",
  title: "Part of a rule adds nothing",
  needs: ["policies"],
  fix: "safe",
  dependsOn: "namespace",
  check(context, report, skip) {
    const parts = offers(context, "redundancy").filter(({ basis }) => basis.redundancy.part.type !== "policy");
    for (const ofPolicy of groupBy(parts, ({ basis }) => basis.redundancy.part.policy).values()) {
      const listed = ofPolicy.slice(0, listedPerPolicy);
      const more = ofPolicy.length - listed.length;
      for (const [i, offer] of listed.entries()) report(foundOf(context, offer, i === listed.length - 1 ? more : 0));
    }
    for (const found of coveredEntries(context)) report(found);
    const undecided = [...addsNothing(context).undecided, ...context.once(removable).undecided];
    const open = undecided.filter(({ part }) => part.type !== "policy");
    if (open.length > 0) skip(undecidedText(count(open.length, "rule, peer or port", "rules, peers and ports"), open));
  },
});

type Removal = Offer<Extract<StepBasis, { readonly found: "redundancy" }>>;

function foundOf(context: RuleContext, offer: Removal, more: number): Found {
  const { redundancy } = offer.basis;
  const { part, coveredBy } = redundancy;
  const path = partPath(part);
  const text = coveredBy.length === 0 ? "can match nothing" : `adds nothing to ${coverText(redundancy)}`;
  const rest = more === 0 ? "" : ` (${count(more, "more part")} of this policy can go as well)`;
  return {
    at: policyPlace(part.policy, path),
    message: `${formatPath(path)} of ${nameOf(part.policy)} ${text}: without it nothing changes for any pod that could exist${rest}`,
    affected: context.subjectsOf(part.policy),
    related: coverPlaces(redundancy),
    fix: removal(offer, path),
  };
}

function removal({ basis: { redundancy }, withheld }: Removal, path: NodePath): Fix {
  const { part, coveredBy } = redundancy;
  const what = formatPath(path);
  if (withheld?.cause === "intent")
    return {
      kind: "manual",
      description: `Remove ${what} if all that ${listText([...new Set(coveredBy.map(({ policy }) => policy.name))])} allows is meant; else narrow that.`,
    };
  if (withheld !== undefined)
    return { kind: "manual", description: `Remove ${what} if its owner agrees: ${withheld.reason}.` };
  const keep = part.type === "rule" ? " Keep policyTypes as they are." : "";
  return {
    kind: "safe",
    description: `Remove ${what}: proved to change nothing.${keep}`,
    changes: [{ type: "delete", object: part.policy.ref, path }],
  };
}
