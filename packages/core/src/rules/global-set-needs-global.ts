import type { AddressGroup } from "../model/calico.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { calicoPolicies, missedGlobalSets, peerEnds } from "./support/calico.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags a peer of Calico that is meant to be a GlobalNetworkSet and looks within namespaces only. */
export const globalSetNeedsGlobal: RuleDefinition = defineRule({
  id: "global-set-needs-global",
  severity: "high",
  category: "correctness",
  title: "GlobalNetworkSet is looked for in namespaces",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const written of context.once(calicoPolicies))
      for (const end of peerEnds(written)) {
        const missed = missedGlobalSets(context, end);
        if (missed.length === 0) continue;
        const { policy, direction, index, field, entity } = end;
        const where =
          entity.namespaceSelector === undefined
            ? `looks in namespace ${policy.namespace} only`
            : `looks in namespaces ("${entity.namespaceSelector.text}") only`;
        report({
          at: policyPlace(policy, ["spec", direction, index, field, "selector"]),
          message: `"${entity.selector?.text}" of ${nameOf(policy)} ${where} and finds nothing there; ${listText(missed.map(nameOf))} has these labels and stands outside of namespaces: the rule does not match its addresses`,
          affected: context.subjectsOf(policy),
          related: missed.slice(0, 5).map((set) => relatedTo(placeOf(set), `${nameOf(set)} has the labels`)),
          fix: {
            kind: "manual",
            description: `Write namespaceSelector: global() beside the selector${policy.namespace === undefined ? ", or leave namespaceSelector out" : ""}.`,
          },
        });
      }
  },
});

function placeOf({ ref, origin }: AddressGroup): ReturnType<typeof policyPlace> {
  return { object: ref, origin, path: ["metadata", "labels"] };
}
