import type { Selector } from "../model/selector.ts";
import type { JsonValue } from "./finding.ts";

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
