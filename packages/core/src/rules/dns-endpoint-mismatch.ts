import type { Policy } from "../model/policy.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { ClassSet } from "../reachability/class-set.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { compareTiers } from "../semantics/tiers.ts";
import type { NamespaceFacts, RuleContext } from "./context.ts";
import { type Place, type RuleDefinition, defineRule } from "./define-rule.ts";
import { type DnsEndpoint, dnsEndpoints, dnsPort } from "./support/dns-endpoints.ts";
import { addedRule, dnsPorts } from "./support/rule-changes.ts";
import { portPlace, rulePlace } from "./support/places.ts";
import { holdsPort } from "./support/ports.ts";
import { helpersOf, subjectsBeyond } from "./support/shared-subjects.ts";
import { UnknownNamespaces, unknownPolicies } from "./support/unevaluated.ts";
import { nameOf } from "./support/words.ts";

/** Flags DNS that is allowed where it does not listen: at another port of its pods, or not at the cache on the node. */
export const dnsEndpointMismatch: RuleDefinition = defineRule({
  id: "dns-endpoint-mismatch",
  severity: "high",
  category: "reliability",
  title: "DNS allowed where it does not listen",
  needs: ["policies"],
  fix: "suggested",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    for (const endpoint of dnsEndpoints(context)) {
      for (const facts of context.namespaces) {
        const believed = believedIn(facts, endpoint);
        if (believed.length === 0) continue;
        const reaching = helpersOf(
          context,
          facts.policies.filter((policy) => reaches(policy, endpoint)),
        );
        for (const { policy, at } of believed) {
          const beyond = subjectsBeyond(context, policy, reaching);
          const affected = beyond && withoutOthers(context, policy, beyond, endpoint);
          if (affected === undefined) continue;
          const reason = unknownPolicies(context, facts.name, "allows", "egress");
          if (reason !== undefined) {
            unknown.add(reason, facts.name);
            continue;
          }
          report({
            at,
            message: `${nameOf(policy)} allows UDP ${dnsPort} to the DNS pods, but ${endpoint.text}, and no policy of its pods allows that: names will not resolve`,
            affected,
            fix: {
              kind: "suggested",
              description: endpoint.advice,
              changes: [addedRule(policy, "egress", { to: endpoint.peers(), ports: dnsPorts([endpoint.port]) })],
            },
          });
        }
      }
    }
    unknown.tell(skip);
  },
});

/** Of some pods of a policy those that no policy of another kind, asked before or with it, lets reach DNS either; undefined where that is nobody. */
function withoutOthers(
  context: RuleContext,
  { tier }: Policy,
  pods: ClassSet,
  endpoint: DnsEndpoint,
): ClassSet | undefined {
  if (pods.size === 0 || context.otherPolicies.length === 0) return pods;
  const { reachability } = context;
  const left = pods
    .toArray()
    .filter(
      (id) =>
        !reachability
          .policiesOf(id, "egress")
          .some((other) => !isNetworkPolicy(other) && compareTiers(other.tier, tier) <= 0 && reaches(other, endpoint)),
    );
  return left.length === 0 ? undefined : ClassSet.fromSorted(left);
}

interface Believed {
  readonly policy: Policy;
  readonly at: Place;
}

/** The policies that open UDP 53 to the pods of DNS by their labels, and where they say so. */
function believedIn({ policies }: NamespaceFacts, endpoint: DnsEndpoint): readonly Believed[] {
  return policies.flatMap((policy) => {
    for (const [i, { peers, ports }] of allowingRules(policy, "egress").entries()) {
      if (peers === "any" || !holdsPort(ports, "UDP", dnsPort)) continue;
      if (!peers.some((peer) => endpoint.isMeantBy(policy, peer))) continue;
      const port = ports === "any" ? -1 : ports.findIndex((each) => holdsPort([each], "UDP", dnsPort));
      return [{ policy, at: port < 0 ? rulePlace(policy, "egress", i) : portPlace(policy, "egress", i, port) }];
    }
    return [];
  });
}

/** Whether a policy opens the place where DNS does listen. An ipBlock may be the Service's address or the node's. */
function reaches(policy: Policy, endpoint: DnsEndpoint): boolean {
  return allowingRules(policy, "egress").some(({ peers, ports }) => {
    // A name is resolved by the pods of DNS themselves.
    const isNamed = ports !== "any" && ports.some(({ type, protocol }) => type === "named" && protocol === "UDP");
    const opens = isNamed || holdsPort(ports, "UDP", endpoint.port);
    if (peers === "any") return opens;
    if (
      peers.some(({ type }) => type === "ipBlock" || type === "networks") &&
      (opens || holdsPort(ports, "UDP", dnsPort))
    )
      return true;
    return opens && !endpoint.onNode && peers.some((peer) => endpoint.isMeantBy(policy, peer));
  });
}
