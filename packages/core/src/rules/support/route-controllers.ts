import type { Peer, Policy } from "../../model/policy.ts";
import { everything } from "../../model/cluster.ts";
import { routeControllerTest } from "../../semantics/route-controllers.ts";
import { type ClassId, ClassSet } from "../../reachability/class-set.ts";
import type { Bound } from "../../reachability/part-expander.ts";
import { noConnections } from "../../sets/connection-set.ts";
import { isSatisfiable } from "../../semantics/match-selector.ts";
import type { RuleContext } from "../context.ts";
import type { Admits } from "./blocked-pods.ts";
import { unseenPods } from "./unevaluated.ts";
import { intersectSets } from "./class-sets.ts";

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
  const workloads = new Set(cluster.workloads.filter(routeControllerTest(reachability.options.assumptions)));
  const onNode = [...workloads].some(({ groups }) => groups.some(({ hostNetwork }) => hostNetwork));
  const classes = reachability.pods.classes
    .slice(0, reachability.pods.selectable)
    .filter(({ members }) => members.some(({ workload }) => workloads.has(workload)));
  return { classes: ClassSet.fromSorted(classes.map(({ id }) => id)), known: workloads.size > 0, onNode };
}

/** Whether a rule lets in what serves the routes: of a controller that the input shows, its pods; else whatever may be one. */
export function admitsController(context: RuleContext): Admits {
  return (policy, { peers }, target) => {
    if (peers === "any") return "yes";
    const answers = new Set(peers.map((peer) => admittedBy(context, policy, peer, target)));
    return answers.has("yes") ? "yes" : answers.has("maybe") ? "maybe" : "no";
  };
}

/**
 * Whether a peer is, or may be, what serves the routes of a namespace. Where no controller is in the input it may be
 * anywhere but among the pods that are known to be something else.
 */
function admittedBy(context: RuleContext, policy: Policy, peer: Peer, target: ClassId): ReturnType<Admits> {
  // A load balancer, or a controller on the network of a node, comes from an address.
  if (peer.type !== "pods") return "yes";
  const namespace = policy.namespace ?? "";
  const { certain, possible } = context.reachability.peers.podPeer(peer, namespace);
  const { known, onNode, classes } = routeControllers(context);
  if (known && !onNode) return admittedController(context, { certain, possible }, classes, target);
  if (certain !== possible) return "yes";
  const { podSelector = everything, namespaceSelector } = peer;
  if (!isSatisfiable(podSelector.requirements)) return "no";
  if (namespaceSelector !== undefined || unseenPods(context, namespace) !== undefined) return "yes";
  // Gateways are made by controllers, in the namespace of the Gateway: pods that no manifest shows.
  if (certain.size === 0)
    return context.cluster.routes.some(({ ref }) => ref.kind !== "Ingress" && ref.kind !== "Route") ? "yes" : "no";
  const isController = routeControllerTest(context.reachability.options.assumptions);
  // A name that sounds like a proxy is no proof of being the controller.
  const members = certain.toArray().flatMap((id) => context.reachability.podClass(id)?.members ?? []);
  return members.some(({ workload }) => isController(workload)) ? "yes" : "no";
}

/** A controller counts when it certainly matches and its own policies let it send there. */
function admittedController(
  { reachability }: RuleContext,
  matches: Readonly<Record<Bound, ClassSet>>,
  controllers: ClassSet,
  target: ClassId,
): ReturnType<Admits> {
  const comesIn = (bound: Bound): boolean =>
    intersectSets(matches[bound], controllers)
      .toArray()
      .some((id) => reachability[bound].egress.rowOf[id]?.connections(target) !== noConnections);
  return comesIn("certain") ? "yes" : comesIn("possible") ? "maybe" : "no";
}
