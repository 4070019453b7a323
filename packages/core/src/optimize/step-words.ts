import type { Policy } from "../model/policy.ts";

/** `shop/web`. */
export function nameText({ ref: { namespace, name } }: Policy): string {
  return namespace === undefined ? name : `${namespace}/${name}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function namesText(names: readonly string[]): string {
  const distinct = [...new Set(names)];
  return distinct.length < 2 ? distinct.join("") : `${distinct.slice(0, -1).join(", ")} and ${distinct.at(-1)}`;
}

const shown = 4;

/** The same of the first few: `a, b, c, d and 6 more`. */
export function firstNames(names: readonly string[]): string {
  const rest = names.length - shown;
  return rest > 1 ? `${names.slice(0, shown).join(", ")} and ${rest} more` : namesText(names);
}
