import type { Assumptions } from "@npa/core";
import { clusterWideDifferences, withPodSelector } from "./cluster-wide-differences.ts";

/** What is changed in a case to show that a difference has no other cause. */
export interface Adjustment {
  /** Edits every text of the input. */
  readonly edit?: (text: string) => string;
  /** Turns the other tool's names, and a text that holds them, into those after the edit. */
  readonly rename?: (name: string) => string;
  readonly assumptions?: Partial<Assumptions>;
}

/** A case where npa answers differently on purpose. */
export interface KnownDifference {
  /** Why npa is right. */
  readonly reason: string;
  /** Where the design says so. */
  readonly source: string;
  /** Every difference that is seen must match, so that a second, unwanted one is not hidden behind the first. */
  readonly only: RegExp;
  /** With this the two tools agree. */
  readonly agreesWith?: Adjustment;
}

const refused = 'semantics, "Policies that are not in force": what the API server would refuse does not exist';

const legalOwners: Adjustment = {
  edit: (text) =>
    text
      .replaceAll(/^ {2}name: \w+_\w+$/gm, (line) => line.replaceAll("_", "-"))
      .replaceAll(/^ {4}- (?=name: internal-security$)/gm, "    - apiVersion: v1\n      kind: ReplicaSet\n      "),
  rename: (name) => name.replaceAll("internal-security[Pod]", "internal-security[ReplicaSet]"),
};

const illegalOwners: KnownDifference = {
  reason: "the policy's name has underscores, so the API server refuses it; the pods' owners have no kind",
  source: refused,
  only: /\bdefault\/(?:internal-security|pod-[123])\[Pod\]/,
  agreesWith: legalOwners,
};

const severalAnswers: KnownDifference = {
  reason: "pods of one owner may differ: npa answers for each part of the workload instead of giving up",
  source: 'cli, "JSON shapes": an owner whose pods differ in labels that a policy selects on is split',
  only: /^no problem like "Found Pods of the same owner workload/,
};

const namedPortOutside: KnownDifference = {
  reason: "the API server accepts a port name beside an ipBlock: towards addresses outside it matches nothing",
  source: "semantics, row 36",
  only: /^no problem like "named port error/,
};

const toItself: KnownDifference = {
  reason: "a workload is not a pod: its pods may talk to each other, and policies decide whether they do",
  source: "semantics, row 18",
  only: /^kube-system\/calico-node\[DaemonSet\] => kube-system\/calico-node\[DaemonSet\]/,
};

/** Lower case names, as they have to be. */
const lowerCase = (text: string): string =>
  text.replaceAll(/^(\s*name: )(\S+)$/gm, (_, key: string, name: string) => key + name.toLowerCase());

const sameOwner = "example_pods_w_same_owner_and_labels_gap_with";

/** By id of the case. The run fails when one of these no longer differs. */
export const knownDifferences: ReadonlyMap<string, KnownDifference> = new Map<string, KnownDifference>([
  ...clusterWideDifferences,
  [
    "connlist/list:example_pods_w_same_owner_and_labels_gap_banp_good_format_txt",
    {
      ...illegalOwners,
      agreesWith: { ...legalOwners, edit: (text) => withPodSelector(legalOwners.edit?.(text) ?? text) },
    },
  ],
  [
    "connlist/list:minikube_resources_format_txt",
    {
      reason: "the pods of the two admission Jobs have run: their addresses are no longer theirs",
      source: "semantics, row 23",
      only: /\bingress-nginx\/ingress-nginx-admission-(?:create|patch)\[Job\]/,
      agreesWith: { assumptions: { terminatedPods: "keep" } },
    },
  ],
  [
    "cli/list:document_with_syntax_error_format_txt",
    {
      reason: "after a broken document npa goes on with the next one; they stop reading the file",
      source: 'cli, "Input": a broken document is a reported problem, and the rest is still analysed',
      only: /: expected nothing, got everything$/,
      agreesWith: { edit: (text) => text.slice(0, text.indexOf("  name: frontend")) },
    },
  ],
  [`connlist/list:${sameOwner}_policy_selector_not_in_gap_format_txt`, illegalOwners],
  [`connlist/list:${sameOwner}_good_match_expression_format_txt`, illegalOwners],
  [`connlist/list:${sameOwner}_good_match_expression2_format_txt`, illegalOwners],
  ["connlist/no-self-conn:connlist_does_not_contain_connections_from_focus_workload_to_itself", toItself],
  ["connlist/no-self-conn:connlist_of_dir_does_not_contain_any_line_of_connections_from_workload_to_itself", toItself],
  [
    "connlist/fatal:Input_dir_has_netpol_with_named_port_on_ipblock_peer_should_return_fatal_named_port_error",
    namedPortOutside,
  ],
  [
    "diff/fatal:second_input_dir_has_netpol_with_named_port_on_ipblock_peer_should_return_fatal_named_port_error",
    namedPortOutside,
  ],
  [
    "connlist/fatal:Input_dir_has_pods_with_same_owner_name_w_different_labels_selected_by_policy_should_return_fatal_error",
    severalAnswers,
  ],
  [
    "connlist/fatal:Input_dir_has_pods_with_same_owner_name_w_different_labels_selected_by_policy_should_return_fatal_error3",
    severalAnswers,
  ],
  [
    "connlist/fatal:Input_dir_has_pods_with_same_owner_name_w_different_labels_selected_by_policy_should_return_fatal_error2",
    severalAnswers,
  ],
  [
    "diff/fatal:first_input_dir_has_illegal_podlist_pods_with_same_owner_ref_name_has_different_labels_should_return_fatal_error",
    severalAnswers,
  ],
  [
    "nca/subset-deployment/np25",
    {
      reason: "the workloads have upper case names, and the pods are of apps/v1, which has none: neither can exist",
      source: refused,
      only: /\/(?:Pod\d|deployment-[A-F])/,
      agreesWith: {
        edit: (text) => lowerCase(text).replaceAll("apiVersion: apps/v1\nkind: Pod\n", "apiVersion: v1\nkind: Pod\n"),
        rename: (name) => name.toLowerCase(),
      },
    },
  ],
  [
    "nca/test25/np25",
    {
      reason: "the Deployments have upper case names: they cannot exist",
      source: refused,
      only: /\/my-test-deployment-[A-D]/,
      agreesWith: { edit: lowerCase, rename: (name) => name.toLowerCase() },
    },
  ],
  [
    "nca/resource-path/workload_resources_captured",
    {
      reason: "YAML stands behind JSON, and the pods in lists without a kind: nothing that kubectl reads",
      source: 'cli, "Input": what is no Kubernetes object is skipped',
      only: /\b(?:default\/cog-agents|vendor-system\/a-differenet-name)-/,
      agreesWith: {
        // A stream that begins with a brace is JSON for kubectl, all of it.
        edit: (text) =>
          `---\n${text}`
            .split(/^---$/m)
            .map((document) =>
              document.startsWith("\n- ")
                ? document.replaceAll(/^(?:- | {2})/gm, "").replaceAll("ports: {}", "ports: []")
                : document,
            )
            .join("---"),
      },
    },
  ],
]);
