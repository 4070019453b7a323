import type { JsonValue } from "../../answers/finding.ts";
import type { Requirement, Selector } from "../../model/selector.ts";

/** A selector as it is written in a manifest. */
export function selectorValue({ requirements }: Selector): JsonValue {
  const labels = requirements.filter(({ from }) => from === "matchLabels");
  const expressions = requirements.filter(({ from }) => from === "matchExpressions");
  return {
    ...(labels.length === 0
      ? {}
      : { matchLabels: Object.fromEntries(labels.map(({ key, values }) => [key, values[0] ?? ""])) }),
    ...(expressions.length === 0
      ? {}
      : {
          matchExpressions: expressions.map(({ key, operator, values }) => ({
            key,
            operator,
            ...(values.length === 0 ? {} : { values }),
          })),
        }),
  };
}

/** A selector with one requirement in the place of another. */
export function withRequirement({ requirements }: Selector, old: Requirement, by: Requirement): Selector {
  return { requirements: requirements.map((each) => (each === old ? by : each)) };
}
