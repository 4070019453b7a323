import { directions, type Direction, type Policy, type Rule } from "../model/policy.ts";
import { type Authentication, authentication } from "../model/requests.ts";

/**
 * Policies where agents authenticate, or do not: "policy enforcement will still block requests that require authentication". All that
 * a rule is about which requires it must be authenticated, whatever else allows it, but where a narrower rule says that it need not:
 * which is narrower is not decided. Where agents authenticate, those who are not are kept apart, as what passes is some requests.
 */
export function underAuthentication(policies: readonly Policy[], authenticates: boolean): readonly Policy[] {
  const has = (modes: readonly Authentication[]): boolean =>
    policies.some((policy) =>
      directions.some((direction) =>
        policy.rules[direction].some((rule) => rule.authentication && modes.includes(rule.authentication)),
      ),
    );
  if (!has(["required", "test-always-fail"])) return policies;
  const isSure = !has(["disabled"]);
  const isApart = ({ action, authentication: mode }: Rule): boolean =>
    action === "deny" && mode === "required" && authenticates;
  const decided = (rule: Rule): Rule => {
    if (rule.action === "deny" && rule.authentication !== undefined)
      return isSure ? rule : { ...rule, unknown: rule.unknown ?? "whether a narrower rule leaves out authentication" };
    return !authenticates && needsAuthentication(rule) ? { ...rule, placeholder: true } : rule;
  };
  return policies.map((policy): Policy => {
    const rules = inBoth((direction) => policy.rules[direction].filter((rule) => !isApart(rule)).map(decided));
    const unauthenticated = inBoth((direction) => policy.rules[direction].filter(isApart).map(decided));
    const isAny = directions.some((direction) => unauthenticated[direction].length > 0);
    return { ...policy, rules, ...(isAny ? { unauthenticated } : {}) };
  });
}

function inBoth(rulesOf: (direction: Direction) => readonly Rule[]): Readonly<Record<Direction, readonly Rule[]>> {
  return { ingress: rulesOf("ingress"), egress: rulesOf("egress") };
}

function needsAuthentication({ requests = [] }: Rule): boolean {
  return requests.some((each) => each.type === "other" && each.what === authentication);
}
