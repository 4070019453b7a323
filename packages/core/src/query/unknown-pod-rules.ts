import type { DecidingRule, DirectionVerdict } from "../answers/verdict.ts";
import type { Policy } from "../model/policy.ts";
import type { ClassId } from "../reachability/class-set.ts";
import type { PodClass } from "../reachability/pod-classes.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { assumedController } from "../reachability/ingress-controller.ts";
import { mayAdmit } from "../reachability/unknown-pod.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { decidingRule, isolatingPolicy } from "./deciding-rule.ts";

/** Pods that an unknown one sends to, and what. */
export interface AskedClass {
  readonly classId: ClassId;
  readonly asked: ConnectionId;
}

const onLabels = ", if the source has the labels that it asks for";

/** The rules that decide what a pod of which nothing is known may send, in the order in which they are asked. */
export function rulesForUnknownPod(
  reachability: Reachability,
  targets: readonly AskedClass[],
): Pick<DirectionVerdict, "allowedBy" | "blockedBy" | "passedBy"> {
  const rules = new Map<string, DecidingRule>();
  for (const { classId, asked } of targets) {
    const target = reachability.podClass(classId);
    if (target === undefined || asked === noConnections) continue;
    for (const policy of reachability.policiesOf(classId, "ingress", "possible"))
      for (const rule of rulesOfPolicy(reachability, policy, target, asked))
        rules.set(JSON.stringify([rule.policy, rule.path, rule.action]), rule);
  }
  const all = [...rules.values()];
  const of = (...actions: readonly DecidingRule["action"][]): readonly DecidingRule[] =>
    all.filter(({ action }) => actions.includes(action));
  return { allowedBy: of("allow"), blockedBy: of("deny", "isolate"), passedBy: of("pass") };
}

function rulesOfPolicy(
  reachability: Reachability,
  policy: Policy,
  target: PodClass,
  asked: ConnectionId,
): readonly DecidingRule[] {
  const { table } = reachability;
  const pod = assumedController(reachability);
  const found = policy.rules.ingress.flatMap((rule, index) => {
    const connections = table.intersection(reachability.rulePorts(rule, target), asked);
    if (connections === noConnections || !mayAdmit(rule, policy, "possible", pod)) return [];
    const condition = mayAdmit(rule, policy, "certain", pod) ? "" : onLabels;
    return [decidingRule({ policy, direction: "ingress", index }, rule.action, connections, table, condition)];
  });
  const allows = found.some(({ action }) => action === "allow");
  if (!policy.isolates.ingress || allows) return found;
  const why = policy.rules.ingress.length === 0 ? "has no ingress rule" : "no rule of it admits what is routed to them";
  return [...found, isolatingPolicy({ policy, direction: "ingress" }, why)];
}
