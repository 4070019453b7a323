import { type Direction, directions } from "../model/policy.ts";
import type { MissingFact } from "../answers/connectivity.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { noConnections } from "../sets/connection-set.ts";
import { compareStrings } from "../lib/compare.ts";
import type { ClassId } from "./class-set.ts";
import type { Reachability } from "./reachability.ts";

/** The facts that decide whether what is only possible between two classes is so: labels of an undeclared namespace, an address. */
export function missingFacts(reachability: Reachability, source: ClassId, target: ClassId): readonly MissingFact[] {
  const facts = new Map<string, MissingFact>();
  for (const direction of directions) {
    const [subject, peer] = direction === "egress" ? [source, target] : [target, source];
    for (const fact of factsOfSide(reachability, direction, subject, peer)) facts.set(JSON.stringify(fact), fact);
  }
  return [...facts].toSorted(([a], [b]) => compareStrings(a, b)).map(([, fact]) => fact);
}

function* factsOfSide(
  reachability: Reachability,
  direction: Direction,
  subject: ClassId,
  peer: ClassId,
): Generator<MissingFact> {
  const peerClass = reachability.podClass(peer);
  if (peerClass === undefined) return;
  const { table } = reachability;
  for (const policy of reachability.policiesOf(subject, direction)) {
    for (const rule of decidingRules(policy, direction)) {
      const possible = reachability.ruleConnections(policy, rule, direction, subject, peer, "possible");
      const certain = reachability.ruleConnections(policy, rule, direction, subject, peer, "certain");
      if (table.difference(possible, certain) === noConnections || rule.peers === "any") continue;
      for (const matched of rule.peers) {
        if (matched.type === "ipBlock") {
          if (peerClass.address.type === "unknown") {
            for (const { workload } of peerClass.members) yield { endpoint: workload.id, missing: "address" };
          }
          continue;
        }
        if (matched.type !== "pods") continue;
        const pods = reachability.peers.podPeer(matched, policy.namespace ?? "");
        if (!pods.possible.has(peer) || pods.certain.has(peer)) continue;
        for (const { key } of matched.namespaceSelector?.requirements ?? []) {
          if (key !== namespaceNameLabel) yield { namespace: peerClass.namespace, label: key };
        }
      }
    }
  }
}
