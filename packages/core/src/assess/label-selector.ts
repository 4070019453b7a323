import type { Selector } from "../model/selector.ts";
import type { LabelSelector } from "../answers/overlap.ts";

/** A selector as Kubernetes writes it: what one value of a key says goes to `matchLabels`. Keys stand in the order given. */
export function labelSelectorOf({ requirements }: Selector): LabelSelector {
  const matchLabels = new Map<string, string>();
  const matchExpressions: NonNullable<LabelSelector["matchExpressions"]>[number][] = [];
  for (const { key, operator, values } of requirements) {
    const [only, more] = values;
    if (operator === "In" && only !== undefined && more === undefined && !matchLabels.has(key))
      matchLabels.set(key, only);
    else matchExpressions.push({ key, operator, ...(values.length === 0 ? {} : { values }) });
  }
  return {
    ...(matchLabels.size === 0 ? {} : { matchLabels: Object.fromEntries(matchLabels) }),
    ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
  };
}
