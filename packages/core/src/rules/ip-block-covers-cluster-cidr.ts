import type { AddressUse } from "../model/facts.ts";
import type { Policy } from "../model/policy.ts";
import type { RuleContext } from "./context.ts";
import { type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import { type Covered, clusterAddresses } from "./support/cluster-addresses.ts";
import { ipBlocks, isWholeFamily, namesBlocks } from "./support/ip-blocks.ts";
import { peerPlace, relatedTo } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

const relatedBlocks = 10;

/** What network plugins disagree about. */
const open: Readonly<Record<AddressUse, string>> = {
  pods: "whether an ipBlock also matches pods differs between network plugins",
  services: "whether a policy sees the address of a Service or that of a pod behind it differs between network plugins",
  nodes: "whether an ipBlock also matches the cluster's own nodes differs between network plugins",
};

/** Flags ipBlocks over addresses of the cluster's own: "these should be cluster-external IPs, since Pod IPs are ephemeral". */
export const ipBlockCoversClusterCidr: RuleDefinition = defineRule({
  id: "ip-block-covers-cluster-cidr",
  severity: "medium",
  category: "correctness",
  title: "ipBlock covers addresses of the cluster",
  needs: ["addresses"],
  fix: "none",
  check(context, report) {
    for (const policy of context.policiesWhere(context.networkPolicies, namesBlocks)) {
      const overlaps = overlapsOf(context, policy);
      if (overlaps.length === 0) continue;
      const [worst, ...others] = overlaps.toSorted((a, b) => Number(a.isMild) - Number(b.isMild));
      if (worst === undefined) continue;
      const more = others.length === 0 ? "" : ` (and ${others.length} more of its ipBlocks do)`;
      report({
        at: worst.at,
        message: `${nameOf(policy)}: the ipBlock ${worst.cidr} covers ${worst.covered.text}${more}; ${open[worst.covered.use]}`,
        ...(worst.isMild ? { severity: "info" } : {}),
        affected: context.subjectsOf(policy),
        related: others
          .slice(0, relatedBlocks)
          .map(({ at, cidr, covered }) => relatedTo(at, `${cidr} covers ${covered.text}`)),
      });
    }
  },
});

interface Overlap {
  readonly at: Place;
  readonly cidr: string;
  readonly covered: Covered;
  /** Everybody is meant, or nodes, which no selector matches. */
  readonly isMild: boolean;
}

function overlapsOf(context: RuleContext, policy: Policy): readonly Overlap[] {
  const addresses = clusterAddresses(context);
  // Who says how the plugin matches pods has answered the question.
  const isAnswered = context.reachability.options.assumptions.ipBlockMatchesPods;
  return ipBlocks(policy).flatMap(({ direction, ruleIndex, peerIndex, peer }) => {
    const covered = addresses.coveredBy(peer.addresses).find(({ use }) => use !== "pods" || !isAnswered);
    if (covered === undefined) return [];
    const at = peerPlace(policy, direction, ruleIndex, peerIndex, ["ipBlock", "cidr"]);
    return [{ at, cidr: peer.cidr, covered, isMild: covered.use === "nodes" || isWholeFamily(peer) }];
  });
}
