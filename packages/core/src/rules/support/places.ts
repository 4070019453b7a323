import { type Direction, type Policy, peerPath, portPath, rulePath } from "../../model/policy.ts";
import type { Workload } from "../../model/cluster.ts";
import type { ObjectRef } from "../../diagnostics/diagnostic.ts";
import type { NodePart, NodePath } from "../../source/position.ts";
import { isClusterWideOfKubernetes } from "../../semantics/network-policy.ts";
import type { NamespaceFacts } from "../context.ts";
import type { Place, RelatedPlace } from "../define-rule.ts";

/** A node of a policy. */
export function policyPlace(policy: Policy, path: NodePath, part?: NodePart): Place {
  return { object: policy.ref, origin: policy.origin, path, ...(part === undefined ? {} : { part }) };
}

/** A rule of a policy. */
export function rulePlace(policy: Policy, direction: Direction, rule: number): Place {
  return policyPlace(policy, rulePath(policy, direction, rule));
}

/** A peer of a rule, or a node below it. */
export function peerPlace(
  policy: Policy,
  direction: Direction,
  rule: number,
  peer: number,
  below: NodePath = [],
): Place {
  const isElsewhere = policy.rules[direction][rule]?.written !== undefined || policy.calico !== undefined;
  return policyPlace(policy, [...peerPath(policy, direction, rule, peer), ...(isElsewhere ? [] : below)]);
}

/** What a policy selects its pods by. */
export function subjectPlace(policy: Policy, below: NodePath = []): Place {
  if (isClusterWideOfKubernetes(policy)) return policyPlace(policy, ["spec", "subject"]);
  if (policy.calico !== undefined)
    return policyPlace(policy, ["spec", ...(policy.calico.selector === undefined ? [] : ["selector"])]);
  const [first] = [...policy.rules.ingress, ...policy.rules.egress];
  if (first?.written === undefined) return policyPlace(policy, ["spec", "podSelector", ...below]);
  const spec = first.written.path.slice(0, first.written.path[0] === "specs" ? 2 : 1);
  return policyPlace(policy, [...spec, "endpointSelector"]);
}

/** A port of a rule. */
export function portPlace(policy: Policy, direction: Direction, rule: number, port: number): Place {
  return policyPlace(policy, portPath(policy, direction, rule, port));
}

/** The labels of a workload's pods. */
export function podLabelsPlace(workload: Workload): Place {
  const template = workload.groups[0]?.templatePath ?? [];
  return { object: workload.ref, origin: workload.origin, path: [...template, "metadata", "labels"] };
}

/** Where to say that something is missing in a namespace: the Namespace object, else the first workload, else the first policy. */
export function namespacePlace(facts: NamespaceFacts): Place | undefined {
  const origin = facts.namespace.origin ?? facts.workloads[0]?.origin ?? facts.union[0]?.origin;
  return origin && { object: namespaceRef(facts.name), origin, path: ["metadata", "name"] };
}

/** The identity of a namespace, whether the input defines it or not. */
export function namespaceRef(name: string): ObjectRef {
  return { apiVersion: "v1", kind: "Namespace", name };
}

/** Something else to look at. */
export function relatedTo(at: Place, message: string): RelatedPlace {
  return { message, at };
}
