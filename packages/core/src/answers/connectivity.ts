import type { apiVersion } from "./api-version.ts";
import type { Basis } from "./basis.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Direction } from "../model/policy.ts";
import type { Ports } from "./ports.ts";

/** Ports on which only some requests pass. */
export interface LimitedPorts extends Ports {
  /** The direction of the policies that say so. */
  readonly direction: Direction;
  /** Any of these, as the policies write them: `GET /api/.*`, `DNS *.example.com`. */
  readonly requests: readonly string[];
}

/** What one endpoint may send another. Reply traffic is implied. */
export interface Connection extends Ports {
  /** The id of the endpoint that sends. */
  readonly source: string;
  /** The id of the endpoint that is asked. */
  readonly target: string;
  /** The one address family that it is about, where of the other something else is known. Absent: that makes no difference. */
  readonly family?: "IPv4" | "IPv6";
  /** Where of these ports some requests pass and others do not. Absent: nowhere. */
  readonly limited?: readonly LimitedPorts[];
}

/**
 * A fact that the input does not give and an answer hangs on: a label of an undeclared namespace, a label of pods whose
 * value only their controller knows, a pod's address, or which node it is on.
 */
export type MissingFact =
  | { readonly namespace: string; readonly label: string }
  | { readonly endpoint: string; readonly label: string }
  | { readonly endpoint: string; readonly missing: "address" | "labels" | "node" }
  | { readonly policy: string; readonly missing: string };

/** A connection that exists only if the missing facts turn out so; `ports` is what they would add. */
export interface UncertainConnection extends Connection {
  /** The facts that are missing, at least one. */
  readonly because: readonly MissingFact[];
}

/** How far a list went that stopped before its end. */
export interface TruncatedList {
  /** How many connections it has, the uncertain ones among them. There are more. */
  readonly listed: number;
}

/** The same of a list that is made while it is read: to be asked when all is read. */
export type Truncation = TruncatedList | (() => TruncatedList | undefined);

/** The answer of `npa list`. */
export interface ConnectivityList extends Basis {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "ConnectivityList";
  /** Sorted by id. */
  readonly endpoints: readonly Endpoint[];
  /** Sorted by source, then target. */
  readonly connections: readonly Connection[];
  /** What exists only if missing facts turn out so; empty where the input leaves nothing open. */
  readonly uncertain: readonly UncertainConnection[];
  /** Absent where the list is whole. */
  readonly truncated?: TruncatedList;
}

/** Exact figures about the relation, none of which needs it expanded. */
export interface ReachabilityCounts {
  /** How many workloads, those without pods included. */
  readonly workloads: number;
  /** How many pods they have together. */
  readonly pods: number;
  /** Classes of pods, and of external addresses. */
  readonly podClasses: number;
  /** How many sets of addresses outside policies tell apart. */
  readonly addressClasses: number;
  /** Distinct rules, and distinct rows per direction. */
  readonly rules: number;
  /** How many different sets of ingress rules pods have. */
  readonly ingressSignatures: number;
  /** How many different sets of egress rules pods have. */
  readonly egressSignatures: number;
  /** Ordered pairs of different pods with at least one connection, and all such pairs there are. */
  readonly podPairs: number;
  /** How many ordered pairs of two different pods there are. */
  readonly possiblePodPairs: number;
  /** Connections that a list has: ordered pairs of endpoints (workload parts and external address classes). */
  readonly connections: number;
  /** Pairs of different pods that have a connection only if what the input leaves open turns out so. */
  readonly uncertainPodPairs: number;
}

/** The answer of `npa list --count`: exact figures, with nothing expanded. */
export interface ConnectivityCounts extends Basis, ReachabilityCounts {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "ConnectivityCounts";
  /** Policies in force. */
  readonly policies: number;
}
