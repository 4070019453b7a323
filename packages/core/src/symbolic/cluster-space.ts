import type { Assumptions } from "../model/assumptions.ts";
import type { Cluster } from "../model/cluster.ts";
import { placesUnder } from "../semantics/api-server-place.ts";
import { type NamespaceFacts, PolicySpace, type SpaceOptions } from "./policy-space.ts";

/**
 * The labels of namespaces that proofs about a cluster take as facts. Only what the input declares is known of them, and
 * only `namespaceLabels=fixed` makes it a fact.
 */
function namespaceFacts({ namespaces }: Cluster, { namespaceLabels }: Assumptions): NamespaceFacts {
  if (namespaceLabels === "free") return new Map();
  return new Map([...namespaces].filter(([, { declared }]) => declared).map(([name, { labels }]) => [name, labels]));
}

/** What proofs about a cluster take for given under assumptions. */
export function spaceOptions(cluster: Cluster, assumptions: Assumptions): Required<SpaceOptions> {
  return {
    facts: namespaceFacts(cluster, assumptions),
    blocksMatchPods: assumptions.ipBlockMatchesPods,
    places: assumptions.dataplane === "cilium" ? placesUnder(assumptions) : [],
  };
}

/** The one space of an analysis: all that is proved about the policies of the cluster is proved in it. */
export function clusterSpace(cluster: Cluster, assumptions: Assumptions): PolicySpace {
  return new PolicySpace(cluster.policies, spaceOptions(cluster, assumptions));
}
