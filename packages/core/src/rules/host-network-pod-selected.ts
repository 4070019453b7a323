import { everything } from "../model/cluster.ts";
import type { Selector } from "../model/selector.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { peerPlace, policyPlace } from "./support/places.ts";
import { type WrittenPeer, podPeers } from "./support/pod-peers.ts";
import { listText, nameOf, selectorText } from "./support/words.ts";

/** Flags selectors written for pods on the host network: no selector matches them, their traffic is the node's. */
export const hostNetworkPodSelected: RuleDefinition = defineRule({
  id: "host-network-pod-selected",
  severity: "medium",
  category: "correctness",
  title: "Selector for pods on the host network",
  needs: ["workloads"],
  fix: "none",
  check(context, report) {
    for (const policy of context.networkPolicies) {
      const { podSelector } = policy.subject;
      const onNode = podsOnNodes(context, podSelector, (namespace) => namespace === policy.namespace);
      if (onNode.length === 0) continue;
      report({
        at: policyPlace(policy, ["spec", "podSelector"]),
        message: `${nameOf(policy)} selects ${selectorText(podSelector)}, and ${listText(onNode)} has these labels on the host network: no policy isolates it`,
        affected: onNode,
        fix: {
          kind: "manual",
          description: "Take the pods off the host network, or guard the node by other means.",
        },
      });
    }
    for (const written of podPeers(context)) {
      const { podSelector = everything } = written.peer;
      const onNode = podsOnNodes(context, podSelector, (namespace) => isIn(context, written, namespace));
      if (onNode.length === 0) continue;
      const { policy, direction, ruleIndex, peerIndex } = written;
      report({
        at: peerPlace(policy, direction, ruleIndex, peerIndex, ["podSelector"]),
        message: `a peer of ${nameOf(policy)} (${direction}) has the labels of ${listText(onNode)} on the host network, which no selector matches`,
        affected: onNode,
        fix: { kind: "manual", description: "Add an ipBlock with the addresses of the nodes." },
      });
    }
  },
});

/** Written with certain pods in mind: it asks for a label, not only for the lack of one. */
function isSpecific({ requirements }: Selector): boolean {
  return requirements.some(({ operator }) => operator === "In" || operator === "Exists");
}

function podsOnNodes(
  context: RuleContext,
  selector: Selector,
  isMeant: (namespace: string) => boolean,
): readonly string[] {
  if (!isSpecific(selector)) return [];
  const pods = context.podLabels.onNodes(selector).filter(({ workload }) => isMeant(workload.namespace));
  return [...new Set(pods.map(({ workload }) => workload.id))].toSorted();
}

/** Whether a peer speaks of a namespace, as far as its labels are known. */
function isIn(context: RuleContext, { peer, policy }: WrittenPeer, namespace: string): boolean {
  if (peer.namespaceSelector === undefined) return namespace === policy.namespace;
  return matchesSelector(peer.namespaceSelector, context.namespace(namespace)?.namespace.labels ?? {});
}
