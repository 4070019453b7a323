import type { Policy } from "../../model/policy.ts";
import { isClusterWideOfKubernetes } from "../../semantics/network-policy.ts";
import type { RuleContext } from "../context.ts";

/** NetworkPolicies, what is one union with them, and the cluster-wide kinds of Kubernetes. For `context.once`. */
export function allButCalicos({ unionPolicies, otherPolicies }: RuleContext): readonly Policy[] {
  const wide = otherPolicies.filter(isClusterWideOfKubernetes);
  return wide.length === 0 ? unionPolicies : [...unionPolicies, ...wide];
}
