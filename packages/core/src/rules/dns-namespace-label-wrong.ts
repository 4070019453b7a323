import { editDistance } from "../lib/nearest.ts";
import type { Policy, Rule } from "../model/policy.ts";
import type { Requirement, Selector } from "../model/selector.ts";
import type { Said } from "../semantics/shared-specs.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { dnsAccesses } from "./support/dns-access.ts";
import { dnsServers } from "./support/dns-servers.ts";
import { requirementPath } from "./support/near-miss.ts";
import { peerPlace } from "./support/places.ts";
import { podPeers } from "./support/pod-peers.ts";
import { selectorValue } from "../answers/selector-value.ts";
import { withRequirement } from "./support/selector-value.ts";
import { nameOf, selectorText } from "./support/words.ts";

/** Flags a DNS rule whose namespaceSelector uses a label that the namespace of DNS is not bound to have. */
export const dnsNamespaceLabelWrong: RuleDefinition = defineRule({
  id: "dns-namespace-label-wrong",
  severity: "high",
  category: "reliability",
  title: "DNS rule with a wrong namespace label",
  needs: ["policies"],
  fix: "suggested",
  check(context, report) {
    const names = [...new Set(dnsServers(context).servers.map(({ namespace }) => namespace))];
    const mayBe = ({ rules }: Said): boolean => rules.egress.some((rule) => isForDns(rule, context));
    const policies = context.policiesWhere(context.networkPolicies, mayBe);
    for (const { policy, direction, ruleIndex, rule, peerIndex, peer } of podPeers(context, policies)) {
      if (direction !== "egress" || peer.namespaceSelector === undefined || !isForDns(rule, context)) continue;
      const wrong = wrongRequirement(context, peer.namespaceSelector, names);
      if (wrong === undefined) continue;
      report({
        at: peerPlace(policy, "egress", ruleIndex, peerIndex, [
          "namespaceSelector",
          ...requirementPath(peer.namespaceSelector, wrong.requirement),
        ]),
        message: messageOf(policy, peer.namespaceSelector, wrong),
        affected: context.subjectsOf(policy),
        fix: {
          kind: "suggested",
          description: `Select the namespace by \`${namespaceNameLabel}: ${wrong.meant}\`.`,
          changes: [
            {
              type: "set",
              object: policy.ref,
              path: peerPlace(policy, "egress", ruleIndex, peerIndex, ["namespaceSelector"]).path,
              value: selectorValue(
                withRequirement(peer.namespaceSelector, wrong.requirement, {
                  ...wrong.requirement,
                  key: namespaceNameLabel,
                  values: [wrong.meant],
                }),
              ),
            },
          ],
        },
      });
    }
  },
});

interface WrongRequirement {
  readonly requirement: Requirement;
  readonly meant: string;
  readonly isTypo: boolean;
}

/** The port of DNS is named: a rule for all ports is not about DNS. */
function isForDns({ ports }: Rule, context: RuleContext): boolean {
  const accesses = dnsAccesses(context);
  return (
    ports !== "any" &&
    ports.some(
      (port) =>
        port.type === "range" &&
        port.from === port.to &&
        (accesses.isDnsPort(port, "UDP") || accesses.isDnsPort(port, "TCP")),
    )
  );
}

/** What a selector gets wrong, unless a Namespace of the input has just these labels. */
function wrongRequirement(
  context: RuleContext,
  selector: Selector,
  names: readonly string[],
): WrongRequirement | undefined {
  const wrong = nameUnderOtherKey(selector, names) ?? misspeltName(context, selector, names);
  if (wrong === undefined) return undefined;
  return context.namespacesMatching(selector).some(({ namespace }) => namespace.declared) ? undefined : wrong;
}

function nameUnderOtherKey({ requirements }: Selector, names: readonly string[]): WrongRequirement | undefined {
  for (const requirement of requirements) {
    if (requirement.operator !== "In" || requirement.key === namespaceNameLabel) continue;
    const meant = names.find((name) => requirement.values.includes(name));
    if (meant !== undefined) return { requirement, meant, isTypo: false };
  }
  return undefined;
}

function misspeltName(
  context: RuleContext,
  { requirements }: Selector,
  names: readonly string[],
): WrongRequirement | undefined {
  const requirement = requirements.find(({ key, operator }) => key === namespaceNameLabel && operator === "In");
  const [written = ""] = requirement?.values ?? [];
  if (requirement?.values.length !== 1 || context.namespace(written) !== undefined) return undefined;
  const meant = names.find((name) => isMisspelt(written, name));
  return meant === undefined ? undefined : { requirement, meant, isTypo: true };
}

function isMisspelt(text: string, name: string): boolean {
  return text !== name && editDistance(text, name, 2) <= 2;
}

function messageOf(policy: Policy, selector: Selector, { meant, requirement, isTypo }: WrongRequirement): string {
  const start = `the DNS rule of ${nameOf(policy)} selects namespaces by ${selectorText(selector)}`;
  if (isTypo) return `${start}; did you mean \`${namespaceNameLabel}: ${meant}\`?`;
  return `${start}, but nothing guarantees the label ${requirement.key} on ${meant}: only ${namespaceNameLabel} is there in every cluster`;
}
