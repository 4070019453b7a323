import type { Direction, Rule } from "../model/policy.ts";
import type { ClassSet, ClassId } from "../reachability/class-set.ts";
import type { PodClass } from "../reachability/pod-classes.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import type { Budget } from "../symbolic/budget.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RelatedPlace, type RuleDefinition, type Told, defineRule, toldLater } from "./define-rule.ts";
import { isDnsOnly } from "./support/dns-access.ts";
import { openingPolicies } from "./support/opened.ts";
import { peerPlace, relatedTo, subjectPlace } from "./support/places.ts";
import { type WrittenPeer, podPeers } from "./support/pod-peers.ts";
import { connectionsText, rulePortsOn } from "./support/rule-connections.ts";
import { unknownPolicies } from "./support/unevaluated.ts";
import { listText, nameOf, portsText } from "./support/words.ts";

const relatedPolicies = 5;

/** Steps that looking at pairs of classes may cost. */
const steps = 1_000_000;

/** Flags a peer that one side names and the other side denies altogether: the traffic needs both. */
export const oneSidedAllow: RuleDefinition = defineRule({
  id: "one-sided-allow",
  severity: "medium",
  category: "reliability",
  title: "Allowed by one side, denied by the other",
  needs: ["workloads"],
  fix: "none",
  dependsOn: "ends",
  check(context, report, skip) {
    const budget = context.budget.share(steps);
    for (const written of podPeers(context, openingPolicies(context))) {
      // Of DNS servers that do not admit those who ask dns-ingress-blocked speaks.
      if (
        written.rule.unknown !== undefined ||
        !namesPods(written) ||
        (written.direction === "egress" && isDnsOnly(written.rule, context))
      )
        continue;
      const denied = deniedPeer(context, written, budget);
      if (denied !== undefined) report(foundOf(context, written, denied));
    }
    if (budget.exhausted) skip("the peers are too many to look at both sides of them all");
    context.budget.charge(budget, steps);
  },
});

/** Whoever lists pods by their labels means these; a whole namespace, or all but some pods, is named for some of them. */
function namesPods({ peer }: WrittenPeer): boolean {
  return peer.podSelector?.requirements.some(({ operator }) => operator === "In" || operator === "Exists") === true;
}

interface Denied {
  readonly subjects: ClassSet;
  readonly peers: ClassSet;
  /** What the other side admits between the two, on other ports. */
  readonly admitted: ConnectionId;
}

/** Both ends of a peer that no traffic of its rule ever passes between. */
function deniedPeer(context: RuleContext, written: WrittenPeer, budget: Budget): Denied | undefined {
  const { policy, direction, rule, peer } = written;
  const subjects = context.subjectsOf(policy);
  if (subjects.size === 0) return undefined;
  const { reachability } = context;
  const { certain, possible } = reachability.peers.podPeer(peer, policy.namespace ?? "");
  if (certain !== possible || certain.size === 0 || !budget.spend(certain.size)) return undefined;
  const opposite = direction === "ingress" ? "egress" : "ingress";
  let admitted = noConnections;
  let pairs = 0;
  const others = certain.toArray();
  for (const subject of subjects.toArray()) {
    for (const other of others) {
      const podClass = reachability.podClass(other);
      // "A pod cannot block access to itself": one pod alone is no pair.
      if (podClass === undefined || (subject === other && podClass.pods < 2)) continue;
      if (!budget.spend(1)) return undefined;
      pairs++;
      const row = reachability.possibleAlone[opposite].rowOf[other];
      const answer = row?.connections(subject) ?? noConnections;
      if (reachability.table.intersection(answer, portsBetween(context, written, subject, podClass)) !== noConnections)
        return undefined;
      admitted = reachability.table.union(admitted, answer);
    }
  }
  // Asked last: between most peers something passes, which the first pair tells.
  return pairs === 0 ||
    !allIsolated(context, others, opposite) ||
    opensNothing(context, rule, direction === "ingress" ? subjects : certain)
    ? undefined
    : { subjects, peers: certain, admitted };
}

/** Policies of kinds that are not evaluated may let the traffic in. */
function allIsolated(context: RuleContext, classes: readonly ClassId[], direction: Direction): boolean {
  return classes.every((id) => {
    const facts = context.namespace(context.reachability.podClass(id)?.namespace ?? "");
    return (
      context.reachability.isIsolated(id, direction) &&
      facts !== undefined &&
      unknownPolicies(context, facts.name, "allows", direction) === undefined
    );
  });
}

function portsBetween(
  context: RuleContext,
  { direction, rule }: WrittenPeer,
  subject: ClassId,
  peer: PodClass,
): ConnectionId {
  const destination = direction === "ingress" ? context.reachability.podClass(subject) : peer;
  return destination === undefined ? noConnections : rulePortsOn(context, rule, destination);
}

/** Port names that nobody declares: `named-port-unresolved` speaks. */
function opensNothing(context: RuleContext, rule: Rule, destinations: ClassSet): boolean {
  return destinations.toArray().every((id) => {
    const podClass = context.reachability.podClass(id);
    return podClass === undefined || rulePortsOn(context, rule, podClass) === noConnections;
  });
}

function foundOf(context: RuleContext, written: WrittenPeer, denied: Denied): Found {
  const { policy, direction, ruleIndex, peerIndex } = written;
  const at = peerPlace(policy, direction, ruleIndex, peerIndex);
  return toldLater({ at, affected: denied.subjects }, () => toldOf(context, written, denied));
}

function toldOf(context: RuleContext, { policy, direction, rule }: WrittenPeer, { peers, admitted }: Denied): Told {
  const others = context.workloadsOf(peers);
  const names = listText(others.ids, 3, others.count);
  const opposite = direction === "ingress" ? "egress" : "ingress";
  const traffic = direction === "ingress" ? `traffic from ${names}` : `traffic to ${names}`;
  const instead = admitted === noConnections ? "" : ` (it allows ${connectionsText(context, admitted)} only)`;
  const first = peers.toArray()[0] ?? 0;
  return {
    message: `${nameOf(policy)} allows ${traffic} on ${portsText(rule.ports)}, but the ${opposite} of the other side denies it for all pods that the policy selects${instead}: traffic needs both sides`,
    related: isolatingPolicies(context, first, opposite),
    fix: {
      kind: "manual",
      description: `Allow it in the ${opposite} of ${names} as well, or remove this peer.`,
    },
  };
}

/** The first policies that isolate a class of pods, which many peers may name. */
function isolatingPolicies(context: RuleContext, id: ClassId, direction: Direction): readonly RelatedPlace[] {
  const known = context.once(isolating[direction]);
  let found = known.get(id);
  if (found === undefined) {
    found = context.reachability
      .policiesOf(id, direction)
      .filter(({ isolates }) => isolates[direction])
      .slice(0, relatedPolicies)
      .map((other) => relatedTo(subjectPlace(other), `${nameOf(other)} isolates ${direction} there`));
    known.set(id, found);
  }
  return found;
}

type IsolatingPolicies = Map<ClassId, readonly RelatedPlace[]>;

const isolating = {
  ingress: (): IsolatingPolicies => new Map(),
  egress: (): IsolatingPolicies => new Map(),
};
