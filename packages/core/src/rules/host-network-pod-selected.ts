import { everything } from "../model/cluster.ts";
import { type Direction, type Policy, directions } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import type { Said } from "../semantics/shared-specs.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { allButCalicos } from "./support/all-but-calicos.ts";
import { peerPlace, subjectPlace } from "./support/places.ts";
import { type WrittenPeer, podPeers } from "./support/pod-peers.ts";
import { listText, nameOf, selectorText } from "./support/words.ts";
import { hasEntries } from "../semantics/entries.ts";

/** Flags selectors written for pods on the host network: no selector matches them, their traffic is the node's. */
export const hostNetworkPodSelected: RuleDefinition = defineRule({
  id: "host-network-pod-selected",
  severity: "medium",
  category: "correctness",
  title: "Selector for pods on the host network",
  needs: ["workloads"],
  fix: "none",
  dependsOn: "namespace",
  check(context, report) {
    if (!context.podLabels.hasOnNodes()) return;
    const policies = context.policiesWhere(context.once(allButCalicos), (said) => mayMeanNodes(context, said));
    for (const policy of policies) {
      const { podSelector } = policy.subject;
      const onNode = podsOnNodes(context, podSelector, (namespace) => isSubject(context, policy, namespace));
      if (onNode.length === 0) continue;
      report({
        at: subjectPlace(policy),
        message: `${nameOf(policy)} selects ${selectorText(podSelector)}, and ${listText(onNode)} ${onNode.length === 1 ? "has" : "have"} these labels on the host network: no policy isolates ${onNode.length === 1 ? "it" : "them"}`,
        affected: onNode,
        fix: {
          kind: "manual",
          description: "Take the pods off the host network, or guard the node by other means.",
        },
      });
    }
    for (const written of podPeers(context, policies)) {
      const { podSelector = everything } = written.peer;
      const onNode = podsOnNodes(context, podSelector, (namespace) => isIn(context, written, namespace));
      if (onNode.length === 0) continue;
      const { policy, direction, ruleIndex, peerIndex } = written;
      report({
        at: peerPlace(policy, direction, ruleIndex, peerIndex, ["podSelector"]),
        message: `a peer of ${nameOf(policy)} (${direction}) has the labels of ${listText(onNode)} on the host network, which no selector matches`,
        affected: onNode,
        fix: { kind: "manual", description: nodesAdvice(policy, direction) },
      });
    }
  },
});

/** Whether any selector of pods is one that pods on the host network have the labels of. */
function mayMeanNodes(context: RuleContext, { subject, rules }: Said): boolean {
  const isMet = (selector: Selector): boolean => isSpecific(selector) && context.podLabels.onNodes(selector).length > 0;
  return (
    isMet(subject.podSelector) ||
    directions.some((direction) =>
      rules[direction].some(
        ({ peers }) =>
          peers !== "any" && peers.some((peer) => peer.type === "pods" && isMet(peer.podSelector ?? everything)),
      ),
    )
  );
}

/** How a policy names nodes. */
function nodesAdvice({ ref }: Policy, direction: Direction): string {
  if (hasEntries({ ref }))
    return `Name the nodes: \`${direction === "ingress" ? "from" : "to"}Entities: [host, remote-node]\`.`;
  return ref.apiVersion.startsWith("policy.")
    ? "Name the nodes, or their addresses by networks, in a rule for egress."
    : "Add an ipBlock with the addresses of the nodes.";
}

function isSubject(context: RuleContext, { subject, namespace: own }: Policy, namespace: string): boolean {
  if (subject.namespaceSelector === undefined) return namespace === own;
  return matchesSelector(subject.namespaceSelector, context.namespace(namespace)?.namespace.labels ?? {});
}

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
