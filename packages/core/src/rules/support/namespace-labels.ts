import type { PodPeer } from "../../model/policy.ts";
import type { Requirement } from "../../model/selector.ts";
import type { RuleContext } from "../context.ts";

/** Namespaces that clusters have whether an input shows them or not. */
const everywhere: ReadonlySet<string> = new Set(["default", "kube-system", "kube-public", "kube-node-lease"]);

/** A requirement on `name` whose values are names of namespaces, where no namespace that is shown has such a label. */
export function doubtfulName(context: RuleContext, { namespaceSelector }: PodPeer): Requirement | undefined {
  const found = namespaceSelector?.requirements.find(
    ({ key, operator, values }) =>
      key === "name" &&
      operator === "In" &&
      values.length > 0 &&
      values.every((value) => everywhere.has(value) || context.cluster.namespaces.has(value)),
  );
  if (found === undefined) return undefined;
  const has = context.namespacesMatching({ requirements: [found] });
  return has.some(({ namespace }) => namespace.declared) ? undefined : found;
}
