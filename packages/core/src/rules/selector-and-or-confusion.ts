import { type Direction, type Peer, type PodPeer, type Policy, directions } from "../model/policy.ts";
import { everything } from "../model/cluster.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { peerPlace, relatedTo } from "./support/places.ts";
import { nameOf, selectorText } from "./support/words.ts";

/** Flags a namespaceSelector and a podSelector as two list items side by side: OR, where AND is one dash less. */
export const selectorAndOrConfusion: RuleDefinition = defineRule({
  id: "selector-and-or-confusion",
  severity: "high",
  category: "security",
  concern: "defect",
  title: "Two peers where one may be meant",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const policy of context.policiesWhere(context.networkPolicies, isConfused)) {
      for (const direction of directions) {
        for (const [i, { peers }] of allowingRules(policy, direction).entries()) {
          if (peers === "any") continue;
          for (const pair of confusedPairs(peers)) {
            report({
              // What fits is not proved to be meant, and still reads like the mistake.
              ...(fitsOr(context, policy, pair) ? { severity: "low" } : {}),
              at: peerPlace(policy, direction, i, pair.second),
              message: messageOf(policy, direction, pair),
              affected: context.subjectsOf(policy),
              related: [relatedTo(peerPlace(policy, direction, i, pair.first), "the other list item")],
              fix: {
                kind: "manual",
                description:
                  "To select these pods in these namespaces, write both selectors in one list item: remove the second dash.",
              },
            });
          }
        }
      }
    }
  },
});

function isConfused({ rules }: Said): boolean {
  return directions.some((direction) =>
    rules[direction].some(({ peers }) => peers !== "any" && confusedPairs(peers).next().done !== true),
  );
}

interface ConfusedPair {
  readonly first: number;
  readonly second: number;
  readonly namespaces: PodPeer;
  readonly pods: PodPeer;
}

/** Neighbours of which one has only a namespaceSelector and the other only a podSelector. `{}` for all own pods would mean nothing with AND. */
function* confusedPairs(peers: readonly Peer[]): Generator<ConfusedPair> {
  for (let second = 1; second < peers.length; second++) {
    const first = second - 1;
    const pair = [peers[first], peers[second]];
    const namespaces = pair.find(isNamespaces);
    const pods = pair.find(isPods);
    if (namespaces !== undefined && pods !== undefined) yield { first, second, namespaces, pods };
  }
}

function isNamespaces(peer: Peer | undefined): peer is PodPeer {
  return peer?.type === "pods" && peer.namespaceSelector !== undefined && peer.podSelector === undefined;
}

function isPods(peer: Peer | undefined): peer is PodPeer {
  return (
    peer?.type === "pods" && peer.namespaceSelector === undefined && (peer.podSelector?.requirements.length ?? 0) > 0
  );
}

/** OR fits the input when the pods are in the own namespace and, of the namespaces that the input shows, not in the others. */
function fitsOr(context: RuleContext, policy: Policy, { namespaces, pods }: ConfusedPair): boolean {
  const { namespaceSelector = everything } = namespaces;
  const { podSelector = everything } = pods;
  if (!context.podLabels.matchesAny(podSelector, policy.namespace)) return false;
  const others = context.namespacesMatching(namespaceSelector);
  return others.length > 0 && !others.some(({ name }) => context.podLabels.matchesAny(podSelector, name));
}

function messageOf(policy: Policy, direction: Direction, { namespaces, pods }: ConfusedPair): string {
  const namespaceText = selectorText(namespaces.namespaceSelector ?? { requirements: [] });
  const podText = selectorText(pods.podSelector ?? { requirements: [] });
  const all = namespaceText === "{}" ? "every namespace" : `namespaces ${namespaceText}`;
  return `${nameOf(policy)} (${direction}): two list items mean every pod of ${all}, or pods ${podText} of the own namespace; pods ${podText} of ${all} would be one item`;
}
