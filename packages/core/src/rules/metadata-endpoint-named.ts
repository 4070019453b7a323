import type { IpBlockPeer, NetworksPeer, Peer, Policy, Rule } from "../model/policy.ts";
import { allowingEntries, allowingRules } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { namesEndpoint, opensMetadataPort } from "./support/metadata-endpoints.ts";
import { peerPlace } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Notes a block that is the cloud's metadata endpoint itself: deliberate, and still the credentials of the node. */
export const metadataEndpointNamed: RuleDefinition = defineRule({
  id: "metadata-endpoint-named",
  severity: "low",
  category: "security",
  title: "Cloud metadata endpoint allowed by name",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const policy of context.policiesWhere(context.cluster.policies, mayName)) {
      for (const { ruleIndex, rule, peerIndex, peer } of blocks(policy)) {
        const named = namesEndpoint(peer);
        if (named === undefined || !opensMetadataPort(rule)) continue;
        report({
          at: peerPlace(policy, "egress", ruleIndex, peerIndex, peer.type === "ipBlock" ? ["ipBlock", "cidr"] : []),
          message: `${nameOf(policy)} allows the cloud metadata endpoint ${named.text} by name: workload identity needs that, and other pods do not`,
          affected: context.subjectsOf(policy),
          fix: {
            kind: "manual",
            description: "Keep it for the pods that ask for their cloud identity there, and select no others.",
          },
        });
      }
    }
  },
});

function mayName(said: Said): boolean {
  return allowingRules(said, "egress").some(
    ({ peers }) => peers !== "any" && peers.some((peer) => isBlock(peer) && namesEndpoint(peer) !== undefined),
  );
}

interface Block {
  readonly ruleIndex: number;
  readonly rule: Rule;
  readonly peerIndex: number;
  readonly peer: IpBlockPeer | NetworksPeer;
}

function* blocks(policy: Policy): Generator<Block> {
  for (const [ruleIndex, rule] of allowingEntries(policy, "egress")) {
    if (rule.peers === "any" || rule.unknown !== undefined) continue;
    for (const [peerIndex, peer] of rule.peers.entries()) if (isBlock(peer)) yield { ruleIndex, rule, peerIndex, peer };
  }
}

function isBlock(peer: Peer): peer is IpBlockPeer | NetworksPeer {
  return peer.type === "ipBlock" || peer.type === "networks";
}
