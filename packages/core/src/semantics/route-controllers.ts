import type { Workload } from "../model/cluster.ts";

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

/** Whether a workload is a controller that serves Ingress, Route or Gateway objects, by the names that such have. */
export function isRouteController({ groups }: Workload): boolean {
  return groups.some(({ labels }) =>
    ["app.kubernetes.io/name", "app"].some((key) => Object.hasOwn(labels, key) && wellKnown.has(labels[key] ?? "")),
  );
}
