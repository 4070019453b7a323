import type { KnownDifference } from "./known-differences.ts";

/** v1alpha1 requires both selectors of `pods`; the other tool takes one that is missing for the empty one. */
export function withPodSelector(text: string): string {
  const lines = text.split("\n");
  return lines
    .flatMap((line, at) => {
      const below = indentOf(lines[at + 1] ?? "");
      if (!/^ *(?:- )?pods: *(?:#.*)?\r?$/.test(line) || below <= indentOf(line)) return [line];
      const end = lines.findIndex((other, i) => i > at && indentOf(other) < below);
      const block = lines.slice(at + 1, end < 0 ? lines.length : end);
      const missing = ["podSelector", "namespaceSelector"].filter(
        (field) => !block.some((other) => other.startsWith(`${" ".repeat(below)}${field}:`)),
      );
      return [line, ...missing.map((field) => `${" ".repeat(below)}${field}: {}`)];
    })
    .join("\n");
}

function indentOf(line: string): number {
  return line.search(/\S|$/);
}

/** `y` is a boolean of YAML 1.1 unless it is quoted. */
function withQuotedNames(text: string): string {
  return withPodSelector(
    text.replaceAll(/^(\s*(?:- )?[\w./-]+: )(y|n)$/gm, '$1"$2"').replaceAll(/^(\s*- )(y|n)$/gm, '$1"$2"'),
  );
}

const missingSelector: KnownDifference = {
  reason: "a peer that selects pods has one of its two selectors only: the API server refuses the policy",
  source: "tiers, row 15: validation is that of the CRD",
  only: /./,
  agreesWith: { edit: withPodSelector },
};

const booleanName: KnownDifference = {
  reason: "the namespace is called y without quotes, which is true: what has it is refused, and is not there",
  source: 'cli, "Input": scalars are typed as kubectl types them',
  only: /./,
  agreesWith: { edit: withQuotedNames },
};

const unknownNodes: KnownDifference = {
  reason:
    "without Nodes in the input any address may be one's: what goes to nodes is possible and not certain; they take it for nothing",
  source: "tiers, row 21",
  only: /^ns1\/pod1\[Deployment\] => outside/,
  agreesWith: { edit: (text) => `${text}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: other}\n` },
};

const networksOfPods: KnownDifference = {
  reason:
    "networks match pods as well, and the addresses of these are not known; they take networks for addresses outside",
  source: "tiers, row 20",
  only: /^ns[12]\/pod1\[Deployment\] => ns[12]\/pod1\[Deployment\]:/,
};

const refusedPeers = [
  "explain:anp_demo",
  "explain:exposure_test_with_anp_12+exposure",
  "explain:exposure_test_with_anp_15+exposure",
  "list:anp_demo_format_json",
  "list:anp_demo_format_txt",
  "list:anp_test_10_swapping_rules_format_txt",
  "list:anp_test_11_swapping_rules_format_txt",
  "list:anp_test_12_swapping_rules_format_txt",
  "list:anp_test_3_pass_traffic_format_txt",
  "list:anp_test_8_swapping_rules_format_txt",
  "list:anp_test_multiple_anps_format_json",
  "list:anp_test_multiple_anps_format_txt",
];

const refusedExposed = [
  "12_format_txt",
  "13_format_txt",
  "13_format_json",
  "14_format_txt",
  "14_format_json",
  "15_format_txt",
  "16_format_txt",
  "16_format_json",
];

const booleanNames = [
  "14_anp_banp_unmatched_ingress_egress",
  "1_anp_banp",
  "1_anp_conn",
  "1_anp_npv1_conn",
  "2_anp_conn",
  "2_anp_npv1_conn",
  "2_anp_unmatched_ingress_egress",
  "2_banp_conn",
  "3_anp_banp_unmatched_ingress_egress",
  "3_anp_conn",
  "3_banp_conn",
  "4_anp_unmatched_ingress_egress",
  "6_anp_unmatched_ingress_egress",
  "7_anp_conn",
  "7_anp_unmatched_ingress_egress",
  "8_anp_np_unmatched_ingress_egress",
  "9_anp_banp_unmatched_ingress_egress",
  "9_anp_conn",
  "_anp_banp_allow_specific_ports",
  "_anp_banp_deny_specific_ports",
  "_banp_allow_specific_port",
  "_banp_deny_specific_port",
];

/** Of these only the second question is about that namespace. */
const booleanSecond = new Set(["1_anp_npv1_conn", "2_anp_conn", "2_anp_npv1_conn", "3_anp_conn"]);
/** And of these the namespace is in no question. */
const booleanUnasked = new Set([
  "1_anp_conn",
  "_anp_banp_allow_specific_ports",
  "_anp_banp_deny_specific_ports",
  "_banp_allow_specific_port",
  "_banp_deny_specific_port",
]);

const booleanQuestions = booleanNames
  .filter((id) => !booleanUnasked.has(id))
  .flatMap((id) => (booleanSecond.has(id) ? [2] : [1, 2]).map((question) => `${id}_from_parsed_res:${question}`));

/** By id of the case: where npa reads cluster-wide policies differently on purpose. */
export const clusterWideDifferences: readonly (readonly [id: string, KnownDifference])[] = [
  ...refusedPeers.map((id) => [`connlist/${id}`, missingSelector] as const),
  ...refusedPeers
    .filter((id) => id.startsWith("explain:"))
    .map((id) => [`connlist/${id} reasons`, missingSelector] as const),
  ...refusedExposed.map((id) => [`connlist/exposure:exposure_test_with_anp_${id} exposure`, missingSelector] as const),
  ...booleanNames.map((id) => [`connlist/parsed:test${id}_from_parsed_res`, booleanName] as const),
  ...booleanQuestions.map((id) => [`eval/parsed:test${id}`, booleanName] as const),
  ["connlist/explain:anp_and_banp_using_networks_and_nodes_test", unknownNodes],
  ["connlist/list:anp_and_banp_using_networks_and_nodes_test_format_txt", unknownNodes],
  ["connlist/list:anp_and_banp_using_networks_with_ipv6_test_format_txt", networksOfPods],
];
