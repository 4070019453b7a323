import { severities } from "../answers/finding.ts";
import { checkList, describedValue } from "../lib/check-argument.ts";
import { UsageError } from "../lib/usage-error.ts";
import { type Assumptions, assumptionValues } from "../model/assumptions.ts";
import { readsOpenAssumption } from "../semantics/open-assumptions.ts";
import type { AnalyzeOptions } from "./analyze.ts";
import type { ConnectivityOptions } from "./connectivity.ts";

type Fields = Readonly<Record<string, unknown>>;

/** Throws a TypeError for options of another shape than TypeScript would take, and a UsageError for assumptions that there are not. */
export function checkConnectivityOptions(options: ConnectivityOptions): void {
  const { namespaces, podCidrs, assumptions } = fieldsOf(options);
  checkOptionalList("namespaces", namespaces, "names");
  checkOptionalList("podCidrs", podCidrs, "CIDRs");
  for (const [key, value] of Object.entries(assumptions === undefined ? {} : fieldsOf(assumptions, "assumptions")))
    checkAssumption(key, value);
}

/** The same for what an analysis takes beside it. */
export function checkAnalyzeOptions(options: AnalyzeOptions): void {
  const { timestamp, today, rules, customRules, ignore, tiers, baseline } = fieldsOf(options);
  for (const [name, value] of Object.entries({ timestamp, today }))
    if (value !== undefined && typeof value !== "string")
      throw new TypeError(`${name} takes a text like 2027-01-31T12:00:00Z, not ${describedValue(value)}`);
  checkOptionalList("customRules", customRules, "rules, as defineRule gives them");
  checkOptionalList("ignore", ignore, "{ rule, reason }");
  checkOptionalList("tiers", tiers, "tiers");
  if (baseline !== undefined)
    checkOptionalList("baseline.findings", fieldsOf(baseline, "baseline")["findings"] ?? null, "entries");
  if (rules === undefined || Array.isArray(rules)) return;
  for (const [id, config] of Object.entries(fieldsOf(rules, "rules"))) checkRuleConfig(id, config);
}

function checkRuleConfig(id: string, config: unknown): void {
  const takes = `rules[${JSON.stringify(id)}] takes { severity, options }`;
  if (typeof config !== "object" || config === null) throw new TypeError(`${takes}, not ${describedValue(config)}`);
  const { severity } = config as Fields; // only looked at
  if (severity !== undefined && severity !== "off" && !severities.some((each) => each === severity))
    throw new TypeError(`${takes}: severity is one of ${severities.join(", ")}, off`);
}

function checkAssumption(key: string, value: unknown): void {
  if (!Object.hasOwn(assumptionValues, key))
    throw new UsageError(
      `there is no assumption ${JSON.stringify(key)}; there are ${Object.keys(assumptionValues).join(", ")}`,
    );
  const values: readonly unknown[] = assumptionValues[key as keyof typeof assumptionValues]; // it has the key
  if (typeof value === "string" && !values.includes(value) && readsOpenAssumption(key as keyof Assumptions, value))
    return;
  if (value !== undefined && !values.includes(value))
    throw new UsageError(`the assumption ${key} is one of ${values.join(", ")}, not ${describedValue(value)}`);
}

function checkOptionalList(name: string, value: unknown, items: string): void {
  if (value !== undefined) checkList(name, value, items);
}

function fieldsOf(value: unknown, name = "options"): Fields {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new TypeError(`${name} takes an object, not ${describedValue(value)}`);
  return value as Fields; // an object, only looked at
}
