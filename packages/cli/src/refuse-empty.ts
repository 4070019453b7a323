import { type Cluster, UsageError } from "@npa/core";
import { basisOf, completeAssumptions } from "@npa/core/internal";
import type { InputFlags } from "./input-flags.ts";
import type { Io } from "./io.ts";
import { hasNoObjects, printNotices } from "./notices.ts";
import type { Input } from "./input.ts";

/**
 * Throws a UsageError for an input without one workload, namespace or policy, after saying what was met in their place: a
 * gate must not take a failed `helm template`, or a chart that nobody rendered, for an input without findings.
 */
export async function refuseEmpty(io: Io, input: Input, flags: InputFlags): Promise<void> {
  const { cluster } = input;
  if (flags.allowEmpty || !isEmpty(cluster)) return;
  await printNotices(io, input, basisOf(cluster, completeAssumptions({})).notEvaluated, flags);
  throw new UsageError(
    "nothing to analyse: there is no workload, namespace or policy in the input (--allow-empty accepts that)",
  );
}

/** Whether there is nothing to analyse. */
export function isEmpty(cluster: Cluster): boolean {
  return hasNoObjects(cluster) && ![...cluster.namespaces.values()].some(({ declared }) => declared);
}
