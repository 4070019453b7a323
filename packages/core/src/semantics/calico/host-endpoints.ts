import type { Policy } from "../../model/policy.ts";

/** "Untracked and pre-DNAT policies apply to host endpoints": of pods such a policy says nothing. */
export function isOfHostsAlone({ calico }: Pick<Policy, "calico">): boolean {
  return calico?.onlyHosts !== undefined;
}

/**
 * Whether a policy is in force for all host endpoints for which another one is. Host endpoints have labels as pods do, no
 * namespace and no account of a service: what is proved for every pod holds of them as long as the same kinds of policies speak.
 */
export function holdsForHostsOf(policy: Policy, other: Policy): boolean {
  const needed = hostsOf(other);
  return needed === "none" || hostsOf(policy) === "forward" || hostsOf(policy) === needed;
}

/** Whether a policy may be about host endpoints, beside pods or alone. */
export function mayConcernHosts(policy: Policy): boolean {
  return hostsOf(policy) !== "none";
}

function hostsOf({ calico, namespace }: Policy): "none" | "own" | "forward" {
  const isOfPods =
    namespace !== undefined ||
    calico === undefined ||
    calico.namespaceSelector !== undefined ||
    calico.serviceAccountSelector !== undefined;
  return isOfPods ? "none" : calico.applyOnForward === true ? "forward" : "own";
}
