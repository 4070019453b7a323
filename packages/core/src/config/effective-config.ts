import { defaultAssessSettings } from "../assess/settings.ts";
import { compareStrings } from "../lib/compare.ts";
import type { IgnoreEntry } from "../findings/ignore-entry.ts";
import { type Assumptions, defaultAssumptions } from "../model/assumptions.ts";
import type { Severity } from "../answers/finding.ts";
import type { RuleConfig } from "./configured-rules.ts";
import type { RuleDefinition } from "../rules/define-rule.ts";
import { allRules } from "../rules/registry.ts";
import { type DnsSettings, type RuleOptionValue, dnsSettings } from "../rules/settings.ts";
import type { Config } from "./config.ts";

/** A configuration in which nothing is left to a default, but for what is not known of a cluster. */
export interface EffectiveConfig extends Omit<Config, "rules"> {
  readonly assumptions: Assumptions;
  readonly rules: Readonly<Record<string, RuleConfig | Severity | "off">>;
}

/** What `npa --print-config` shows: a configuration with all defaults. Its JSON is a configuration that means the same. */
export function effectiveConfig(config: Config): EffectiveConfig {
  const { ignore, rules = {}, ...rest } = config;
  return inOrder({
    defaultNamespace: "default",
    failOn: "high",
    ...defaultAssessSettings,
    ...rest,
    assumptions: { ...defaultAssumptions, ...config.assumptions },
    dns: effectiveDns(config.dns ?? {}),
    rules: Object.fromEntries(
      allRules.map((rule) => [
        rule.id,
        effectiveRule(rule, Object.hasOwn(rules, rule.id) ? rules[rule.id] : undefined),
      ]),
    ),
    ...(ignore === undefined ? {} : { ignore: ignore.map(withoutLocation) }),
  });
}

/** The same settings print the same bytes, wherever they come from. */
function inOrder(config: EffectiveConfig): EffectiveConfig {
  const entries = Object.entries(config).toSorted(([a], [b]) => compareStrings(a, b));
  return Object.fromEntries(entries) as unknown as EffectiveConfig; // the same entries
}

function effectiveDns(dns: DnsSettings): DnsSettings {
  const { nodeLocalAddress } = dns;
  const selectors = dnsSettings(dns).dns.map(({ namespace, labels, port }) => ({
    ...(namespace === undefined ? {} : { namespace }),
    labels,
    port,
  }));
  return { selectors, ...(nodeLocalAddress === undefined ? {} : { nodeLocalAddress }) };
}

function effectiveRule(rule: RuleDefinition, config: RuleConfig = {}): RuleConfig | Severity | "off" {
  const severity = config.severity ?? rule.severity;
  const presets = Object.entries(rule.options ?? {}).map(([name, { preset }]): [string, RuleOptionValue] => [
    name,
    preset,
  ]);
  return presets.length === 0 ? severity : { severity, options: { ...Object.fromEntries(presets), ...config.options } };
}

function withoutLocation({ location: _location, ...entry }: IgnoreEntry): IgnoreEntry {
  return entry;
}
