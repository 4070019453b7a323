import type { Workload } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import { contains } from "../sets/interval-set.ts";
import type { RuleContext } from "./context.ts";
import { type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import { type ApiServer, apiServers, reachesApiServer } from "./support/api-servers.ts";
import { ipBlocks, isWholeFamily } from "./support/ip-blocks.ts";
import { peerPlace } from "./support/places.ts";
import { holdsPort } from "./support/ports.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags blocks that let pods reach the API server which have no token for it: they have no use for it, and an attacker in them has. */
export const apiserverReachable: RuleDefinition = defineRule({
  id: "apiserver-reachable",
  severity: "low",
  category: "security",
  title: "API server reachable by pods without a token",
  needs: ["workloads", "api-server"],
  fix: "none",
  check(context, report) {
    for (const policy of context.networkPolicies) {
      const opening = openingOf(context, policy);
      if (opening === undefined) continue;
      const { at, cidr, server, workloads } = opening;
      const affected = workloads.map(({ id }) => id).toSorted();
      report({
        at,
        message: `${nameOf(policy)} lets ${listText(affected)} reach the API server at ${server.text} (${cidr}), for which ${affected.length === 1 ? "it has" : "they have"} no token`,
        affected,
        fix: { kind: "manual", description: `Leave the API server out of ${cidr} for pods that do not need it.` },
      });
    }
  },
});

interface Opening {
  readonly at: Place;
  readonly cidr: string;
  readonly server: ApiServer;
  readonly workloads: readonly Workload[];
}

/** The first block of a policy through which pods without a token reach the API server. Blocks for everywhere are `internet-egress-open`'s. */
function openingOf(context: RuleContext, policy: Policy): Opening | undefined {
  for (const { direction, ruleIndex, rule, peerIndex, peer } of ipBlocks(policy)) {
    if (direction !== "egress" || isWholeFamily(peer)) continue;
    const server = context
      .once(apiServers)
      .find(({ address, port }) => contains(peer.addresses, address) && holdsPort(rule.ports, "TCP", port));
    if (server === undefined) continue;
    const workloads = withoutToken(context, policy, server);
    if (workloads.length === 0) continue;
    const at = peerPlace(policy, direction, ruleIndex, peerIndex, ["ipBlock", "cidr"]);
    return { at, cidr: peer.cidr, server, workloads };
  }
  return undefined;
}

function withoutToken(context: RuleContext, policy: Policy, server: ApiServer): readonly Workload[] {
  const members = context
    .subjectsOf(policy)
    .toArray()
    .filter((id) => reachesApiServer(context, id, server))
    .flatMap((id) => context.reachability.podClass(id)?.members ?? []);
  const workloads = new Set(members.map(({ workload }) => workload));
  return [...workloads].filter(({ groups }) => groups.every(({ mountsToken }) => mountsToken === false));
}
