import type { UnderAssumption } from "../../model/policy.ts";
import type { RawValue } from "../../parse/document.ts";
import { noNodeLabels } from "../../semantics/identity-filter.ts";
import { isList, isMapping, type RawMapping } from "../raw-object.ts";

const sections = ["ingress", "ingressDeny", "egress", "egressDeny"];

/** What settings of Cilium refuse of an object: what it has in one of its rules, it is refused for as a whole. */
export function refusedBySettings({ spec, specs }: RawMapping): readonly UnderAssumption[] {
  const entries = [spec, ...listOf(specs)]
    .filter(isMapping)
    .flatMap((rule) => sections.flatMap((section) => listOf(rule[section])))
    .filter(isMapping);
  const limits = entries.some(({ toPorts }) => listOf(toPorts).some(limitsRequests));
  const [ofNodes] = entries.flatMap((entry) => ["fromNodes", "toNodes"].filter((key) => listOf(entry[key]).length > 0));
  const hasIcmp = entries.some(({ icmps }) => listOf(icmps).length > 0);
  return [
    ...(limits ? [refusal("ciliumL7Proxy", "http and dns rules need the proxy, which enable-l7-proxy turns off")] : []),
    ...(hasIcmp ? [refusal("ciliumIcmpRules", "icmps need enable-icmp-rules, which is off")] : []),
    ...(ofNodes === undefined
      ? []
      : [refusal("ciliumNodeLabels", `${ofNodes} needs enable-node-selector-labels, which is off`)]),
  ];
}

function refusal(key: "ciliumL7Proxy" | "ciliumIcmpRules" | "ciliumNodeLabels", why: string): UnderAssumption {
  const is = { [key]: key === "ciliumNodeLabels" ? noNodeLabels : false };
  return { is, instead: "not in force", refused: `the agent refuses it: ${why}` };
}

function limitsRequests(item: RawValue): boolean {
  if (!isMapping(item) || !isMapping(item["rules"])) return false;
  const { http, dns } = item["rules"];
  return listOf(http).length + listOf(dns).length > 0;
}

function listOf(value: RawValue | undefined): readonly RawValue[] {
  return isList(value) ? value : [];
}
