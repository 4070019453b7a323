import { directions } from "../model/policy.ts";
import { type FixPlanner, findingsOf, objectKey, type PlannedFix, policiesByName } from "./planned-fix.ts";

const typeOf = { ingress: "Ingress", egress: "Egress" } as const;

/** Writes what holds anyway: the `policyTypes` that the API server would fill in, and the API version it serves. */
export const planWrittenDefaults: FixPlanner = (context) => {
  const policies = policiesByName(context.cluster);
  const fixes: PlannedFix[] = [];
  for (const finding of findingsOf(context, "policy-types-implicit")) {
    const policy = policies.get(objectKey(finding.object));
    if (policy === undefined) continue;
    const types = directions.filter((direction) => policy.isolates[direction]).map((direction) => typeOf[direction]);
    const change = { type: "put", path: ["spec"], key: "policyTypes", value: types, after: ["podSelector"] } as const;
    fixes.push({
      finding,
      kind: "safe",
      object: policy.ref,
      description: `write policyTypes: [${types.join(", ")}]`,
      steps: [{ type: "change", origin: policy.origin, change }],
    });
  }
  for (const finding of findingsOf(context, "deprecated-api-version")) {
    const policy = policies.get(objectKey(finding.object));
    if (policy === undefined || policy.ref.apiVersion !== "extensions/v1beta1") continue;
    fixes.push({
      finding,
      kind: "safe",
      object: policy.ref,
      description: `write apiVersion: ${served}`,
      steps: [{ type: "change", origin: policy.origin, change: { type: "set", path: ["apiVersion"], value: served } }],
    });
  }
  return { fixes, leftAlone: [] };
};

const served = "networking.k8s.io/v1";
