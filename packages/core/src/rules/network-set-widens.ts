import type { AddressGroup } from "../model/calico.ts";
import { selects } from "../semantics/calico/evaluate-selector.ts";
import { selectableOf } from "../semantics/calico/selectable-group.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { calicoPolicies, foundGroups, isNetworkSet, peerEnds, type RuleEnd } from "./support/calico.ts";
import { policyPlace, relatedTo } from "./support/places.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags a broad peer of Calico that network sets fall under, too: it opens what they stand for. */
export const networkSetWidens: RuleDefinition = defineRule({
  id: "network-set-widens",
  severity: "medium",
  category: "security",
  title: "Broad selector takes in network sets",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const written of context.once(calicoPolicies))
      for (const end of peerEnds(written)) {
        const sets = takenIn(context, end);
        if (sets.length === 0) continue;
        const { policy, direction, index, field, entity } = end;
        const given = (["selector", "namespaceSelector", "notSelector"] as const).find((each) => entity[each]);
        const text = given === undefined ? "" : `${entity[given]?.text}`;
        report({
          at: policyPlace(policy, ["spec", direction, index, field, given ?? "selector"]),
          message: `"${text}" of ${nameOf(policy)} is not about pods alone: ${listText(sets.map(setText))} ${sets.length === 1 ? "falls" : "fall"} under it, too, so the rule allows ${direction} ${direction === "ingress" ? "from" : "to"} these addresses`,
          affected: context.subjectsOf(policy),
          related: sets
            .slice(0, 5)
            .map((set) => relatedTo({ object: set.ref, origin: set.origin, path: ["metadata", "name"] }, nameOf(set))),
          fix: {
            kind: "manual",
            description:
              "If pods are meant, ask for them: && projectcalico.org/orchestrator == 'k8s' in the selector, or a label that only they have.",
          },
        });
      }
  },
});

/** The sets that an allowing rule finds whatever labels they have: nobody asked for them. */
function takenIn(context: RuleContext, { rule, entity, scope }: RuleEnd): readonly AddressGroup[] {
  // With networks beside it the rule says which addresses it means.
  if (rule.action !== "allow" || scope.type !== "member" || entity.nets !== undefined) return [];
  const { namespaces } = context.cluster;
  return foundGroups(context, scope.tree).filter(
    (group) =>
      isNetworkSet(group) &&
      group.addresses.length > 0 &&
      selects(scope.tree, selectableOf({ ...group, labels: {} }, namespaces)) === "yes",
  );
}

function setText(set: AddressGroup): string {
  return `${nameOf(set)} (${listText(set.nets)})`;
}
