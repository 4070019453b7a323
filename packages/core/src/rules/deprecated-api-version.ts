import type { Fix } from "../answers/finding.ts";
import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import { locationOf } from "../source/position.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { reportProblems } from "./support/policy-problems.ts";
import { nameOf } from "./support/words.ts";

const group = "policy.networking.k8s.io/";

/** Flags policies of an API version that clusters no longer serve, or soon will not. */
export const deprecatedApiVersion: RuleDefinition = defineRule({
  id: "deprecated-api-version",
  severity: "medium",
  category: "correctness",
  title: "Deprecated API version",
  needs: ["policies"],
  fix: "safe",
  check(context, report) {
    reportProblems("deprecated-api-version", context, (found) =>
      report({ ...found, severity: "medium", fix: servedVersion(found.at.object) }),
    );
    for (const { ref, origin } of [...context.cluster.policies, ...context.cluster.refusedPolicies]) {
      if (ref.apiVersion !== `${group}v1alpha1`) continue;
      report({
        at: { object: ref, location: locationOf(origin, ["apiVersion"]) },
        message: `${nameOf({ ref })}: ${ref.apiVersion} is an alpha version; AdminNetworkPolicy and BaselineAdminNetworkPolicy became ClusterNetworkPolicy of ${group}v1beta1`,
      });
    }
  },
});

/** "extensions/v1beta1" had the same fields. */
function servedVersion(object: ObjectRef): Fix {
  const value = "networking.k8s.io/v1";
  return {
    kind: "safe",
    description: `Write \`apiVersion: ${value}\`.`,
    changes: [{ type: "set", object, path: ["apiVersion"], value }],
  };
}
