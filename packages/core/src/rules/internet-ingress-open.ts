import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportInternetOpen } from "./support/internet-findings.ts";

/** Flags ipBlocks that together let the whole public internet in. Rules without peers are `all-namespaces-peer`'s. */
export const internetIngressOpen: RuleDefinition = defineRule({
  id: "internet-ingress-open",
  severity: "high",
  category: "security",
  title: "Ingress from the whole internet",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    reportInternetOpen("ingress", () => false, context, { report, skip });
  },
});
