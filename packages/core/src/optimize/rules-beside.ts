import { compareStrings } from "../lib/compare.ts";
import { groupBy } from "../lib/group-by.ts";
import { type Direction, type Policy, directions } from "../model/policy.ts";
import { isAllow } from "../semantics/rules-in-force.ts";
import { selectorKey } from "../semantics/canonical-key.ts";
import { type Part, type RuleRef, ruleRefOf } from "../symbolic/redundancy.ts";
import { selectorImplies } from "../symbolic/selector-questions.ts";

/**
 * What else is allowed to the pods of a part, whichever rules are named as what covers it: of several that do, a proof
 * names some.
 */
export class RulesBeside {
  readonly #byNamespace: ReadonlyMap<string | undefined, readonly Policy[]>;
  readonly #known = new Map<string, readonly RuleRef[]>();

  /** Of NetworkPolicies in force. */
  constructor(policies: readonly Policy[]) {
    this.#byNamespace = groupBy(policies, ({ namespace }) => namespace);
  }

  /** The rules of all policies of the namespace that select all pods that the part's policy selects, by name and place. */
  of(part: Part): readonly RuleRef[] {
    const asked = part.type === "policy" ? directions : [part.direction];
    return asked.flatMap((direction) =>
      part.policy.isolates[direction] ? this.#inDirection(part.policy, direction) : [],
    );
  }

  #inDirection({ namespace, subject: { podSelector } }: Policy, direction: Direction): readonly RuleRef[] {
    const key = JSON.stringify([namespace, direction, selectorKey(podSelector)]);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const found = (this.#byNamespace.get(namespace) ?? [])
      .filter(
        ({ subject, isolates, applies }) =>
          isolates[direction] && applies[direction] && selectorImplies(podSelector, subject.podSelector),
      )
      .toSorted((a, b) => compareStrings(a.name, b.name))
      .flatMap((policy) =>
        policy.rules[direction].flatMap((rule, i) => (isAllow(rule) ? [ruleRefOf(policy, direction, i)] : [])),
      );
    this.#known.set(key, found);
    return found;
  }
}
