import type { Assumptions } from "../model/assumptions.ts";
import type { Workload } from "../model/cluster.ts";
import { parseIngressController } from "./labelled-pod.ts";

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

/** Which workloads serve Ingress, Route and Gateway objects: those that are assumed to, else by the names of such. */
export function routeControllerTest({ ingressController }: Assumptions): (workload: Workload) => boolean {
  const pod = parseIngressController(ingressController);
  if (pod === undefined) return isRouteController;
  const wanted = Object.entries(pod.labels);
  return ({ namespace, groups }) =>
    namespace === pod.namespace &&
    groups.some(({ labels }) => wanted.every(([key, value]) => Object.hasOwn(labels, key) && labels[key] === value));
}

/** What implementations of the Gateway API put on the pods that they make for a Gateway (GEP-1762). */
const gatewayName = "gateway.networking.k8s.io/gateway-name";

/** Whether a workload is a controller that serves Ingress, Route or Gateway objects, by the names and labels that such have. */
function isRouteController({ groups }: Workload): boolean {
  return groups.some(
    ({ labels }) =>
      Object.hasOwn(labels, gatewayName) ||
      ["app.kubernetes.io/name", "app"].some((key) => Object.hasOwn(labels, key) && wellKnown.has(labels[key] ?? "")),
  );
}
