import type { Assumptions } from "../options.ts";
import type { AddressSet } from "../sets/address-set.ts";

/** What the engine needs to know beside the cluster. */
export interface ReachabilityOptions {
  readonly assumptions: Assumptions;
  /** The addresses that pods get, where known: bounds what the address of a pod may be. */
  readonly podCidrs?: AddressSet;
}
