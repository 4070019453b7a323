import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { elsewhereText, matchElsewhere } from "./support/near-miss.ts";
import { peerPlace } from "./support/places.ts";
import { podPeers } from "./support/pod-peers.ts";
import { UnknownNamespaces, unseenPods } from "./support/unevaluated.ts";
import { nameOf, selectorText } from "./support/words.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";

/** Flags a podSelector alone that matches pods of other namespaces only: alone it means the policy's own namespace. */
export const peerNamespaceSelectorMissing: RuleDefinition = defineRule({
  id: "peer-namespace-selector-missing",
  severity: "high",
  category: "correctness",
  title: "Peer lacks a namespaceSelector",
  needs: ["workloads"],
  fix: "suggested",
  check(context, report, skip) {
    const unseen = new UnknownNamespaces();
    for (const { policy, direction, ruleIndex, peerIndex, peer } of podPeers(context)) {
      const { namespace = "" } = policy;
      const selector = peer.podSelector;
      if (selector === undefined || selector.requirements.length === 0 || peer.namespaceSelector !== undefined)
        continue;
      const isShown = (context.namespace(namespace)?.workloads.length ?? 0) > 0 || context.cluster.live;
      if (!isShown || context.podLabels.matchesAny(selector, namespace)) continue;
      const elsewhere = matchElsewhere(context, selector, namespace);
      const [first] = elsewhere;
      if (first === undefined) continue;
      const reason = unseenPods(context, namespace);
      if (reason !== undefined) {
        unseen.add(reason, namespace);
        continue;
      }
      report({
        at: peerPlace(policy, direction, ruleIndex, peerIndex, ["podSelector"]),
        message: `a peer of ${nameOf(policy)} (${direction}) means pods of namespace ${namespace} only, and none there has ${selectorText(selector)}; ${elsewhereText(elsewhere)}`,
        affected: context.subjectsOf(policy),
        fix: {
          kind: elsewhere.length === 1 ? "suggested" : "manual",
          ...(elsewhere.length === 1
            ? {
                changes: [
                  {
                    type: "put",
                    object: policy.ref,
                    path: peerPlace(policy, direction, ruleIndex, peerIndex).path,
                    key: "namespaceSelector",
                    value: { matchLabels: { [namespaceNameLabel]: first } },
                  },
                ],
              }
            : {}),
          description: `Add a namespaceSelector to the same list item, e.g. \`${namespaceNameLabel}: ${first}\`.`,
        },
      });
    }
    unseen.tell(skip);
  },
});
