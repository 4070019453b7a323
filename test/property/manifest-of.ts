import type { KubeObject } from "@npa/fixtures";
import type { Policy } from "../../packages/core/src/model/policy.ts";
import { policyTypesOf, policyValue } from "../../packages/core/src/optimize/policy-value.ts";

/** A NetworkPolicy of the model as a manifest, with its directions written out. */
export function manifestOf(policy: Policy): KubeObject {
  return policyValue({ ...policy, policyTypes: policyTypesOf(policy) }) as unknown as KubeObject; // the value of a policy is a whole object
}
