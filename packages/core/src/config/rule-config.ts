import { type Severity, severities } from "../answers/finding.ts";
import type { RuleConfig, RuleConfigs } from "./configured-rules.ts";
import type { RuleDefinition, RuleOption } from "../rules/define-rule.ts";
import { allRules } from "../rules/registry.ts";
import type { RuleOptionValue, RuleOptions } from "../rules/settings.ts";
import { type ConfigNode, type Reader, eachOf, recordOf, shown, unknownName, unknownValue } from "./config-node.ts";
import { integerFrom, listOf, textOf } from "./values.ts";

/** Reads `rules`: severities and options by rule. */
export function ruleConfigsOf(node: ConfigNode): RuleConfigs {
  return Object.fromEntries(
    eachOf(node.entries(), ([id, child]): readonly [string, RuleConfig] => {
      const rule = allRules.find((each) => each.id === id);
      if (rule === undefined) throw child.mistake(unknownRule(id), "key");
      return [id, ruleConfigOf(child, rule)];
    }),
  );
}

/** The id of a rule. */
export function ruleIdOf(node: ConfigNode): string {
  const id = textOf(node);
  if (!allRules.some((rule) => rule.id === id)) throw node.mistake(unknownRule(id));
  return id;
}

function unknownRule(id: string): string {
  return unknownName(
    "rule",
    id,
    allRules.map((rule) => rule.id),
  );
}

function ruleConfigOf(node: ConfigNode, rule: RuleDefinition): RuleConfig {
  const { value } = node;
  if (value === null || typeof value !== "object" || Array.isArray(value)) return { severity: severityOf(node) };
  return recordOf<RuleConfig>(node, { severity: severityOf, options: (child) => optionsOf(child, rule) }, "key");
}

/** `off` without quotes is a boolean for kubectl's YAML, so `false` means the same. */
function severityOf(node: ConfigNode): Severity | "off" {
  const { value } = node;
  if (value === false || value === "off") return "off";
  const severity = severities.find((each) => each === value);
  if (severity !== undefined) return severity;
  const known = [...severities, "off"];
  if (typeof value === "string") throw node.mistake(unknownValue("severity", value, known));
  throw node.mistake(`write ${known.join(", ")}, not ${shown(value)}`);
}

function optionsOf(node: ConfigNode, { id, options = {} }: RuleDefinition): RuleOptions {
  if (Object.keys(options).length === 0) throw node.mistake(`the rule ${id} has no options`, "key");
  const readers = Object.fromEntries(Object.entries(options).map(([name, option]) => [name, optionReader(option)]));
  return recordOf<Record<string, RuleOptionValue>>(node, readers, "option") as RuleOptions; // absent ones are left out
}

function optionReader({ preset }: RuleOption): Reader<RuleOptionValue> {
  if (typeof preset === "number") return integerFrom(0);
  return preset.every((item) => typeof item === "number") && preset.length > 0
    ? listOf(integerFrom(0))
    : listOf(textOf);
}
