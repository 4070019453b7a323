/** A query that npa answers differently on purpose. */
export interface QueryDifference {
  /** Why npa is right. */
  readonly reason: string;
  /** Where the design says so. */
  readonly source: string;
  /** What npa answers, exactly: a second, unwanted difference is not hidden behind the first. */
  readonly answer: readonly string[];
}

const otherProtocols: Pick<QueryDifference, "reason" | "source"> = {
  reason:
    "the two differ in protocols other than TCP, UDP and SCTP only: no list has those (the symbolic engine does tell them apart)",
  source: "semantics, row 42",
};

const exceptOutside: Pick<QueryDifference, "reason" | "source"> = {
  reason: "the policy in four parts has an except that is not inside of its cidr: the API server refuses it",
  source: "semantics, row 43",
};

const droppedFields: Pick<QueryDifference, "reason" | "source"> = {
  reason: "the API server drops a field that the kind does not have: a warning, and the policy is in force",
  source: 'semantics, "The text is read as kubectl reads it"',
};

const accepted = ["0"];
const halves = "np3/kube-system/enable-all-protocols-with-all-ports and np3/kube-system/enable-all-traffic";
const np2 = "np2/kube-system/enable-to-kube-system-from-ipblock";

/** By id of the query; the run fails when one of these no longer differs, or differs in another way. */
export const queryDifferences: ReadonlyMap<string, QueryDifference> = new Map<string, QueryDifference>([
  ["k8s/withEndPort#equivalence~2", { ...otherProtocols, answer: [`${halves}: 0`] }],
  ["k8s/withEndPort#semantic_diff", { ...otherProtocols, answer: [`${halves}: 0`] }],
  ["k8s/withIpBlock2#redundancy_between_configs", { ...exceptOutside, answer: ["np1: 4", "np2: 4", "np3: 1"] }],
  [
    "k8s/withIpBlock2#redundancy_in_specific_policies",
    {
      ...exceptOutside,
      answer: [
        "np1/kube-system/enable-to-kube-system-from-ipblock-all-addresses-with-redundancy: 1",
        `${np2}-original-with-redundancy-by-except: 1`,
        "np3/kube-system/enable-in-4-parts-from-kube-system-tier-frontend-to-ipblock-high-addresses-on-ports-53-54-with-redundant: 0",
        `${np2}-original: 0`,
        `${np2}-except-kube-cluster-written-differently: 0`,
        `${np2}-all-except-seperated-to-2: 0`,
        `${np2}-except-half-kube-cluster: 0`,
      ],
    },
  ],
  [
    "k8s/resource-path#all-captured",
    {
      reason: "the pods that they find open stand in YAML lists without a kind: no object that kubectl reads",
      source: 'cli, "Input": what is no Kubernetes object is skipped',
      answer: ["workload_resources_captured: 0"],
    },
  ],
  [
    "k8s/file-system-resource-test#all-captured-2",
    {
      reason: "they count the one or two pods that they make up for each workload, npa counts the workload",
      source: 'cli, "JSON": an endpoint is a workload',
      answer: ["workload_resources_captured: 44"],
    },
  ],
  ["k8s/parse#spec_wrong_keys", { ...droppedFields, answer: accepted }],
  ["k8s/parse#spec_podselector_wrong_keys", { ...droppedFields, answer: accepted }],
  ["k8s/parse#spec_ingress_wrong_keys", { ...droppedFields, answer: accepted }],
  ["k8s/parse#ipblock_wrong_keys", { ...droppedFields, answer: accepted }],
  [
    "k8s/parse#spec_empty_map",
    {
      reason: "an omitted podSelector selects all pods of the namespace",
      source: "semantics, row 9",
      answer: accepted,
    },
  ],
  [
    "k8s/parse#spec_podselector_null",
    { reason: "a null podSelector selects all pods of the namespace", source: "semantics, row 9", answer: accepted },
  ],
  [
    "k8s/parse#spec_policytypes_missing_egress",
    {
      reason: "rules of a direction that policyTypes leaves out are ignored, not an error",
      source: "semantics, row 4",
      answer: accepted,
    },
  ],
  [
    "k8s/parse#matchlabels_empty_value_label",
    {
      reason: "a null label value is read as the empty string, which is a valid value",
      source: 'semantics, row 25 and "The text is read as kubectl reads it"',
      answer: accepted,
    },
  ],
]);
