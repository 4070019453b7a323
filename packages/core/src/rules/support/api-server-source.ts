import { everything } from "../../model/cluster.ts";
import type { Peer } from "../../model/policy.ts";
import { matchesSelector } from "../../semantics/match-selector.ts";
import type { RuleContext } from "../context.ts";
import type { Admits } from "./blocked-pods.ts";

/** The pods through which the API servers of some managed clusters reach the cluster. */
const tunnel = { namespace: "kube-system", labels: { "k8s-app": "konnectivity-agent" } };

/**
 * Whether a rule lets in the API server, which is no pod that a selector matches: it runs on the network of its node, or
 * outside the cluster, so its address may be any; or what it sends comes through pods that are there to tunnel it.
 */
export function admitsApiServer(context: RuleContext): Admits {
  return (_, { peers }) =>
    peers === "any" || peers.some((peer) => peer.type !== "pods" || mayBeTunnel(context, peer)) ? "yes" : "no";
}

function mayBeTunnel(context: RuleContext, peer: Extract<Peer, { readonly type: "pods" }>): boolean {
  const { namespaceSelector, podSelector = everything } = peer;
  if (namespaceSelector === undefined || !matchesSelector(podSelector, tunnel.labels)) return false;
  const namespace = context.cluster.namespaces.get(tunnel.namespace);
  // Of a namespace that the input does not define any label may be there.
  return namespace?.declared !== true || matchesSelector(namespaceSelector, namespace.labels);
}
