import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Direction } from "../model/policy.ts";
import type { Location } from "../source/position.ts";
import type { apiVersion } from "./api-version.ts";
import type { Basis } from "./basis.ts";
import type { JsonValue } from "./finding.ts";
import type { Ports } from "./ports.ts";
import type { Answer } from "./verdict.ts";

/** A rule that opens something. */
export interface OpeningRule {
  /** The policy, as the input names it. */
  readonly object: ObjectRef;
  /** Path of the rule, e.g. `spec.ingress[0]`. */
  readonly rule: string;
  /** Where it is written. */
  readonly location: Location;
  /** It lets only these requests pass, as `GET /api/.*`. Absent: all. */
  readonly requests?: readonly string[];
}

/** Part of every opening: the ports, and the places in `through` of the rules that open them; none where nothing isolates. */
export interface Opening extends Ports {
  /** Ports by name (`http/TCP`) that are open, too, whatever number a pod that is not there gives them. Absent: none. */
  readonly named?: readonly string[];
  /** What of `ports` hangs on a fact that the input does not give, or on policies that could not be read. Absent: nothing. */
  readonly uncertain?: Ports;
  /** Places in the report's list of opening rules, from 0. */
  readonly through: readonly number[];
}

/** Pods that may less than every other pod of the cluster: `ports` is all that they may of it. */
export interface ClusterException extends Ports {
  /** The namespaces of these pods, as Kubernetes writes a selector. */
  readonly namespaceSelector: JsonValue;
  /** Their labels, as Kubernetes writes a selector. */
  readonly podSelector: JsonValue;
  /** Names of ports that may pass wherever a pod gives them. Absent: none. */
  readonly named?: readonly string[];
}

/** Every pod there could be, but those that rules deny some of it. */
export interface ClusterOpening extends Opening {
  /** The widest first. Absent: none. */
  readonly except?: readonly ClusterException[];
}

/** Addresses outside that may connect, or be connected to. */
export interface InternetOpening extends Opening {
  /** As people say them: `internet`, blocks, `first-last`. */
  readonly ranges: readonly string[];
}

/** Every pod of every namespace that a selector matches, present or not. */
export interface NamespaceOpening extends Opening {
  /** As Kubernetes writes a selector; an empty one is every namespace. */
  readonly selector: JsonValue;
}

/** Every pod that a pair of selectors matches. */
export interface LabelOpening extends Opening {
  /** As Kubernetes writes a selector; an empty one is every namespace. */
  readonly namespaceSelector: JsonValue;
  /** As Kubernetes writes a selector; an empty one is every pod. */
  readonly podSelector: JsonValue;
  /** Whether a pod of the input has the labels. */
  readonly present: boolean;
}

/** What a workload is open to in one direction. */
export interface ExposedDirection {
  /** Whether nothing passes without a rule that allows it, for certain. */
  readonly isolated: boolean;
  /** It may be isolated: by policies that could not be read, or of which it is not known whether they select it. Absent: no. */
  readonly mayBeIsolated?: true;
  /** Addresses outside, and on which ports; empty where none may. */
  readonly internet: readonly InternetOpening[];
  /** What every pod there could be may connect to; null when nothing. */
  readonly cluster: ClusterOpening | null;
  /** What whole namespaces may beyond that. */
  readonly namespaces: readonly NamespaceOpening[];
  /** What pods of some labels may beyond that. */
  readonly labels: readonly LabelOpening[];
  /** The rules that open something; openings name them by position. */
  readonly through: readonly OpeningRule[];
}

/** What a workload, or a part of one, is open to. */
export interface ExposedWorkload {
  /** The id of the workload, as in `npa list`. */
  readonly id: string;
  /** Who may ask it. */
  readonly ingress: ExposedDirection;
  /** Whom it may ask. */
  readonly egress: ExposedDirection;
}

/** A workload that no policy isolates in some direction. */
export interface UnprotectedWorkload {
  /** The id of the workload, as in `npa list`. */
  readonly id: string;
  /** Those in which nothing isolates it. */
  readonly directions: readonly Direction[];
  /** Those of them in which something that could not be read, or is not evaluated, may isolate it. Absent: none. */
  readonly uncertain?: readonly Direction[];
}

/** A way in from outside: a Service or a route, and a workload that it leads to. */
export interface Door extends Ports {
  /** The Service or the route. */
  readonly object: ObjectRef;
  /** Where it is written. */
  readonly location: Location;
  /** Who comes in through it: a load balancer or node port, or whatever serves the routes. */
  readonly source: "load-balancer" | "ingress-controller";
  /** The Service behind it, as `namespace/name`. */
  readonly service: string;
  /** The id of the workload that it leads to; absent where it leads to no pod of the input. */
  readonly backend?: string;
  /** Whether the policies of the backend let it in. `ports` are those of the pods that it leads to. */
  readonly open: Answer;
  /** What the answer rests on, in a sentence. */
  readonly because: string;
}

/** The answer of `npa exposure`. */
export interface ExposureReport extends Basis {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "ExposureReport";
  /** Sorted by id. */
  readonly workloads: readonly ExposedWorkload[];
  /** Workloads that no policy isolates, sorted by id. */
  readonly unprotected: readonly UnprotectedWorkload[];
  /** Ways in from outside, by object. */
  readonly doors: readonly Door[];
}
