import { directions, type NetworksPeer, type Policy } from "../model/policy.ts";
import { parseCidr } from "../sets/address-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { clusterAddresses } from "./support/cluster-addresses.ts";
import { peerPlace } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Flags CIDRs of Cilium over addresses of pods, Services or nodes: Cilium knows those by identity, and no CIDR matches them. */
export const cidrMatchesNoPods: RuleDefinition = defineRule({
  id: "cidr-matches-no-pods",
  severity: "medium",
  category: "correctness",
  title: "CIDR over addresses that Cilium matches by identity only",
  needs: ["addresses"],
  fix: "none",
  check(context, report) {
    for (const policy of context.cluster.policies) {
      if (policy.tier.decides !== "deny-wins") continue;
      for (const direction of directions)
        for (const [rule, { peers }] of policy.applies[direction] ? policy.rules[direction].entries() : [])
          for (const [place, peer] of peers === "any" ? [] : peers.entries()) {
            const covered = peer.type === "networks" ? coveredBy(context, policy, peer) : undefined;
            if (covered === undefined) continue;
            const use = { pods: "endpoints", services: "endpoints", nodes: "entities" }[covered.use];
            const field = `${direction === "ingress" ? "from" : "to"}${use === "endpoints" ? "Endpoints" : "Entities"}`;
            report({
              at: peerPlace(policy, direction, rule, place),
              message: `${nameOf(policy)}: ${covered.cidr} covers ${covered.text}, and Cilium matches ${covered.use === "nodes" ? "nodes" : "pods"} by identity, never by CIDR: the rule is about addresses outside the cluster only`,
              affected: context.subjectsOf(policy),
              fix: {
                kind: "manual",
                description:
                  covered.use === "nodes"
                    ? `Name nodes by ${field}: [host, remote-node], or the API server by kube-apiserver.`
                    : `Name the pods by ${field}${direction === "egress" ? ", or their Service by toServices" : ""}.`,
              },
            });
          }
    }
  },
});

/** What of the cluster a block covers that is not there for every address. */
function coveredBy(
  context: RuleContext,
  policy: Policy,
  { cidrs, outside }: NetworksPeer,
): { readonly cidr: string; readonly text: string; readonly use: "pods" | "services" | "nodes" } | undefined {
  const [cidr = "", more] = cidrs;
  const text = cidr.includes("/") ? cidr : `${cidr}/${cidr.includes(":") ? 128 : 32}`;
  const addresses = outside === true && more === undefined ? parseCidr(text)?.addresses : undefined;
  if (addresses === undefined || text.endsWith("/0") || policy.namespace === "") return undefined;
  const found = clusterAddresses(context).coveredBy(addresses)[0];
  return found === undefined ? undefined : { cidr, text: found.text, use: found.use };
}
