import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { ReachabilityGraph } from "./graph-result.ts";
import type { Location } from "../source/position.ts";

/** A rule that lets something through, and where it stands. */
export interface PictureRule {
  /** The policy, as the input names it. */
  readonly policy: ObjectRef;
  /** E.g. `spec.ingress[0]`. */
  readonly path: string;
  /** Where it is written. */
  readonly location: Location;
}

/** What an HTML report draws of a cluster. */
export interface ReportPicture {
  /** The environment it is of, where there are several. */
  readonly name?: string;
  /** The relation, folded until it can be drawn. */
  readonly graph: ReachabilityGraph;
  /** Ids of the endpoints that each node stands for, in the order of `graph.nodes`. */
  readonly members: readonly (readonly string[])[];
  /** Every rule that lets something through. */
  readonly rules: readonly PictureRule[];
  /** The rules behind each edge, in the order of `graph.edges`, as positions in `rules`. */
  readonly edgeRules: readonly { readonly egress: readonly number[]; readonly ingress: readonly number[] }[];
  /** Namespace by namespace, alike ones as one. */
  readonly matrix: ReachabilityGraph;
}
