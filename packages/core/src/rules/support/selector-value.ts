import type { Requirement, Selector } from "../../model/selector.ts";

/** A selector with one requirement in the place of another. */
export function withRequirement({ requirements }: Selector, old: Requirement, by: Requirement): Selector {
  return { requirements: requirements.map((each) => (each === old ? by : each)) };
}
