import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { factsOf } from "./support/cluster-facts.ts";
import { nameOf } from "./support/words.ts";

/** Flags policies of Cilium that select nodes where the host firewall is off: they are stored, and nothing enforces them. */
export const hostPolicyInert: RuleDefinition = defineRule({
  id: "host-policy-inert",
  severity: "high",
  category: "security",
  title: "Host policy without the host firewall",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const policies = context.cluster.hostPolicies ?? [];
    if (policies.length === 0) return;
    const [firewall] = factsOf(context, "host-firewall");
    if (firewall === undefined)
      return skip("the input has no cilium-config, which says whether the host firewall is on");
    if (firewall.enabled) return;
    for (const { ref, origin, paths } of policies)
      for (const path of paths)
        report({
          at: { object: ref, origin, path },
          message: `${nameOf({ ref })} selects nodes, and the host firewall of Cilium is off (enable-host-firewall of cilium-config): nothing enforces it`,
          related: [
            {
              message: "this does not turn the host firewall on",
              at: { object: firewall.object, origin: firewall.origin, path: firewall.path },
            },
          ],
          fix: {
            kind: "manual",
            description:
              "Turn the host firewall on (hostFirewall.enabled of the Helm chart), first in audit mode: the policy then isolates the nodes, SSH and the API server with them.",
          },
        });
  },
});
