const location = "where the API server is stands beside the manifests of the case, not in them";

/** Cases that npa answers differently, each with the reason. */
export const ciliumDifferences: Readonly<Record<string, string>> = {
  "tx-apiserver-deny": location,
  "cli-all-but-world": location,
  "cli-other-cluster": "npa knows one cluster of a mesh",
  "ex-from-requires": "an answer of Cilium 1.18: from 1.19 on the policy is refused",
};
