import { isNetworkPolicy } from "../semantics/network-policy.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { factsOf } from "./support/cluster-facts.ts";
import { unreadSources } from "./support/unevaluated.ts";
import { count, listText } from "./support/words.ts";

/** Flags a cluster whose network plugin enforces no policies: "creating a NetworkPolicy resource without a controller that implements it will have no effect". */
export const cniNotEnforcing: RuleDefinition = defineRule({
  id: "cni-not-enforcing",
  severity: "high",
  category: "security",
  title: "Network plugin that enforces no policies",
  needs: ["network-plugin"],
  fix: "none",
  check(context, report, skip) {
    const { policies, live } = context.cluster;
    const plugins = factsOf(context, "plugin");
    const [first] = plugins;
    // Policies of another kind are there for a plugin that has them; that one that may enforce does is not for npa to prove.
    const mayEnforce = plugins.some(({ enforces }) => enforces !== "no") || !policies.every(isNetworkPolicy);
    if (first === undefined || policies.length === 0 || mayEnforce) return;
    const unseen = unseenPlugins(context);
    if (unseen !== undefined) return skip(`${unseen}: it may be a plugin that enforces policies`);
    const names = listText([...new Set(plugins.map(({ name }) => name))]);
    const [verb, more] = [
      plugins.length === 1 ? "does" : "do",
      live ? "nothing else does" : "the input shows nothing else that does",
    ];
    report({
      at: { object: first.object, origin: first.origin, path: first.path },
      message: `${names} ${verb} not enforce NetworkPolicies, and ${more}: ${count(policies.length, "policy", "policies")} without effect`,
      fix: {
        kind: "manual",
        description:
          "Use a network plugin that enforces policies, or add one beside it, such as Calico, Cilium or kube-network-policies.",
      },
    });
  },
});

/** What may bring a plugin that the input does not show. */
function unseenPlugins(context: RuleContext): string | undefined {
  const isHidden = context.cluster.notEvaluated.some(({ ref }) => ref.kind === "DaemonSet" && ref.name === "*");
  return isHidden ? "not all DaemonSets could be read" : context.once(unreadSources);
}
