import type { Workload } from "../../model/cluster.ts";
import type { Peer, Policy } from "../../model/policy.ts";
import { everything } from "../../model/cluster.ts";
import { ClassSet } from "../../reachability/class-set.ts";
import { isSatisfiable } from "../../semantics/match-selector.ts";
import type { RuleContext } from "../context.ts";
import { unseenPods } from "./unevaluated.ts";
import { intersectSets } from "./class-sets.ts";

/** The `app.kubernetes.io/name` or `app` of controllers that are widely used. */
const wellKnown: ReadonlySet<string> = new Set([
  "ingress-nginx",
  "nginx-ingress",
  "nginx-gateway-fabric",
  "traefik",
  "haproxy-ingress",
  "kubernetes-ingress",
  "contour",
  "kong",
  "istio-ingressgateway",
  "istio-ingress",
  "emissary-ingress",
  "apisix",
]);

/** The controllers that serve Ingress, Route and Gateway objects, as far as the input has them. */
export interface RouteControllers {
  /** Those that are surely one; on the cluster's network. */
  readonly classes: ClassSet;
  /** Whether the input has one at all; if not, any pod may be one. */
  readonly known: boolean;
  /** Whether one is on the network of its node, where its traffic has the node's address. */
  readonly onNode: boolean;
}

/** The controllers, found once per cluster. */
export function routeControllers(context: RuleContext): RouteControllers {
  return context.once(find);
}

function find({ cluster, reachability }: RuleContext): RouteControllers {
  const workloads = new Set(cluster.workloads.filter(isController));
  const onNode = [...workloads].some(({ groups }) => groups.some(({ hostNetwork }) => hostNetwork));
  const classes = reachability.pods.classes
    .slice(0, reachability.pods.selectable)
    .filter(({ members }) => members.some(({ workload }) => workloads.has(workload)));
  return { classes: ClassSet.fromSorted(classes.map(({ id }) => id)), known: workloads.size > 0, onNode };
}

function isController({ groups }: Workload): boolean {
  return groups.some(({ labels }) =>
    ["app.kubernetes.io/name", "app"].some((key) => Object.hasOwn(labels, key) && wellKnown.has(labels[key] ?? "")),
  );
}

/**
 * Whether a peer may be what serves the routes of a namespace. Where no controller is in the input it may be anywhere but
 * among the pods that are known to be something else.
 */
export function mayBeController(context: RuleContext, policy: Policy, peer: Peer): boolean {
  // A load balancer, or a controller on the network of a node, comes from an address.
  if (peer.type !== "pods") return true;
  const namespace = policy.namespace ?? "";
  const { certain, possible } = context.reachability.peers.podPeer(peer, namespace);
  if (certain !== possible) return true;
  const { known, onNode, classes } = routeControllers(context);
  if (known && !onNode) return intersectSets(certain, classes).size > 0;
  const { podSelector = everything, namespaceSelector } = peer;
  if (!isSatisfiable(podSelector.requirements)) return false;
  if (namespaceSelector !== undefined || unseenPods(context, namespace) !== undefined) return true;
  // Gateways are made by controllers, in the namespace of the Gateway: pods that no manifest shows.
  if (certain.size === 0)
    return context.cluster.routes.some(({ ref }) => ref.kind !== "Ingress" && ref.kind !== "Route");
  // A name that sounds like a proxy is no proof of being the controller.
  return certain
    .toArray()
    .some((id) => (context.reachability.podClass(id)?.members ?? []).some(({ workload }) => isController(workload)));
}
