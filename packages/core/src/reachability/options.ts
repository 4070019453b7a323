import type { Assumptions } from "../model/assumptions.ts";
import type { AddressSet } from "../sets/address-set.ts";
import type { Domains } from "./address-peers.ts";
import type { SharedClasses } from "./shared-classes.ts";

/** What the engine needs to know beside the cluster. */
export interface ReachabilityOptions {
  readonly assumptions: Assumptions;
  /** The addresses that pods get, where known: bounds what the address of a pod may be. */
  readonly podCidrs?: AddressSet;
  /** The addresses that names of DNS resolve to, where they are given. */
  readonly domains?: Domains;
  /** Reserved identities of Cilium that a question names: they are among the ends as if a policy named them. */
  readonly reserved?: readonly string[];
  /** A question is about ICMP, which is told apart as if a policy spoke of it. */
  readonly icmp?: boolean;
  /** Above this many classes a peer set is shared between rows instead of being merged into each. Changes speed, never an answer. */
  readonly denseSize?: number;
  /** What two relations that are to be compared share: the classes that this makes, and the numbers of connection sets. */
  readonly shared?: SharedClasses;
}
