import type { Direction } from "../../model/policy.ts";
import type { RuleContext } from "../context.ts";
import type { ReportFound } from "../define-rule.ts";
import { type CountsAsOpen, type InternetOpening, internetOpenings } from "./internet.ts";
import { relatedTo } from "./places.ts";
import { listText, nameOf, portsText } from "./words.ts";

const relatedParts = 10;

/** Reports policies that open the whole public internet in a direction. */
export function reportInternetOpen(
  direction: Direction,
  counts: CountsAsOpen,
  context: RuleContext,
  report: ReportFound,
): void {
  for (const facts of context.namespaces) {
    for (const opening of internetOpenings(context, facts, direction, counts)) {
      const [widest, ...others] = opening.parts;
      if (widest === undefined) continue;
      report({
        at: widest.at,
        message: messageOf(opening, direction),
        affected: opening.classes,
        related: others
          .slice(0, relatedParts)
          .map((part) => relatedTo(part.at, `${part.cidr ?? "a rule without peers"} takes part`)),
      });
    }
  }
}

function messageOf({ families, parts }: InternetOpening, direction: Direction): string {
  const policies = [...new Set(parts.map(({ policy }) => policy))];
  const whole = families.map((family) => `IPv${family}`).join(" and ");
  const by = [...new Set(parts.map(({ cidr }) => cidr ?? "a rule without peers"))];
  const ports = [...new Set(parts.map(({ rule }) => portsText(rule.ports)))];
  const verb = policies.length === 1 ? "opens" : "together open";
  const traffic = direction === "ingress" ? "ingress from" : "egress to";
  return `${listText(policies.map(nameOf))} ${verb} ${traffic} the whole ${whole} internet (${listText(by)}) on ${listText(ports)}`;
}
