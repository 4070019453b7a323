import type { Policy, Rule } from "../model/policy.ts";
import { matchesSelector } from "../semantics/match-selector.ts";
import { allowingRules } from "../semantics/rules-in-force.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { namesIdentity } from "./support/cilium-routes.ts";
import { subjectPlace } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Flags policies of Cilium for all endpoints that isolate its health endpoints with the pods: Cilium then calls healthy nodes unreachable. */
export const healthChecksCut: RuleDefinition = defineRule({
  id: "health-checks-cut",
  severity: "medium",
  category: "reliability",
  title: "Cilium's health checks are cut off",
  needs: ["policies"],
  fix: "none",
  check({ cluster: { policies, notEvaluated } }, report, skip) {
    const selecting = policies.filter(selectsHealth);
    if (selecting.some((policy) => allowingRules(policy, "ingress").some(letsChecksIn))) return;
    // What selects the health endpoints by name is there for them.
    const cutting = selecting.find(
      ({ isolates, subject }) => isolates.ingress && !subject.podSelector.requirements.some(isHealth),
    );
    if (cutting === undefined) return;
    const unread = notEvaluated.find(({ ref }) => ref.kind === cutting.ref.kind);
    if (unread !== undefined) return skip(`${nameOf(unread)} is not evaluated, and may let the health checks in`);
    report({
      at: subjectPlace(cutting),
      message: `${nameOf(cutting)} isolates every endpoint, Cilium's own health endpoints with the pods, and no policy lets the checks of other nodes in: cilium status reports nodes as unreachable that are not`,
      fix: {
        kind: "manual",
        description:
          'Add a CiliumClusterwideNetworkPolicy with `endpointSelector: {matchLabels: {"reserved:health": ""}}` and `ingress: [{fromEntities: [remote-node]}]`.',
      },
    });
  },
});

const label = "reserved:health";

function isHealth({ key }: { readonly key: string }): boolean {
  return key === label;
}

/** "The empty selector selects all endpoints": those of health have no label but that of their identity. */
function selectsHealth({ subject: { podSelector, namespaceSelector, reserved } }: Policy): boolean {
  if (reserved !== true) return false;
  // Of what stands for a label that every pod has it is not known whether they have it.
  if (podSelector.requirements.some(({ key }) => key === "io.cilium")) return false;
  const inAnyNamespace = namespaceSelector === undefined || matchesSelector(namespaceSelector, {});
  return inAnyNamespace && matchesSelector(podSelector, { [label]: "" });
}

/** The checks come from the agents of other nodes; their health endpoints are let in by some as well. */
function letsChecksIn(rule: Rule): boolean {
  return ["remote-node", "health"].some((identity) => namesIdentity(rule, identity));
}
