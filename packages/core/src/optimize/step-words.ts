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

/** Why a part is not taken out that others hold. */
export function saysMoreText(covers: readonly Policy[]): string {
  const names = [...new Set(covers.map(({ name }) => name))];
  const say = names.length === 1 ? "says" : "say";
  return `${firstNames(names)} ${say} more, or for more pods: which of the two is meant is not known`;
}

const shown = 4;

/** The same of the first few: `a, b, c, d and 6 more`. */
export function firstNames(names: readonly string[]): string {
  const rest = names.length - shown;
  return rest > 1 ? `${names.slice(0, shown).join(", ")} and ${rest} more` : namesText(names);
}
