import type { Assumptions } from "../options.ts";
import type { AddressSet } from "../sets/address-set.ts";

/** What the engine needs to know beside the cluster. */
export interface ReachabilityOptions {
  readonly assumptions: Assumptions;
  /** The addresses that pods get, where known: bounds what the address of a pod may be. */
  readonly podCidrs?: AddressSet;
  /** Above this many classes a peer set is shared between rows instead of being merged into each. Changes speed, never an answer. */
  readonly denseSize?: number;
}
