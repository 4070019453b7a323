import { type AddressSet, allAddresses, parseCidr, singleAddresses } from "../sets/address-set.ts";
import { isSubset, unionAll } from "../sets/interval-set.ts";
import type { RuleContext } from "./context.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { calicoPolicies, peerEnds } from "./support/calico.ts";
import { clusterCidrs } from "./support/cluster-facts.ts";
import { policyPlace } from "./support/places.ts";
import { listText, nameOf } from "./support/words.ts";

/** Flags networks of an egress rule that are addresses of Services: the policy sees the pod behind one, never the Service. */
export const clusterIpInNets: RuleDefinition = defineRule({
  id: "cluster-ip-in-nets",
  severity: "medium",
  category: "correctness",
  title: "Networks of Services in an egress rule",
  needs: ["policies"],
  fix: "none",
  check(context, report, skip) {
    const ofServices = context.once(serviceAddresses);
    let isOpen = false;
    for (const written of context.once(calicoPolicies))
      for (const { policy, direction, index, rule, entity, spec } of peerEnds(written)) {
        // What is asked before the translation of addresses sees them.
        if (direction !== "egress" || rule.action === "log" || spec.onlyHosts !== undefined) continue;
        const nets = entity.netTexts.filter((text) => !text.startsWith("not "));
        isOpen ||= nets.length > 0 && ofServices.length === 0;
        const never = nets.filter((text) => isSubset(blockOf(text), ofServices));
        if (never.length === 0) continue;
        const isAll = never.length === nets.length;
        report({
          at: policyPlace(policy, ["spec", "egress", index, "destination", "nets", nets.indexOf(never[0] ?? "")]),
          message: `${nameOf(policy)} names ${listText(never)}, where Services of the cluster have their addresses: these are translated to those of pods before the policy is asked, so ${isAll ? "the rule never matches" : "they never match"}`,
          affected: context.subjectsOf(policy),
          fix: {
            kind: "manual",
            description: "Name the Service (destination: services: {name, namespace}), or select the pods behind it.",
          },
        });
      }
    if (isOpen) skip("the addresses of Services are not known");
  },
});

function blockOf(text: string): AddressSet {
  return parseCidr(text.includes("/") ? text : `${text}/${text.includes(":") ? 128 : 32}`)?.addresses ?? allAddresses;
}

/** Where the addresses of Services come from, and those that they have. */
function serviceAddresses(context: RuleContext): AddressSet {
  const ranges = clusterCidrs(context, "services").map(({ cidr }) => parseCidr(cidr)?.addresses ?? []);
  const own = singleAddresses(context.cluster.services.flatMap(({ clusterIPs = [] }) => clusterIPs));
  return unionAll([...ranges, own]);
}
