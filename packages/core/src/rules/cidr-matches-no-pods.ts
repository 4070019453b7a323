import type { AddressUse } from "../model/facts.ts";
import { directions, type NetworksPeer, type Rule } from "../model/policy.ts";
import { type AddressSet, allAddresses, parseCidr } from "../sets/address-set.ts";
import { isSubset } from "../sets/interval-set.ts";
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
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const policies = context.policiesWhere(context.unionPolicies, ({ rules }) =>
      directions.some((direction) => rules[direction].some(namesBlock)),
    );
    if (policies.length > 0 && clusterAddresses(context).coveredBy(allAddresses).length === 0)
      return skip("the input and the configuration tell no addresses of pods, Services or nodes");
    for (const policy of policies) {
      for (const direction of directions)
        for (const [rule, { peers }] of policy.applies[direction] ? policy.rules[direction].entries() : [])
          for (const [place, peer] of peers === "any" ? [] : peers.entries()) {
            const covered = peer.type === "networks" ? coveredBy(context, peer) : undefined;
            if (covered === undefined) continue;
            const use = { pods: "endpoints", services: "endpoints", nodes: "entities" }[covered.use];
            const field = `${direction === "ingress" ? "from" : "to"}${use === "endpoints" ? "Endpoints" : "Entities"}`;
            report({
              at: peerPlace(policy, direction, rule, place),
              message: `${nameOf(policy)}: ${covered.cidr} covers ${covered.text}, and Cilium matches ${covered.use === "nodes" ? "nodes" : "pods"} by identity, never by CIDR: the rule is about addresses outside the cluster only`,
              ...(covered.isWider ? { severity: "low" } : {}),
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

/** Whether a rule has a block that is there for some addresses. */
function namesBlock({ peers }: Rule): boolean {
  return peers !== "any" && peers.some((peer) => peer.type === "networks" && blockOf(peer) !== undefined);
}

/** The block that a peer is; undefined for one that is there for every address. */
function blockOf({ cidrs, outside }: NetworksPeer): AddressSet | undefined {
  const [cidr = "", more] = cidrs;
  const text = cidr.includes("/") ? cidr : `${cidr}/${cidr.includes(":") ? 128 : 32}`;
  return outside !== true || more !== undefined || text.endsWith("/0") ? undefined : parseCidr(text)?.addresses;
}

interface CoveredPart {
  readonly cidr: string;
  readonly text: string;
  readonly use: AddressUse;
  /** The block holds Services or nodes among much else, as that of a whole network does, which may be all that is meant. */
  readonly isWider: boolean;
}

/** What of the cluster a block covers that is not there for every address. */
function coveredBy(context: RuleContext, peer: NetworksPeer): CoveredPart | undefined {
  const addresses = blockOf(peer);
  const { ipBlockMatchesPods, ciliumCidrMatchMode } = context.reachability.options.assumptions;
  const isMatched = { pods: ipBlockMatchesPods, services: false, nodes: ciliumCidrMatchMode === "nodes" };
  const all = addresses === undefined ? [] : clusterAddresses(context).coveredBy(addresses);
  const found = all.find(({ use }) => !isMatched[use]);
  if (addresses === undefined || found === undefined) return undefined;
  const { text, use, blocks } = found;
  const [first = 0n, end = 0n] = addresses;
  const isWider = use !== "pods" && end - first > 1n && !isSubset(addresses, blocks);
  return { cidr: peer.cidrs[0] ?? "", text, use, isWider };
}
