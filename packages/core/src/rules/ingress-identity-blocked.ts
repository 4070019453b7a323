import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { serviceFinder } from "../semantics/backend-targets.ts";
import { unsentTest } from "../semantics/gateway.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { blockedAdvice, blockedBehind, blockedText } from "./support/blocked-pods.ts";
import { admitsCiliumIngress, isServedByCilium } from "./support/cilium-routes.ts";
import { nameOf } from "./support/words.ts";

/** Steps that following the routes to their pods may cost. */
const steps = 1_000_000;

/** Flags pods behind an Ingress or Gateway of Cilium that do not admit its Envoy: that has the identity `ingress`, not the one of the client. */
export const ingressIdentityBlocked: RuleDefinition = defineRule({
  id: "ingress-identity-blocked",
  severity: "high",
  category: "reliability",
  speaksOfPolicies: false,
  title: "Cilium's Ingress or Gateway is not let in",
  needs: ["workloads"],
  fix: "none",
  check(context, report, skip) {
    const { cluster, reachability } = context;
    const search = { context, budget: context.budget.share(steps) };
    const find = serviceFinder(cluster);
    const unsent = unsentTest(cluster);
    for (const route of cluster.routes.filter((each) => isServedByCilium(cluster, each)))
      for (const backend of route.backends) {
        const service = find(backend.namespace ?? route.namespace, backend.service);
        if (service === undefined || unsent(route, backend) !== undefined) continue;
        const blocked = blockedBehind(search, service, backend, admitsCiliumIngress);
        if (blocked === undefined || blocked.isOpen) continue;
        const [first = 0] = blocked.classes.boundaries;
        const policies = reachability.policiesOf(first, "ingress").filter(({ isolates }) => isolates.ingress);
        const hasCiliums = policies.some((policy) => !isNetworkPolicy(policy));
        report({
          at: { object: route.ref, origin: route.origin, path: ["metadata", "name"] },
          message: `${nameOf(route)} has Cilium's Envoy send traffic to ${blockedText(context, blocked)} through Service ${service.namespace}/${service.name}, and no policy of these pods admits its identity, ingress: the client's own, world or a pod, ends at Envoy`,
          ...blockedAdvice(context, blocked),
          fix: {
            kind: "manual",
            description: hasCiliums
              ? "Allow `fromEntities: [ingress]` on that port, and tell clients apart by a policy that selects `reserved:ingress`."
              : "A NetworkPolicy cannot name Envoy: add a CiliumNetworkPolicy with `fromEntities: [ingress]` on that port.",
          },
        });
      }
    if (search.budget.exhausted) skip("the routes are too many to follow them all to their pods");
    context.budget.charge(search.budget, steps);
  },
});
