import type { Policy, Rule } from "../model/policy.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { butDeniedByOthers, type Opened, openedBy } from "./support/opened.ts";
import { rulePlace } from "./support/places.ts";
import { nameOf, portsText } from "./support/words.ts";

/** Every cluster has them, also where no manifest shows them. */
const alwaysThere = new Set(["Service default/kubernetes", "Service kube-system/kube-dns"]);

/** Flags `toServices` beside ports that Cilium cannot resolve: what is left of the entry is its ports, with everybody. */
export const serviceOpensEveryDestination: RuleDefinition = defineRule({
  id: "service-opens-every-destination",
  severity: "high",
  category: "security",
  concern: "defect",
  title: "Unresolved Service means every destination",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    const { live } = context.cluster;
    for (const policy of context.othersOfUnion)
      for (const [rule, { action, written, ports }] of policy.applies.egress ? policy.rules.egress.entries() : []) {
        if (written?.unresolved === undefined || ports === "any") continue;
        const on = portsText(ports);
        const isDeny = action === "deny";
        if (!isDeny && !live && alwaysThere.has(written.unresolved)) continue;
        const opened = isDeny ? [] : openedToAny(context, policy, policy.rules.egress[rule]);
        if (opened === undefined) continue;
        const but = opened.some(({ isPart }) => isPart) ? butDeniedByOthers : "";
        const where = live ? "the cluster" : "the input";
        report({
          at: rulePlace(policy, "egress", rule),
          ...(isDeny || live ? {} : { severity: "medium" }),
          message: isDeny
            ? `${nameOf(policy)} denies ${written.unresolved} on ${on}, and Cilium resolves no Service in a deny: every destination on these ports is denied`
            : `${nameOf(policy)} allows ${written.unresolved} on ${on}, of which ${where} has neither pods nor addresses: as long as Cilium finds none, the rule allows every destination on these ports${but}`,
          affected: context.subjectsOf(policy),
          fix: {
            kind: "manual",
            description: isDeny
              ? "Name the pods by toEndpoints, or the addresses by toCIDR."
              : `Name the pods by toEndpoints, or leave toPorts out: then an unresolved Service allows nothing${live ? "" : "; or hand npa the Service, and the EndpointSlices of one without a selector"}.`,
          },
        });
      }
  },
});

/** What of pods and of addresses outside a rule opens that names everybody; undefined where other policies deny all of it. */
function openedToAny(context: RuleContext, policy: Policy, rule: Rule | undefined): readonly Opened[] | undefined {
  if (rule === undefined) return undefined;
  const found = (["pods", "internet"] as const).map((among) => openedBy(context, policy, rule, "egress", among));
  const opened = found.filter((each) => each !== undefined);
  return opened.length === 0 ? undefined : opened.length === found.length ? opened : opened.map(ofPart);
}

function ofPart(opened: Opened): Opened {
  return { ...opened, isPart: true };
}
