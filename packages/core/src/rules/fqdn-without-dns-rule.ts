import type { DomainsPeer, Policy } from "../model/policy.ts";
import { type ClassId, ClassSet } from "../reachability/class-set.ts";
import { exampleOf } from "../semantics/dns-names.ts";
import { limitAllows } from "../semantics/requests.ts";
import { difference } from "../sets/interval-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { uniteSets } from "./support/class-sets.ts";
import { allDnsGaps } from "./support/dns-subjects.ts";
import { peerPlace } from "./support/places.ts";
import { knownClasses } from "./support/tiers.ts";
import { UnknownNamespaces } from "./support/unevaluated.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags `toFQDNs` for pods whose look-ups Cilium's DNS proxy does not see: it never learns the addresses behind the names. */
export const fqdnWithoutDnsRule: RuleDefinition = defineRule({
  id: "fqdn-without-dns-rule",
  severity: "high",
  category: "reliability",
  title: "Names whose look-ups Cilium does not see",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const unknown = new UnknownNamespaces();
    for (const policy of context.otherPolicies) {
      for (const [rule, { peers, action }] of policy.applies.egress ? policy.rules.egress.entries() : []) {
        if (peers === "any" || action !== "allow") continue;
        for (const [place, peer] of peers.entries()) {
          const unseen =
            peer.type === "domains" && peer.stars !== undefined ? unseenOf(context, policy, peer) : undefined;
          if (unseen === undefined) continue;
          // Of pods that may not ask DNS at all missing-dns-egress speaks.
          const asking = withoutGaps(context, policy, unseen.classes);
          const known = asking && knownClasses(context, asking, "allows", "egress", unknown);
          if (known === undefined) continue;
          if (known.size === 0 && unseen.classes.size > 0) continue;
          report({
            at: peerPlace(policy, "egress", rule, place),
            message: `${nameOf(policy)} allows ${listText(unseen.names)} by name, and no dns rule lets its pods look ${unseen.names.length === 1 ? "it" : "them"} up through Cilium's DNS proxy: the addresses are never learnt, so nothing is allowed`,
            affected: known,
            fix: {
              kind: "manual",
              description:
                'Write `rules: {dns: [{matchPattern: "*"}]}`, or the names, beside the port in the rule that allows port 53 to the DNS pods.',
            },
          });
        }
      }
    }
    unknown.tell(skip);
  },
});

/** The pods of some that may ask DNS; undefined where there are none. */
function withoutGaps(context: RuleContext, policy: Policy, classes: ClassSet): ClassSet | undefined {
  const gaps = allDnsGaps(context, "UDP");
  if (classes.size === 0) return gaps.some((gap) => gap.policy === policy) ? undefined : classes;
  const left = difference(classes.boundaries, uniteSets(gaps.map((gap) => gap.classes)).boundaries);
  return left.length === 0 ? undefined : ClassSet.of(left);
}

/** The pods that are isolated and may not look names up through the proxy, and which names those are; undefined where there are none. */
function unseenOf(
  context: RuleContext,
  policy: Policy,
  { names, stars }: DomainsPeer,
): { readonly classes: ClassSet; readonly names: readonly string[] } | undefined {
  const subjects = context.subjectsOf(policy);
  const { reachability } = context;
  if (subjects.size === 0) {
    if (!policy.isolates.egress || context.reachability.possibleSubjects(policy).size > 0) return undefined;
    const others = context.cluster.policies.filter(
      ({ namespace, applies }) => applies.egress && (namespace === undefined || namespace === policy.namespace),
    );
    const left = names.filter((name) => !isSeen(others, name, stars));
    return left.length === 0 ? undefined : { classes: ClassSet.empty, names: left };
  }
  const unseen = new Set<string>();
  const classes: ClassId[] = [];
  subjects.forEach((id) => {
    if (!reachability.isIsolated(id, "egress")) return;
    const policies = reachability.policiesOf(id, "egress", "possible");
    const left = names.filter((name) => !isSeen(policies, name, stars));
    if (left.length > 0) classes.push(id);
    for (const name of left) unseen.add(name);
  });
  return classes.length === 0 ? undefined : { classes: ClassSet.fromSorted(classes), names: [...unseen] };
}

/** Whether some rule has look-ups of a name, or of one that a pattern matches, go through the proxy. */
function isSeen(policies: readonly Policy[], pattern: string, stars: DomainsPeer["stars"]): boolean {
  const name = exampleOf(pattern, "name", stars);
  return policies.some(({ rules }) =>
    rules.egress.some(
      ({ requests, action }) =>
        action === "allow" && requests !== undefined && limitAllows(requests, { type: "dns", name }) !== "no",
    ),
  );
}
