import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Location } from "../source/position.ts";
import type { apiVersion } from "./api-version.ts";
import type { Basis } from "./basis.ts";
import type { Finding } from "./finding.ts";
import type { Ports } from "./ports.ts";

/** How what one endpoint may send another differs between two states. */
export interface ConnectionChange {
  /** `added`: nothing could pass before; `removed`: nothing can after; `changed`: other ports, or no others and more or less is certain. */
  readonly type: "added" | "removed" | "changed";
  /** The id of the endpoint that sends. */
  readonly source: string;
  /** The id of the endpoint that is asked. */
  readonly target: string;
  /** What passes before; of an uncertain change what may. Absent: nothing. */
  readonly before?: Ports;
  /** What passes after; of an uncertain change what may. Absent: nothing. */
  readonly after?: Ports;
  /** True where it hangs on facts that the input does not give whether anything changes. Absent: it does. */
  readonly uncertain?: true;
  /** Of an uncertain change: what passed possibly before, and passes for certain after. Absent: nothing. */
  readonly nowCertain?: Ports;
  /** Of an uncertain change: what passed for certain before, and passes possibly after. Absent: nothing. */
  readonly noLongerCertain?: Ports;
  /** The ports stay as they are, and policies let more requests pass on them, or fewer. Absent: it is about ports. */
  readonly requests?: "more" | "fewer";
}

/** An object that is not the same on both sides and takes part in a decision. */
export interface ChangedObject {
  /** The object, as the input names it. */
  readonly object: ObjectRef;
  /** What became of it from the first side to the second. */
  readonly change: "added" | "removed" | "changed";
  /** Where it stands after the change; of a removed one, where it stood. */
  readonly location: Location;
}

/** The ends of many connections: how many there are, and the first ids. */
export interface EndpointReach {
  /** How many endpoints. */
  readonly count: number;
  /** The first of them, sorted. */
  readonly ids: readonly string[];
}

/** Connections that change together, because the same objects changed. */
export interface ChangeGroup {
  /** The changed policies that select an end of these connections; none where only workloads, namespaces or settings of the data plane changed. */
  readonly causes: readonly ChangedObject[];
  /** How many connections change, and how many of them gain or lose ports: one that swaps ports does both. */
  readonly count: number;
  /** How many connections are new or wider. */
  readonly opened: number;
  /** How many connections are gone or narrower. */
  readonly closed: number;
  /** Who sends. */
  readonly sources: EndpointReach;
  /** Who is asked. */
  readonly targets: EndpointReach;
  /** The positions of the group's connections in `changes`, as far as those are listed. */
  readonly changes: readonly number[];
}

/** What a change does, in figures. */
export interface DiffVerdict {
  /** Pairs of endpoints that may talk on a port on which they could not before, and the reverse. */
  readonly opened: number;
  /** How many connections are gone or narrower. */
  readonly closed: number;
  /** Of these, pairs with an end that only one side has. */
  readonly openedByNewEndpoints: number;
  /** How many of these are gone with one of their ends. */
  readonly closedByGoneEndpoints: number;
  /** Of the pairs that open, or may open, those that the configuration does not allow to; all where it allows none. */
  readonly unallowed: number;
  /** Null when findings were not compared. */
  readonly newFindings: number | null;
  /** How many findings are gone; null where they were not looked for. */
  readonly fixedFindings: number | null;
}

/** What one side is: without workloads there is nothing to compare. */
export interface DiffBasis extends Pick<Basis, "notEvaluated" | "inputs"> {
  /** How many workloads that side has. */
  readonly workloads: number;
  /** How many policies are in force there. */
  readonly policies: number;
}

/** The answer of `npa diff`: what changes between two states of a cluster. */
export interface ConnectivityDiff extends Pick<Basis, "assumptions"> {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "ConnectivityDiff";
  /** Of `npa analyze --what-if staged`: the staged policies of Calico that are in force in the second state. */
  readonly staged?: readonly ObjectRef[];
  /** The changes in figures. */
  readonly verdict: DiffVerdict;
  /** Sorted by source, then target. The first ones only when there are very many: `changeCount` counts all. */
  readonly changes: readonly ConnectionChange[];
  /** How many changes there are, those that are not listed included. */
  readonly changeCount: number;
  /** True where there are more changes than were looked for: all figures are then of those that were found. Else absent. */
  readonly truncated?: boolean;
  /** What changes only if facts turn out so that the input does not give. */
  readonly uncertain: readonly ConnectionChange[];
  /** The first pairs that open, or may, though the configuration does not allow it; empty where it allows nothing to open. */
  readonly unallowed: readonly ConnectionChange[];
  /** The largest first. */
  readonly groups: readonly ChangeGroup[];
  /** Every policy that is not the same on both sides, whether a connection changes by it or not. */
  readonly changedPolicies: readonly ChangedObject[];
  /** Objects that are not the same on both sides and may change the answer, and that are not evaluated: they may open more. */
  readonly changedUnknowns: readonly ChangedObject[];
  /** Ids of workloads, or parts of one, that only one side has; sorted. */
  readonly addedEndpoints: readonly string[];
  /** The ids of endpoints that only the first side has. */
  readonly removedEndpoints: readonly string[];
  /** Findings that only one side has; empty when they were not compared. */
  readonly newFindings: readonly Finding[];
  /** Those that only the first side has. */
  readonly fixedFindings: readonly Finding[];
  /** What the first side rests on. */
  readonly before: DiffBasis;
  /** What the second side rests on. */
  readonly after: DiffBasis;
}

/** What changes in one of several environments. */
export interface EnvironmentDiff {
  /** The last step of its directory, or more steps where that is not enough to tell it from others. */
  readonly name: string;
  /** The directories that it comes from. One that a side does not have is compared with nothing, and has no directory there. */
  readonly before?: string;
  /** Its directory on the second side. Absent: that side does not have it. */
  readonly after?: string;
  /** What changes in it. */
  readonly diff: ConnectivityDiff;
}

/** The answer of `npa diff` where a side has several environments: each is compared with its own former state. */
export interface EnvironmentsDiff {
  /** The version of the answer's shape: a reader of another one should not read it. */
  readonly apiVersion: typeof apiVersion;
  /** Which answer it is. */
  readonly kind: "EnvironmentsDiff";
  /** Sums over the environments: what changes in two of them counts twice. */
  readonly verdict: DiffVerdict;
  /** Sorted by name. */
  readonly environments: readonly EnvironmentDiff[];
}
