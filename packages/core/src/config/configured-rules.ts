import { type Severity, severities } from "../answers/finding.ts";
import type { RuleDefinition } from "../rules/define-rule.ts";
import type { RuleOptions } from "../rules/settings.ts";

/** What a configuration says of one rule. */
export interface RuleConfig {
  /** Instead of the rule's own; `off`: the rule is not run. */
  readonly severity?: Severity | "off";
  /** Settings of the rule's own, as its page has them. Absent: the defaults. */
  readonly options?: RuleOptions;
}

/** What a configuration says of rules, by their ids. */
export type RuleConfigs = Readonly<Record<string, RuleConfig>>;

/** The rules that a configuration leaves on, with the severities that it gives them. */
export function configuredRules(rules: readonly RuleDefinition[], configs: RuleConfigs): readonly RuleDefinition[] {
  return rules.flatMap((rule) => {
    const severity = configOf(configs, rule.id)?.severity;
    if (severity === "off") return [];
    return severity === undefined || severity === rule.severity ? [rule] : [withSeverity(rule, severity)];
  });
}

/** The options that a configuration sets, by rule. */
export function configuredOptions(configs: RuleConfigs): Readonly<Record<string, RuleOptions>> {
  return Object.fromEntries(
    Object.entries(configs).flatMap(([id, { options }]) => (options === undefined ? [] : [[id, options] as const])),
  );
}

function configOf(configs: RuleConfigs, id: string): RuleConfig | undefined {
  return Object.hasOwn(configs, id) ? configs[id] : undefined;
}

/** What the rule itself ranks otherwise in the circumstances stays as it is, but is no worse than what was configured. */
function withSeverity(rule: RuleDefinition, severity: Severity): RuleDefinition {
  const rank = rankOf(severity);
  return {
    ...rule,
    severity,
    worst: severity,
    check: (context, report, skip) =>
      rule.check(
        context,
        (found) => {
          const own = found.severity === undefined || found.severity === rule.severity;
          report(own || rankOf(found.severity) < rank ? { ...found, severity } : found);
        },
        skip,
      ),
  };
}

function rankOf(severity: Severity | undefined): number {
  return severity === undefined ? severities.length : severities.indexOf(severity);
}
