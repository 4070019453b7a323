import { groupBy } from "../lib/group-by.ts";
import type { Policy, Rule } from "../model/policy.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { allowingEntries, allowingRules } from "../semantics/rules-in-force.ts";
import type { Said } from "../semantics/shared-specs.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { isWithin } from "./support/destinations.ts";
import { isDnsOnly, mayMatch } from "./support/dns-access.ts";
import { type KnownDnsServer, dnsServers } from "./support/dns-servers.ts";
import { butDeniedByOthers, openedBy, openingPolicies } from "./support/opened.ts";
import { peerPlace, relatedTo, rulePlace } from "./support/places.ts";
import { isEveryPod } from "./support/wide-peers.ts";
import { widestRules } from "./support/widest-rules.ts";
import { nameOf, portsText } from "./support/words.ts";

/** Flags ingress from every pod of every namespace, or from everywhere. */
export const allNamespacesPeer: RuleDefinition = defineRule({
  id: "all-namespaces-peer",
  severity: "medium",
  category: "security",
  title: "Ingress from all namespaces",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const policy of context.policiesWhere(openingPolicies(context), isWide)) {
      const butDenied = policy.rules.ingress.some(({ action }) => action === "deny")
        ? " but for what it denies"
        : undefined;
      const found = [...allowingEntries(policy, "ingress")].flatMap(([i, rule]) => {
        const wide = widePeer(policy, i, rule);
        if (rule.unknown !== undefined || wide === undefined || servesDns(context, policy, rule)) return [];
        const opened = openedBy(context, policy, rule, "ingress", "pods");
        return opened === undefined ? [] : [{ ...wide, rule, opened }];
      });
      const widest = [...groupBy(found, ({ from }) => from).values()].flatMap((alike) => widestRules(alike));
      for (const { widest: one, others } of widest) {
        const { at, from, rule, opened } = one;
        const but = butDenied ?? (opened.isPart ? butDeniedByOthers : "");
        report({
          at,
          message: `${nameOf(policy)} admits ${from}${but} on ${portsText(rule.ports)}`,
          affected: opened.pods,
          related: others.map((other) => relatedTo(other.at, "so does this rule, on no more ports")),
          fix: { kind: "manual", description: advice },
        });
      }
    }
  },
});

function isWide(said: Said): boolean {
  return allowingRules(said, "ingress").some(({ peers }) => peers === "any" || peers.some(isEveryPod));
}

const advice =
  "Name the namespaces, pods or addresses that are to connect. Where everybody has to, as to a webhook that the API server calls, suppress the finding and say why.";

/** DNS is there for everybody. */
function servesDns(context: RuleContext, policy: Policy, rule: Rule): boolean {
  if (!isDnsOnly(rule, context)) return false;
  const { classes, assumed, servers } = dnsServers(context);
  if (assumed) return servers.some((server) => maySelect(policy, server));
  const subjects = context.subjectsOf(policy);
  return subjects.size > 0 && isWithin(subjects, classes);
}

/** Whether a policy may select a server of which only its namespace and some labels are known. */
function maySelect({ namespace, subject }: Policy, server: KnownDnsServer): boolean {
  if (namespace !== undefined) return namespace === server.namespace;
  const { namespaceSelector, podSelector } = subject;
  return (
    mayMatch(namespaceSelector, { [namespaceNameLabel]: server.namespace }) && mayMatch(podSelector, server.labels)
  );
}

function widePeer(
  policy: Policy,
  rule: number,
  { peers, written }: Rule,
): { readonly at: ReturnType<typeof rulePlace>; readonly from: string } | undefined {
  if (peers === "any")
    return {
      at: rulePlace(policy, "ingress", rule),
      from: `every pod and every address${written === undefined ? " (the rule names no peer)" : ""}`,
    };
  const wide = peers.findIndex(isEveryPod);
  if (wide < 0) return undefined;
  return { at: peerPlace(policy, "ingress", rule, wide), from: "every pod of every namespace" };
}
