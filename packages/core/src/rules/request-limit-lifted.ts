import { type Direction, directions, type Policy, rulePath } from "../model/policy.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { cellsOf } from "../reachability/connection-map.ts";
import { RequestLimits } from "../reachability/request-limits.ts";
import { requestText } from "../semantics/requests.ts";
import { isLimited } from "../semantics/under-requests.ts";
import { noConnections } from "../sets/connection-set.ts";
import { formatPath } from "../source/position.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { relatedTo, rulePlace } from "./support/places.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags a limit on requests that holds for nobody, as something allows every request on the same ports. */
export const requestLimitLifted: RuleDefinition = defineRule({
  id: "request-limit-lifted",
  severity: "medium",
  category: "security",
  title: "Limit on requests that something lifts",
  needs: ["workloads"],
  fix: "none",
  check(context, report) {
    for (const policy of context.otherPolicies)
      for (const direction of directions)
        for (const [rule, written] of policy.rules[direction].entries()) {
          const { requests } = written;
          if (requests === undefined || !policy.applies[direction] || !isLimited(written)) continue;
          // A dns rule for all names is there for the names to be seen.
          const isLimit = requests.some(({ type }) => type === "http" || type === "serverName");
          if (!isLimit) continue;
          const lifted = liftedFor(context, policy, direction, rule);
          if (lifted === undefined) continue;
          const { classes, by } = lifted;
          const texts = requests.map(requestText);
          const why =
            by === undefined
              ? `no policy isolates its pods for ${direction}, so every request passes`
              : `${formatPath(rulePath(by.policy, direction, by.rule))} of ${nameOf(by.policy)} allows all requests to the same ports`;
          report({
            at: rulePlace(policy, direction, rule),
            message: `${nameOf(policy)} limits requests to ${listText(texts)}, and the limit holds for nobody: ${why}`,
            affected: classes,
            ...(by === undefined
              ? {}
              : { related: [relatedTo(rulePlace(by.policy, direction, by.rule), "this rule lifts the limit")] }),
            fix: {
              kind: "manual",
              description:
                by === undefined
                  ? `Isolate the pods for ${direction}: leave enableDefaultDeny out.`
                  : "Give the other rule the same limit or take the port out of it, or drop the limit if all requests are meant.",
            },
          });
        }
  },
});

interface Lifted {
  readonly classes: ClassSet;
  readonly by: { readonly policy: Policy; readonly rule: number } | undefined;
}

/** The pods of a limit that holds for none of them; undefined where it holds for some, or that is too much to look at. */
function liftedFor(context: RuleContext, policy: Policy, direction: Direction, index: number): Lifted | undefined {
  const { reachability } = context;
  const limits = context.once(makeLimits);
  const rule = policy.rules[direction][index];
  const lifted: ClassId[] = [];
  let by: Lifted["by"];
  for (const id of context.subjectsOf(policy).toArray()) {
    const subject = reachability.podClass(id);
    if (subject === undefined || rule === undefined) continue;
    const reached = cellsOf(reachability.ruleMatches(policy, rule, direction, subject), reachability.classCount);
    for (const { classes, connections } of reached)
      for (const peer of classes.toArray()) {
        if (!context.hints.spend(1)) return undefined;
        const passing = reachability.certain[direction].rowOf[id]?.connections(peer) ?? noConnections;
        const own = reachability.table.intersection(passing, connections);
        if (own === noConnections) continue;
        if (limits.limitedAt(direction, id, peer, own) !== noConnections) return undefined;
        lifted.push(id);
        by ??= lifting(context, direction, id, peer, own);
      }
  }
  return lifted.length === 0 ? undefined : { classes: ClassSet.fromSorted([...new Set(lifted)]), by };
}

/** A rule without a limit that allows some of the same. */
function lifting(
  { reachability }: RuleContext,
  direction: Direction,
  subject: ClassId,
  peer: ClassId,
  connections: number,
): Lifted["by"] {
  for (const policy of reachability.policiesOf(subject, direction)) {
    const rule = policy.rules[direction].findIndex(
      (each) =>
        each.action === "allow" &&
        each.requests === undefined &&
        reachability.table.meets(reachability.ruleConnections(policy, each, direction, subject, peer), connections),
    );
    if (rule >= 0) return { policy, rule };
  }
  return undefined;
}

function makeLimits({ reachability }: RuleContext): RequestLimits {
  return new RequestLimits(reachability);
}
