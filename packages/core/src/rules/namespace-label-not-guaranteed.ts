import { type Peer, directions } from "../model/policy.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import type { Said } from "../semantics/shared-specs.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isDnsOnly } from "./support/dns-access.ts";
import { doubtfulName } from "./support/namespace-labels.ts";
import { requirementPath } from "./support/near-miss.ts";
import { peerPlace } from "./support/places.ts";
import { podPeers } from "./support/pod-peers.ts";
import { selectorValue } from "../answers/selector-value.ts";
import { withRequirement } from "./support/selector-value.ts";
import { listText, nameOf, selectorText } from "./support/words.ts";

/** Flags a namespace that is selected by `name`, a label that nobody is bound to put on it. */
export const namespaceLabelNotGuaranteed: RuleDefinition = defineRule({
  id: "namespace-label-not-guaranteed",
  severity: "medium",
  category: "correctness",
  title: "Namespace selected by a label it need not have",
  needs: ["policies"],
  fix: "suggested",
  check(context, report) {
    const isDoubtful = (peer: Peer): boolean => peer.type === "pods" && doubtfulName(context, peer) !== undefined;
    const mayBe = ({ rules }: Said): boolean =>
      directions.some((direction) => rules[direction].some(({ peers }) => peers !== "any" && peers.some(isDoubtful)));
    const policies = context.policiesWhere(context.networkPolicies, mayBe);
    for (const { policy, direction, ruleIndex, rule, peerIndex, peer } of podPeers(context, policies)) {
      // Of rules for DNS `dns-namespace-label-wrong` speaks.
      const wrong = direction === "egress" && isDnsOnly(rule, context) ? undefined : doubtfulName(context, peer);
      if (wrong === undefined || peer.namespaceSelector === undefined) continue;
      const path = ["namespaceSelector", ...requirementPath(peer.namespaceSelector, wrong)];
      const by = { ...wrong, key: namespaceNameLabel };
      report({
        at: peerPlace(policy, direction, ruleIndex, peerIndex, path),
        message: `a peer of ${nameOf(policy)} (${direction}) selects namespaces by ${selectorText({ requirements: [wrong] })}, but nothing guarantees the label ${wrong.key} on ${listText(wrong.values)}: only ${namespaceNameLabel} is there in every cluster`,
        affected: context.subjectsOf(policy),
        fix: {
          kind: "suggested",
          description: `Select the namespace by \`${namespaceNameLabel}: ${wrong.values.join(" or ")}\`, or label it.`,
          changes: [
            {
              type: "set",
              object: policy.ref,
              path: peerPlace(policy, direction, ruleIndex, peerIndex, ["namespaceSelector"]).path,
              value: selectorValue(withRequirement(peer.namespaceSelector, wrong, by)),
            },
          ],
        },
      });
    }
  },
});
