import type { Fix, ObjectChange } from "../answers/finding.ts";
import type { IpBlockPeer, NetworksPeer, Policy, Rule } from "../model/policy.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { parseAddress } from "../sets/address.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import {
  metadataEndpoints,
  namesEndpoint,
  opensMetadataPort,
  reachedBy,
  singleCidr,
} from "./support/metadata-endpoints.ts";
import { platformsOf } from "./support/cluster-facts.ts";
import { isOpenTo } from "./support/opened.ts";
import { peerPlace, relatedTo, rulePlace } from "./support/places.ts";
import { listText, nameOf } from "./support/words.ts";

const relatedOpenings = 10;

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
      if (!narrows(context, policy)) continue;
      const [first, ...others] = openings(context, policy);
      if (first !== undefined) report(foundOf(context, policy, first, others));
    }
  },
});

/** Whether pods that a policy selects are isolated: where order decides, others must do that, and else the rule opens nothing. */
function narrows(context: RuleContext, policy: Policy): boolean {
  if (policy.tier.decides === "deny-wins") return true;
  return context
    .subjectsOf(policy)
    .toArray()
    .some((id) => context.reachability.isIsolated(id, "egress"));
}

/** Whether no rule denies it to all the pods that a policy selects. */
function isReached(context: RuleContext, policy: Policy, endpoint: string): boolean {
  const address = parseAddress(endpoint)?.address;
  if (address === undefined) return true;
  const { pods, addresses, table } = context.reachability;
  const http = table.ofPorts([{ protocol: "TCP", from: 80, to: 80 }]);
  const target = pods.classes.length + addresses.classOf(address);
  return isOpenTo(context, context.subjectsOf(policy), "egress", [target], http);
}

/** A rule without peers, or an ipBlock, that reaches endpoints. */
interface Opening {
  readonly at: Place;
  readonly reached: readonly string[];
  /** Absent for a rule without peers. */
  readonly block?: IpBlockPeer | NetworksPeer;
}

/** What reaches an endpoint without naming it. A rule without peers and ports leaves the pods as open as no policy would: internet-egress-open says so. */
function openings(context: RuleContext, policy: Policy): readonly Opening[] {
  return [...allowingEntries(policy, "egress")].flatMap(([i, rule]) =>
    opensMetadataPort(rule) && rule.requests === undefined && rule.unknown === undefined
      ? openingsOf(context, policy, rule, i)
      : [],
  );
}

function openingsOf(context: RuleContext, policy: Policy, { peers, ports }: Rule, rule: number): readonly Opening[] {
  if (peers === "any") {
    const reached = metadataEndpoints(context)
      .map(({ text }) => text)
      .filter((text) => isReached(context, policy, text));
    return ports === "any" || reached.length === 0 ? [] : [{ at: rulePlace(policy, "egress", rule), reached }];
  }
  return peers.flatMap((peer, j) => {
    const isBlock = peer.type === "ipBlock" || peer.type === "networks";
    if (!isBlock || namesEndpoint(peer) !== undefined) return [];
    const reached = reachedBy(context, peer).filter((text) => isReached(context, policy, text));
    return reached.length === 0
      ? []
      : [{ at: peerPlace(policy, "egress", rule, j, ["ipBlock", "cidr"]), reached, block: peer }];
  });
}

function foundOf(context: RuleContext, policy: Policy, first: Opening, others: readonly Opening[]): Found {
  const by = first.block === undefined ? ": the rule names no peer" : ` (${blockText(first.block)})`;
  // At home or in a data center of one's own nothing may answer there.
  const isCloud = platformsOf(context).size > 0;
  return {
    at: first.at,
    ...(isCloud ? {} : { severity: "medium" }),
    message: `${nameOf(policy)} lets its pods reach the cloud metadata endpoint ${listText(first.reached)} on TCP 80${by}${isCloud ? "" : "; the input does not tell whether the cluster runs in a cloud"}`,
    affected: context.subjectsOf(policy),
    related: others
      .slice(0, relatedOpenings)
      .map(({ at, block }) =>
        relatedTo(at, `${block === undefined ? "a rule without peers" : blockText(block)} reaches it, too`),
      ),
    fix: fixOf(policy, [first, ...others]),
  };
}

function fixOf(policy: Policy, all: readonly Opening[]): Fix {
  const cidrs = [...new Set(all.flatMap(({ reached }) => reached))].map(singleCidr);
  const isWritable = all.every(({ block }) => block?.type === "ipBlock");
  if (policy.tier.decides === "first-match")
    return {
      kind: "manual",
      description: `Deny ${cidrs.length === 1 ? "it" : "them"} in a rule before this one: ${listText(cidrs)}.`,
    };
  if (!isNetworkPolicy(policy))
    return {
      kind: "manual",
      description: `Leave ${cidrs.length === 1 ? "it" : "them"} out by the except of a toCIDRSet, or deny ${cidrs.length === 1 ? "it" : "them"}: \`egressDeny: [{toCIDR: [${cidrs.join(", ")}]}]\`.`,
    };
  const words = isWritable
    ? `Leave ${cidrs.length === 1 ? "it" : "them"} out: \`except: [${cidrs.join(", ")}]\` in the ${all.length === 1 ? "ipBlock" : "ipBlocks, each of its family"}.`
    : `Name the destinations: an ipBlock that leaves out ${listText(cidrs)}.`;
  return {
    kind: isWritable ? "suggested" : "manual",
    description: `${words} Some network plugins do not apply it to metadata servers on the node: turn them off for pods at the cloud, too.`,
    ...(isWritable ? { changes: all.flatMap((opening) => changesOf(policy, opening)) } : {}),
  };
}

function blockText(block: IpBlockPeer | NetworksPeer): string {
  return block.type === "ipBlock" ? block.cidr : listText(block.cidrs);
}

function changesOf(policy: Policy, { at, reached, block }: Opening): readonly ObjectChange[] {
  const path = at.path.slice(0, -1);
  const cidrs = reached.map(singleCidr);
  if (block?.type !== "ipBlock" || block.except.length === 0)
    return [{ type: "put", object: policy.ref, path, key: "except", value: cidrs }];
  return cidrs.map((value) => ({ type: "append", object: policy.ref, path: [...path, "except"], value }));
}
