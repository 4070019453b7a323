import type { KubernetesOperator, Selector, SelectorOperator } from "../model/selector.ts";
import type { LabelSelector } from "../answers/overlap.ts";

/** A selector as Kubernetes writes it: what one value of a key says goes to `matchLabels`. Keys stand in the order given. */
export function labelSelectorOf({ requirements }: Selector): LabelSelector {
  const matchLabels = new Map<string, string>();
  const matchExpressions: NonNullable<LabelSelector["matchExpressions"]>[number][] = [];
  for (const { key, operator, values } of requirements) {
    const [only, more] = values;
    if (operator === "In" && only !== undefined && more === undefined && !matchLabels.has(key))
      matchLabels.set(key, only);
    else matchExpressions.push({ key, operator: ofKubernetes(operator), ...(values.length === 0 ? {} : { values }) });
  }
  return {
    ...(matchLabels.size === 0 ? {} : { matchLabels: Object.fromEntries(matchLabels) }),
    ...(matchExpressions.length === 0 ? {} : { matchExpressions }),
  };
}

const operators: readonly KubernetesOperator[] = ["In", "NotIn", "Exists", "DoesNotExist"];

/** Only selectors of NetworkPolicies are written in this form, and those ask for no parts of values. */
function ofKubernetes(operator: SelectorOperator): KubernetesOperator {
  const known = operators.find((each) => each === operator);
  if (known === undefined) throw new Error(`Kubernetes has no operator ${operator}`);
  return known;
}
