import type { Cluster } from "../../model/cluster.ts";
import type { IngressRoute } from "../../model/routes.ts";
import type { Rule } from "../../model/policy.ts";
import { isSubset } from "../../sets/interval-set.ts";
import { placeAddresses, placesOf } from "../../sets/reserved-places.ts";
import type { Admits } from "./blocked-pods.ts";

/** "The IngressClass and the GatewayClass are called cilium." */
const className = "cilium";

/** Whether Cilium's own Envoy serves a route: an Ingress of its class, or one that names a Gateway of its class. */
export function isServedByCilium({ gateways = [] }: Cluster, route: IngressRoute): boolean {
  if (route.className === className) return true;
  return (route.parents ?? []).some(
    (parent) =>
      parent.kind === "Gateway" &&
      gateways.some(
        (gateway) =>
          gateway.namespace === parent.namespace && gateway.name === parent.name && gateway.className === className,
      ),
  );
}

/** Whether a rule lets in what Envoy sends: it has the identity `ingress`, wherever the client is, and is no pod and no address outside. */
export const admitsCiliumIngress: Admits = (_, rule) => {
  if (rule.peers === "any" && rule.unknown !== undefined) return "maybe";
  return namesIdentity(rule, "ingress") ? "yes" : "no";
};

/** Whether a rule is about a reserved identity of Cilium: everybody, what holds it (the entity `cluster`), or it by name. */
export function namesIdentity({ peers }: Rule, identity: string): boolean {
  if (peers === "any") return true;
  const places = placeAddresses(...(placesOf(identity) ?? []));
  return peers.some((peer) => peer.type === "networks" && places.length > 0 && isSubset(places, peer.addresses));
}
