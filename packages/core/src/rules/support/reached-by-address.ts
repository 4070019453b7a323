import type { Peer, Policy, Rule } from "../../model/policy.ts";
import type { ClassSet } from "../../reachability/class-set.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import type { RuleContext } from "../context.ts";
import { policiesBeside } from "./policies-beside.ts";

/** What pods find without DNS: the kubelet tells them the address of the API server, and who asks nodes goes by theirs. */
const withoutNames = new Set(["kube-apiserver", "host", "remote-node", "nodes", "health"]);

/** Whether all that pods of a policy of Cilium may send to, by all policies that select them, are nodes and the API server. */
export function isReachedByAddress(context: RuleContext, policy: Policy, classes: ClassSet): boolean {
  const ids = classes.toArray();
  const sets =
    ids.length === 0
      ? [policiesBeside(context, policy)]
      : ids.map((id) => context.reachability.policiesOf(id, "egress", "possible"));
  return sets.every((policies) => {
    // An entry that matches nothing is a rule without peers.
    const peers = policies.flatMap((each) =>
      allowingRules(each, "egress").flatMap((rule): readonly Rule["peers"][] =>
        rule.peers === "any" || rule.peers.length > 0 ? [rule.peers] : [],
      ),
    );
    return peers.length > 0 && peers.every((each) => each !== "any" && each.every(isWithoutName));
  });
}

function isWithoutName(peer: Peer): boolean {
  return peer.type === "networks" && peer.cidrs.every((entity) => withoutNames.has(entity));
}
