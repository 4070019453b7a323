import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Origin } from "../source/position.ts";
import type { Protocol } from "./policy.ts";
import type { Selector } from "./selector.ts";

/**
 * A Service that an Ingress, Route or Gateway object sends outside traffic to. `port` is a port of the Service by number or name,
 * `targetPort` a port number of its pods (OpenShift Routes name that one); both absent means all ports of the Service.
 */
export interface RouteBackend {
  /** Absent: the namespace of the route. */
  readonly namespace?: string;
  /** The name of the Service. */
  readonly service: string;
  /** The number or the name of the Service's port. */
  readonly port?: number | string;
  /** The port of the pods, where the route names that. */
  readonly targetPort?: number;
  /** What the route sends. Absent: all that the ports of the Service take. */
  readonly protocol?: Protocol;
  /** It has the weight 0: nothing is sent there. */
  readonly isIdle?: true;
}

/** What a route of the Gateway API asks to be served by. */
export interface RouteParent {
  /** `Gateway` where none is written; others are not followed. */
  readonly kind: string;
  /** The route's own where none is written. */
  readonly namespace: string;
  /** The name of the parent. */
  readonly name: string;
  /** The name of a listener. Absent: any. */
  readonly section?: string;
  /** The port of the listener, where only that one is meant. */
  readonly port?: number;
}

/** A port of a Gateway, and which routes may be attached to it. */
export interface GatewayListener {
  /** The name by which a route may ask for it. */
  readonly name: string;
  /** As written, in capitals: `HTTP`, `HTTPS`, `TLS`, `TCP`, `UDP` or one of an implementation. */
  readonly protocol: string;
  /** The number that it listens on. */
  readonly port?: number;
  /** Absent: any. */
  readonly hostname?: string;
  /** The kinds of routes. Absent: those of its protocol. */
  readonly kinds?: readonly string[];
  /** The namespaces of routes. */
  readonly namespaces: "own" | "all" | "none" | Selector;
}

/** A Gateway of the Gateway API. */
export interface Gateway {
  /** The namespace of the Gateway, which is that of its routes unless a listener admits others. */
  readonly namespace: string;
  /** By which routes ask for it. */
  readonly name: string;
  /** Absent: the API server would refuse it. */
  readonly className?: string;
  /** In written order. */
  readonly listeners: readonly GatewayListener[];
}

/** Lets routes of other namespaces name Services of its own. */
export interface ReferenceGrant {
  /** The namespace whose Services may be named. */
  readonly namespace: string;
  /** `metadata.name`. */
  readonly name: string;
  /** Whose routes may name them: of which kind, in which namespace. */
  readonly from: readonly { readonly kind: string; readonly namespace: string }[];
  /** The names of Services; undefined for any. */
  readonly services: readonly (string | undefined)[];
}

/** An object that exposes Services to the outside through an ingress controller. */
export interface IngressRoute {
  /** The object, as the input names it. */
  readonly ref: ObjectRef;
  /** The namespace of its backends, where they name none. */
  readonly namespace: string;
  /** `metadata.name`. */
  readonly name: string;
  /** Where it sends what comes in, in written order. */
  readonly backends: readonly RouteBackend[];
  /** Of an Ingress: what is to serve it. Absent: it does not say. */
  readonly className?: string;
  /** Of a route of the Gateway API; empty where it names none. Absent: of another kind. */
  readonly parents?: readonly RouteParent[];
  /** Of a route of the Gateway API. Absent: any. */
  readonly hostnames?: readonly string[];
  /** Where the object is written. */
  readonly origin: Origin;
}
