import type { Workload } from "../../model/cluster.ts";
import type { ClassId } from "../../reachability/class-set.ts";
import type { RuleContext } from "../context.ts";

/** The classes of each workload's pods, ascending. */
export function classesByWorkload(context: RuleContext): ReadonlyMap<Workload, readonly ClassId[]> {
  return context.once(collect);
}

function collect({ reachability }: RuleContext): ReadonlyMap<Workload, readonly ClassId[]> {
  const classes = new Map<Workload, ClassId[]>();
  for (const { id, members } of reachability.pods.classes) {
    for (const { workload } of members) {
      const ids = classes.get(workload);
      if (ids === undefined) classes.set(workload, [id]);
      else ids.push(id);
    }
  }
  return classes;
}
