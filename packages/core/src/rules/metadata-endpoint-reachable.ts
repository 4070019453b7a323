import type { Peer, Policy, PortSpec, Rule } from "../model/policy.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { parseAddress } from "../sets/address.ts";
import { contains } from "../sets/interval-set.ts";
import { type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import { peerPlace, rulePlace } from "./support/places.ts";
import { listText, nameOf } from "./support/words.ts";

/** Where clouds serve the credentials of the node: AWS, Azure, Google and most others; AWS over IPv6; Alibaba. */
const endpoints = ["169.254.169.254", "fd00:ec2::254", "100.100.100.200"].map((text) => ({
  text,
  address: parseAddress(text)?.address ?? 0n,
}));

const port = 80;

/** Flags egress rules that let isolated pods ask the cloud's metadata service for the credentials of their node. */
export const metadataEndpointReachable: RuleDefinition = defineRule({
  id: "metadata-endpoint-reachable",
  severity: "high",
  category: "security",
  title: "Cloud metadata endpoint reachable",
  needs: ["policies"],
  fix: "suggested",
  check(context, report) {
    for (const policy of context.cluster.policies) {
      const open = openRule(policy);
      if (open === undefined) continue;
      report({
        at: open.at,
        message: `${nameOf(policy)} lets its pods reach the cloud metadata endpoint ${listText(open.reached)} on TCP ${port}${open.by}`,
        affected: context.subjectsOf(policy),
        fix: {
          kind: "suggested",
          description: `Leave it out: \`except: [${open.reached[0]}/${open.reached[0]?.includes(":") === true ? 128 : 32}]\` in the ipBlock. Some network plugins do not apply it to metadata servers on the node: turn them off for pods at the cloud, too.`,
        },
      });
    }
  },
});

interface OpenRule {
  readonly at: Place;
  readonly reached: readonly string[];
  readonly by: string;
}

/** The first rule or ipBlock that reaches an endpoint. */
function openRule(policy: Policy): OpenRule | undefined {
  for (const [i, rule] of allowingRules(policy, "egress").entries()) {
    // A rule without peers and ports leaves the pods as open as no policy would: internet-egress-open says so.
    if (!opensPort(rule) || (rule.peers === "any" && rule.ports === "any")) continue;
    if (rule.peers === "any")
      return {
        at: rulePlace(policy, "egress", i),
        reached: endpoints.map(({ text }) => text),
        by: ": the rule names no peer",
      };
    for (const [j, peer] of rule.peers.entries()) {
      const reached = reachedBy(peer);
      if (reached.length > 0)
        return { at: peerPlace(policy, "egress", i, j, ["ipBlock", "cidr"]), reached, by: ` (${cidrOf(peer)})` };
    }
  }
  return undefined;
}

function opensPort({ ports }: Rule): boolean {
  return ports === "any" || ports.some(isHttp);
}

function isHttp(spec: PortSpec): boolean {
  return spec.type === "range" && spec.protocol === "TCP" && spec.from <= port && port <= spec.to;
}

function reachedBy(peer: Peer): readonly string[] {
  if (peer.type !== "ipBlock") return [];
  return endpoints.filter(({ address }) => contains(peer.addresses, address)).map(({ text }) => text);
}

function cidrOf(peer: Peer): string {
  return peer.type === "ipBlock" ? peer.cidr : "";
}
