import { groupBy } from "../lib/group-by.ts";
import { editDistance } from "../lib/nearest.ts";
import { everything } from "../model/cluster.ts";
import type { PodPeer, Policy } from "../model/policy.ts";
import type { Selector } from "../model/selector.ts";
import { isClusterWideOfKubernetes } from "../semantics/network-policy.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import { exampleLabels, selectorImplies } from "../symbolic/selector-questions.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import { allButCalicos } from "./support/all-but-calicos.ts";
import { dnsServers } from "./support/dns-servers.ts";
import { deadValues } from "./support/dead-values.ts";
import { doubtfulName } from "./support/namespace-labels.ts";
import { type NearMiss, nearMiss } from "./support/near-miss.ts";
import { peerPlace } from "./support/places.ts";
import { type WrittenPeer, podPeers, matchesByLabels } from "./support/pod-peers.ts";
import { UnknownNamespaces, unseenPods } from "./support/unevaluated.ts";
import { count, listText, nameOf, selectorText } from "./support/words.ts";

/** Flags a peer whose selectors, taken together, match no pod: the rule does not allow what it was written for. */
export const peerMatchesNothing: RuleDefinition = defineRule({
  id: "peer-matches-nothing",
  severity: "medium",
  category: "correctness",
  title: "Peer matches nothing",
  needs: ["workloads"],
  fix: "none",
  dependsOn: "namespace",
  check(context, report, skip) {
    let unknown = 0;
    const unseen = new UnknownNamespaces();
    for (const written of podPeers(context, context.once(allButCalicos))) {
      if (asksForNoLabel(written.peer)) continue;
      if (matchesSomething(context, written)) {
        for (const found of deadOf(context, written)) report(found);
        continue;
      }
      const local = written.peer.namespaceSelector === undefined ? (written.policy.namespace ?? "") : undefined;
      const reason = canBeUnseen(written.peer) ? unseenPods(context, local) : undefined;
      if (reason !== undefined) {
        unseen.add(reason, written.policy.namespace ?? "");
        continue;
      }
      const found =
        written.peer.namespaceSelector === undefined
          ? localPeer(context, written)
          : namespacePeer(context, written, written.peer.namespaceSelector);
      if (found === undefined) unknown++;
      else if (found.severity !== "low" || !(isAwaited(context, written) || isUnseenDns(context, written)))
        report(found);
    }
    unseen.tell(skip);
    if (unknown > 0) skip(`${count(unknown, "peer")} may match pods in namespaces that the input does not show`);
  },
});

/** Of labels that Cilium does not keep label-not-in-identity speaks. */
function asksForNoLabel({ podSelector }: PodPeer): boolean {
  return podSelector?.requirements.some(({ operator, values }) => operator === "In" && values.length === 0) === true;
}

/** Values of a list that match nothing beside others that do, where the input shows the pods of all the namespaces. */
function deadOf(context: RuleContext, written: WrittenPeer): readonly Found[] {
  const { policy, direction, ruleIndex, peerIndex, peer } = written;
  const { podSelector, namespaceSelector } = peer;
  if (podSelector === undefined || !podSelector.requirements.some(({ values }) => values.length > 1)) return [];
  const names =
    namespaceSelector === undefined
      ? [policy.namespace ?? ""]
      : context.namespacesMatching(namespaceSelector).map(({ name }) => name);
  const isSeen = names.every((name) => isShown(context, name) && unseenPods(context, name) === undefined);
  if (!isSeen) return [];
  return deadValues(context, podSelector, names).map(({ text, path, near }) => ({
    at: peerPlace(policy, direction, ruleIndex, peerIndex, ["podSelector", ...path]),
    message: `${opening(written)} lists ${text}, which no pod of ${listText(names.map((name) => `namespace ${name}`))} has: only the other values match${near === undefined ? "" : `; ${near.text}`}`,
    ...(near?.description === undefined
      ? { severity: "low" as const }
      : { fix: { kind: "manual" as const, description: near.description } }),
  }));
}

/** Whether pods that the input does not show could match: not where no labels satisfy the selectors. */
function canBeUnseen({ namespaceSelector, podSelector }: PodPeer): boolean {
  return (
    (namespaceSelector === undefined || exampleLabels(namespaceSelector, "namespace") !== undefined) &&
    (podSelector === undefined || exampleLabels(podSelector) !== undefined)
  );
}

/** Steps that comparing two selectors costs, for the budget. */
const stepsPerPair = 20;

/**
 * Whether a policy of the namespace is there for pods that the peer would match, and selects none yet either:
 * policy-selects-no-pods has said so, and these pods are expected rather than misspelt.
 */
function isAwaited(context: RuleContext, { peer, policy }: WrittenPeer): boolean {
  if (peer.namespaceSelector !== undefined) return false;
  const idle = context.once(idlePolicies).get(policy.namespace) ?? [];
  return idle.some(
    ({ subject }) =>
      context.hints.spend(stepsPerPair) && selectorImplies(subject.podSelector, peer.podSelector ?? everything),
  );
}

/** Whether DNS is meant, which every cluster has and few inputs show: npa itself suggests such peers. */
function isUnseenDns(context: RuleContext, { peer, policy }: WrittenPeer): boolean {
  const { assumed, servers } = dnsServers(context);
  if (!assumed || context.cluster.live) return false;
  return servers.some(({ namespace, labels }) => {
    const known = context.cluster.namespaces.get(namespace)?.labels ?? { [namespaceNameLabel]: namespace };
    const isInNamespace =
      peer.namespaceSelector === undefined
        ? policy.namespace === namespace
        : matchesSelector(peer.namespaceSelector, known);
    return isInNamespace && matchesSelector(peer.podSelector ?? everything, labels);
  });
}

function idlePolicies({ networkPolicies, podLabels }: RuleContext): ReadonlyMap<string | undefined, readonly Policy[]> {
  const idle = networkPolicies.filter(
    ({ subject: { podSelector }, namespace }) =>
      podSelector.requirements.length > 0 && !podLabels.matchesAny(podSelector, namespace),
  );
  return groupBy(idle, ({ namespace }) => namespace);
}

function matchesSomething(context: RuleContext, written: WrittenPeer): boolean {
  const { peer, policy } = written;
  if (peer.podSelector?.requirements.length === 0 && peer.namespaceSelector === undefined) return true;
  const { certain, possible } = context.reachability.peers.podPeer(peer, policy.namespace ?? "");
  // host-network-pod-selected speaks of pods on the host network; pods that are done may run again.
  if (certain.size > 0 || matchesByLabels(context, written)) return true;
  // A label of a namespace that the input does not define may be anything, but not when it is the name of one that it does.
  return (
    possible.size > 0 && (peer.namespaceSelector === undefined || !namesUnlabelled(context, peer.namespaceSelector))
  );
}

/** A podSelector alone means the pods of the policy's own namespace: known when the input shows workloads there. */
function localPeer(context: RuleContext, written: WrittenPeer): Found | undefined {
  const { peer, policy } = written;
  const namespace = policy.namespace ?? "";
  const pods = context.podLabels.in(namespace);
  const selector = peer.podSelector ?? everything;
  if (pods.length === 0 && !context.cluster.live) return undefined;
  if (context.podLabels.matching(selector).some(({ onNode, workload }) => !onNode && workload.namespace !== namespace))
    return undefined; // peer-namespace-selector-missing speaks
  return emptyPeer(
    context,
    written,
    `namespace ${namespace}`,
    nearMiss(context, selector, pods, policy.subject.podSelector),
  );
}

function namespacePeer(context: RuleContext, written: WrittenPeer, selector: Selector): Found | undefined {
  const { peer } = written;
  const known = context.namespacesMatching(selector);
  const pods = peer.podSelector ?? everything;
  if (exampleLabels(selector, "namespace") === undefined || exampleLabels(pods) === undefined) {
    return {
      at: selectorPlace(written, exampleLabels(pods) === undefined ? "podSelector" : "namespaceSelector"),
      message: `${opening(written)} can match nothing: no labels satisfy ${peerText(peer)}`,
    };
  }
  const names = namesOf(selector);
  const certain = context.cluster.live || (names !== undefined && names.every((name) => isShown(context, name)));
  if (known.length === 0) return noNamespace(context, written, selector);
  if (!certain) return undefined;
  const candidates = known.flatMap(({ name }) => context.podLabels.in(name));
  const where = listText(known.map(({ name }) => `namespace ${name}`));
  return emptyPeer(context, written, where, nearMiss(context, pods, candidates, written.policy.subject.podSelector));
}

/** No pod of known namespaces has the labels. Without a live cluster and without a hint at a mistake the pods may come from elsewhere. */
function emptyPeer(context: RuleContext, written: WrittenPeer, where: string, near: NearMiss | undefined): Found {
  const pods = written.peer.podSelector ?? everything;
  const message = `${opening(written)} matches nothing: no pod of ${where} has ${selectorText(pods)}`;
  const at = selectorPlace(written, "podSelector");
  if (near !== undefined) {
    const { text, description } = near;
    return {
      at,
      message: `${message}; ${text}`,
      ...(description === undefined ? {} : { fix: { kind: "manual", description } }),
    };
  }
  if (context.cluster.live) return { at, message };
  return {
    at,
    message: `${message}; the rule ${doesNothing(written)} unless such pods come from elsewhere`,
    severity: "low",
  };
}

/** No known namespace has the labels: certain in a live cluster; else reported only where a known namespace was evidently meant. */
function noNamespace(context: RuleContext, written: WrittenPeer, selector: Selector): Found | undefined {
  // namespace-label-not-guaranteed speaks.
  if (doubtfulName(context, written.peer) !== undefined) return undefined;
  const meant = meantNamespace(context, selector);
  if (meant === undefined && !context.cluster.live) return undefined;
  return {
    at: selectorPlace(written, "namespaceSelector"),
    message: `${opening(written)} matches nothing: no namespace has ${selectorText(selector)}${meant === undefined ? "" : `; did you mean \`${namespaceNameLabel}: ${meant}\`?`}`,
    ...(meant === undefined
      ? {}
      : {
          fix: {
            kind: "manual" as const,
            description: `Select the namespace by the label that every namespace has: \`${namespaceNameLabel}: ${meant}\`.`,
          },
        }),
  };
}

/** A namespace of the input whose name is in the selector under another key, or misspelt by a letter or two. */
function meantNamespace(context: RuleContext, { requirements }: Selector): string | undefined {
  const [only] = requirements;
  if (requirements.length !== 1 || only?.operator !== "In") return undefined;
  for (const value of only.values.slice(0, 20)) {
    if (only.key !== namespaceNameLabel) {
      if (context.cluster.namespaces.get(value)?.declared === true) return value;
      continue;
    }
    for (const [name, { declared }] of context.cluster.namespaces)
      if (declared && value.length > 4 && !/\d/.test(value + name) && editDistance(value, name, 2) <= 2) return name;
  }
  return undefined;
}

/** Whether a selector names a namespace of the input by a label that it does not have, and matches no other. */
function namesUnlabelled(context: RuleContext, selector: Selector): boolean {
  if (meantNamespace(context, selector) === undefined) return false;
  return context.namespacesMatching(selector).length === 0;
}

/** The names that a selector demands of a namespace; undefined when it does not name them. */
function namesOf({ requirements }: Selector): readonly string[] | undefined {
  return requirements.find(({ key, operator }) => key === namespaceNameLabel && operator === "In")?.values;
}

/** Whether the input shows what runs in a namespace. */
function isShown(context: RuleContext, name: string): boolean {
  return (context.namespace(name)?.workloads.length ?? 0) > 0;
}

function opening({ policy, direction }: WrittenPeer): string {
  return `a peer of ${nameOf(policy)} (${direction})`;
}

function peerText({ namespaceSelector, podSelector }: PodPeer): string {
  return [namespaceSelector, podSelector]
    .flatMap((selector) => (selector === undefined ? [] : [selectorText(selector)]))
    .join(" and ");
}

function doesNothing({ rule: { action } }: WrittenPeer): string {
  return { allow: "admits nobody", deny: "denies nobody", pass: "passes nobody on" }[action];
}

function selectorPlace(written: WrittenPeer, field: "podSelector" | "namespaceSelector"): ReturnType<typeof peerPlace> {
  const { policy, direction, ruleIndex, peerIndex, peer } = written;
  // A peer of these kinds has its selectors under a field of its own.
  if (isClusterWideOfKubernetes(policy)) return peerPlace(policy, direction, ruleIndex, peerIndex);
  return peerPlace(policy, direction, ruleIndex, peerIndex, peer[field] === undefined ? [] : [field]);
}
