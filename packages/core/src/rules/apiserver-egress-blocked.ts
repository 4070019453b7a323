import type { Peer, Policy, Rule } from "../model/policy.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { allowingEntries } from "../semantics/rules-in-force.ts";
import { parseAddress } from "../sets/address.ts";
import type { RuleContext } from "./context.ts";
import { type Found, type RuleDefinition, defineRule } from "./define-rule.ts";
import { apiServers } from "./support/api-servers.ts";
import { peerPlace, policyPlace } from "./support/places.ts";
import { knownClasses } from "./support/tiers.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { nameOf } from "./support/words.ts";
import { hasEntries } from "../semantics/entries.ts";

/** Flags pods that use the API server and that policies of Cilium keep from it: it is an entity there, and the address of its Service is none of its own. */
export const apiserverEgressBlocked: RuleDefinition = defineRule({
  id: "apiserver-egress-blocked",
  severity: "high",
  category: "reliability",
  title: "API server not let through",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    const policies = context.unionPolicies.filter(hasEntries);
    for (const policy of policies) for (const found of byServiceAddress(context, policy)) report(found);
    const told = new Set<ClassId>();
    for (const policy of policies) {
      const cut = policy.isolates.egress ? cutOff(context, policy).filter((id) => !told.has(id)) : [];
      if (cut.length === 0) continue;
      for (const id of cut) told.add(id);
      const known = knownClasses(context, ClassSet.fromSorted(cut), "allows", "egress", unknown);
      if (known.size === 0) continue;
      const path = policy.rules.egress[0]?.written?.path.slice(0, -1) ?? ["spec"];
      report({
        at: policyPlace(policy, path, "key"),
        message: `${nameOf(policy)} isolates egress of pods that a binding gives a role, and no rule lets them reach the API server, which no selector of pods matches`,
        affected: known,
        fix: { kind: "manual", description: advice },
      });
    }
    unknown.tell(skip);
  },
});

const advice = "Allow `toEntities: [kube-apiserver]`, on the port that it listens on: 443 or, on the nodes, 6443.";

/** The first address of the ranges of Services that installers take: the Service `kubernetes` has it. */
const usualServiceAddresses: ReadonlySet<string> = new Set([
  "10.96.0.1",
  "10.43.0.1",
  "10.100.0.1",
  "172.20.0.1",
  "10.152.183.1",
  "10.233.0.1",
]);

/** Blocks of one address that is the Service's: policies see where it leads. */
function byServiceAddress(context: RuleContext, policy: Policy): readonly Found[] {
  const found: Found[] = [];
  // Beside what lets them through it does no harm.
  const [subject] = context.subjectsOf(policy).toArray();
  const beside = subject === undefined ? [policy] : context.reachability.policiesOf(subject, "egress", "possible");
  if (beside.some((other) => mayReach(context, other))) return found;
  for (const [index, { peers, ports, unknown }] of allowingEntries(policy, "egress")) {
    if (peers === "any" || unknown !== undefined) continue;
    for (const [place, peer] of peers.entries()) {
      const address = serviceAddress(context, peer, ports);
      if (address === undefined) continue;
      found.push({
        at: peerPlace(policy, "egress", index, place),
        message: `${nameOf(policy)} allows ${address}, the address of the Service kubernetes: Cilium sees where it leads, the API server itself, and the rule never matches`,
        affected: context.subjectsOf(policy),
        fix: { kind: "manual", description: advice },
      });
    }
  }
  return found;
}

function serviceAddress(context: RuleContext, peer: Peer, ports: Rule["ports"]): string | undefined {
  if (peer.type !== "networks" || peer.asCidr !== true) return undefined;
  const [first, end, more] = peer.addresses;
  if (first === undefined || end !== first + 1n || more !== undefined) return undefined;
  const text = peer.cidrs[0]?.replace(/[/].*$/, "") ?? "";
  const { clusterIPs: known = [] } =
    context.cluster.services.find(({ namespace, name }) => namespace === "default" && name === "kubernetes") ?? {};
  if (known.some((each) => parseAddress(each)?.address === first)) return text;
  // Where the API server is said to listen there, it does.
  if (context.once(apiServers).some(({ address }) => address === first) || known.length > 0) return undefined;
  const isOnPort =
    ports !== "any" && ports.some((port) => port.type === "range" && (port.from === 443 || port.from === 6443));
  return usualServiceAddresses.has(text) && isOnPort ? text : undefined;
}

/** The pods of a policy that use the API server, of which no rule allows anything but pods and names. */
function cutOff(context: RuleContext, policy: Policy): readonly ClassId[] {
  return context
    .subjectsOf(policy)
    .toArray()
    .filter((id) => {
      const members = context.reachability.podClass(id)?.members ?? [];
      const usesIt = members.some(({ workload }) =>
        workload.groups.some(({ hasRole, mountsToken }) => hasRole === true && mountsToken !== false),
      );
      if (!usesIt || !context.reachability.isIsolated(id, "egress")) return false;
      return !context.reachability.policiesOf(id, "egress", "possible").some((other) => mayReach(context, other));
    });
}

function mayReach(context: RuleContext, policy: Policy): boolean {
  return [...allowingEntries(policy, "egress")].some(
    ([, { peers, ports }]) =>
      peers === "any" ||
      peers.some(
        (peer) => peer.type !== "pods" && peer.type !== "domains" && serviceAddress(context, peer, ports) === undefined,
      ),
  );
}
