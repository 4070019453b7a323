import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { ipBlocks } from "./support/ip-blocks.ts";
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
    for (const policy of context.networkPolicies) {
      for (const { direction, ruleIndex, rule, peerIndex, peer } of ipBlocks(policy)) {
        const named = namesEndpoint(peer);
        if (direction !== "egress" || named === undefined || !opensMetadataPort(rule)) continue;
        report({
          at: peerPlace(policy, direction, ruleIndex, peerIndex, ["ipBlock", "cidr"]),
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
