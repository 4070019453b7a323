import type { ReportedFact } from "../answers/reported-fact.ts";
import type { Cluster } from "../model/cluster.ts";
import type { ClusterFact } from "../model/facts.ts";
import type { RuleSettings } from "../rules/settings.ts";
import { locationOf } from "../source/position.ts";

/** Every node has a CIDR of its own: more are not listed. */
const mostListed = 100;

const cidrs = { pods: "pod CIDR", services: "Service CIDR", nodes: "node CIDR" } as const;

/** What the input tells of the cluster itself, in input order, with what the settings have in its place. */
export function reportedFacts({ facts = [] }: Cluster, settings: RuleSettings): readonly ReportedFact[] {
  return facts.slice(0, mostListed).map((fact) => ({
    ...told(fact),
    object: fact.object,
    location: locationOf(fact.origin, fact.path),
    ...(isOverridden(fact, settings) ? { overridden: true } : {}),
  }));
}

function told(fact: ClusterFact): Pick<ReportedFact, "fact" | "value"> {
  switch (fact.type) {
    case "cidr":
      return { fact: cidrs[fact.use], value: fact.cidr };
    case "plugin":
      return { fact: "network plugin", value: fact.name };
    case "platform":
      return { fact: "platform", value: fact.platform };
    case "felix":
      return { fact: "Calico setting", value: `${fact.setting}: ${fact.value}` };
    case "api-server":
      return {
        fact: "API server",
        value: `${fact.address.includes(":") ? `[${fact.address}]` : fact.address}:${fact.port}`,
      };
    case "host-firewall":
      return { fact: "host firewall", value: fact.enabled ? "on" : "off" };
    case "refused-look-up":
      return { fact: "refused look-ups", value: fact.answer };
  }
}

function isOverridden(fact: ClusterFact, { clusterCidrs, platform }: RuleSettings): boolean {
  if (fact.type === "cidr") return clusterCidrs?.[fact.use] !== undefined;
  return fact.type === "platform" && platform !== undefined;
}
