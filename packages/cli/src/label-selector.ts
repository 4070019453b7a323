import { UsageError } from "@npa/core";
import { printable } from "@npa/core/internal";

/** Whether labels match. */
export type LabelMatcher = (labels: Readonly<Record<string, string>>) => boolean;

const key = String.raw`(?<key>\w(?:[\w./-]*\w)?)`;
const equality = new RegExp(String.raw`^${key}\s*(?<operator>==?|!=)\s*(?<value>[\w.-]*)$`);
const membership = new RegExp(String.raw`^${key}\s+(?<operator>in|notin)\s*\(\s*(?<list>[\w., -]*)\s*\)$`);
const existence = new RegExp(String.raw`^(?<operator>!?)\s*${key}$`);

/** Reads a label selector as kubectl's `-l` takes it: `app=web,tier!=db,env in (a,b),!canary`. Throws a UsageError. */
export function parseLabelSelector(text: string): LabelMatcher {
  const matchers = requirements(text).map((part) => {
    const matcher = parseRequirement(part.trim());
    if (matcher !== undefined) return matcher;
    throw new UsageError(
      `-l ${printable(text)}: write a label selector like app=web, tier!=db, "env in (a,b)", app or '!app', joined by commas`,
    );
  });
  return (labels) => matchers.every((matches) => matches(labels));
}

/** Split at the commas that are in no parentheses. */
function requirements(text: string): readonly string[] {
  return text.split(/,(?![^()]*\))/);
}

function parseRequirement(part: string): LabelMatcher | undefined {
  const { groups: equal } = equality.exec(part) ?? {};
  if (equal !== undefined) return oneOf(equal["key"], [equal["value"] ?? ""], equal["operator"] === "!=");
  const { groups: member } = membership.exec(part) ?? {};
  if (member !== undefined) {
    const values = (member["list"] ?? "").split(",").map((value) => value.trim());
    return oneOf(member["key"], values, member["operator"] === "notin");
  }
  const { groups: exists } = existence.exec(part) ?? {};
  if (exists === undefined) return undefined;
  const { key: name = "", operator } = exists;
  return (labels) => Object.hasOwn(labels, name) === (operator === "");
}

/** "!= and notin match objects without the key as well" (labels and selectors). */
function oneOf(name = "", values: readonly string[], negated: boolean): LabelMatcher {
  return (labels) => {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    return (value !== undefined && values.includes(value)) !== negated;
  };
}
