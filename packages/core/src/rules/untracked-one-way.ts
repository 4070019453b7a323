import type { CalicoRule, EntityRule, PortEntry } from "../model/calico.ts";
import { type Direction, directions } from "../model/policy.ts";
import { interval, meets, unionAll } from "../sets/interval-set.ts";
import { allAddresses } from "../sets/address-set.ts";
import { withinOf } from "../semantics/calico/entity-scope.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { type CalicoPolicy, calicoPolicies } from "./support/calico.ts";
import { policyPlace } from "./support/places.ts";
import { nameOf, typeOf } from "./support/words.ts";

/** Flags an untracked allow without one for the answers: nothing remembers the connection, so they are dropped. */
export const untrackedOneWay: RuleDefinition = defineRule({
  id: "untracked-one-way",
  severity: "high",
  category: "reliability",
  title: "Untracked policy lets one direction pass",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    const untracked = context.once(calicoPolicies).filter(({ spec }) => spec.onlyHosts === "doNotTrack");
    for (const written of untracked)
      for (const direction of directions)
        for (const [i, rule] of written.spec.rules[direction].entries()) {
          if (rule.action !== "allow" || !isInTypes(written, direction)) continue;
          const back = direction === "ingress" ? "egress" : "ingress";
          const isAnswered = untracked.some(
            (other) =>
              isInTypes(other, back) &&
              other.spec.rules[back].some((answer) => answer.action === "allow" && mayAnswer(rule, answer)),
          );
          if (isAnswered) continue;
          report({
            at: policyPlace(written.policy, ["spec", direction, i]),
            message: `${nameOf(written.policy)} lets this ${direction} pass untracked, and no untracked policy allows the ${back} that answers it: without connection tracking nothing else lets the answers through`,
            fix: {
              kind: "manual",
              description: `Add the mirror of the rule to ${back}, with source and destination exchanged (destination.ports become source.ports), and ${typeOf(back)} to types.`,
            },
          });
        }
  },
});

/** The directions that are written: such a policy is in force for none of a pod's. */
function isInTypes({ policy, spec }: CalicoPolicy, direction: Direction): boolean {
  const { policyTypes } = policy;
  return policyTypes === undefined ? spec.rules[direction].length > 0 : policyTypes.includes(typeOf(direction));
}

/** Whether a rule matches some of what answers another: the ends are exchanged. Whom selectors find is not asked. */
function mayAnswer(rule: CalicoRule, answer: CalicoRule): boolean {
  return (
    mayShareProtocol(rule, answer) &&
    mayShareEnd(rule.source, answer.destination) &&
    mayShareEnd(rule.destination, answer.source)
  );
}

function mayShareProtocol(a: CalicoRule, b: CalicoRule): boolean {
  if (a.ipVersion !== undefined && b.ipVersion !== undefined && a.ipVersion !== b.ipVersion) return false;
  if (a.protocol !== undefined && b.protocol !== undefined) return a.protocol === b.protocol;
  const isLeftOut = (one: CalicoRule, other: CalicoRule): boolean =>
    one.protocol !== undefined && one.protocol !== "other" && one.protocol === other.notProtocol;
  return !isLeftOut(a, b) && !isLeftOut(b, a);
}

function mayShareEnd(a: EntityRule, b: EntityRule): boolean {
  if (!meets(withinOf(a) ?? allAddresses, withinOf(b) ?? allAddresses)) return false;
  if (a.ports.length === 0 || b.ports.length === 0) return true;
  const [of, to] = [rangesOf(a.ports), rangesOf(b.ports)];
  return of === undefined || to === undefined || meets(of, to);
}

/** Undefined where a port is a name. */
function rangesOf(ports: readonly PortEntry[]): readonly number[] | undefined {
  const ranges = ports.flatMap((port) => ("name" in port ? [] : [interval(port.from, port.to + 1)]));
  return ranges.length < ports.length ? undefined : unionAll(ranges);
}
