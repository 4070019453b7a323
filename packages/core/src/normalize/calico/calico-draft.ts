import type { ObjectRef } from "../../diagnostics/diagnostic.ts";
import type { AddressGroup, CalicoSpec } from "../../model/calico.ts";
import type { Direction, Policy } from "../../model/policy.ts";
import type { Labels } from "../../model/selector.ts";
import type { Origin } from "../../source/position.ts";

/** A tier as it was read. */
export interface TierDraft {
  readonly name: string;
  /** `Infinity` where none is given: the tier is last. */
  readonly order: number;
  readonly passes: boolean;
}

/** A network set or a host endpoint as it was read. */
export interface GroupDraft extends AddressGroup {
  /** Of a host endpoint, whose labels it inherits: "a list of identifiers of profile objects that apply to this endpoint". */
  readonly profiles?: readonly string[];
}

/** A policy as it was read: what its selectors match is known when everything is read. */
export interface CalicoPolicyDraft extends CalicoSpec {
  readonly ref: ObjectRef;
  readonly name: string;
  readonly namespace?: string;
  readonly tier: string;
  readonly order: number;
  readonly types: Readonly<Record<Direction, boolean>>;
  /** The directions that the API server of v3 would have written, where they differ. */
  readonly defaultedTypes?: Readonly<Record<Direction, boolean>>;
  readonly policyTypes?: readonly string[];
  readonly annotations: Labels;
  readonly labels: Labels;
  readonly creationTimestamp?: string;
  readonly origin: Origin;
  readonly index: number;
}

/** The addresses and ports of the endpoints of a Service. */
export interface SliceDraft {
  readonly namespace: string;
  readonly service: string;
  readonly addresses: readonly string[];
  readonly ports: readonly {
    readonly name?: string;
    readonly protocol: "TCP" | "UDP" | "SCTP";
    readonly port: number;
  }[];
}

/** A policy as a staged one has it. */
export type EnforcedPolicy =
  | { readonly of: "calico"; readonly policy: CalicoPolicyDraft }
  | { readonly of: "kubernetes"; readonly policy: Policy };

/** A staged policy. `puts`: what would be in force, or gone; absent where it would be refused. */
export interface StagedDraft {
  readonly ref: ObjectRef;
  readonly origin: Origin;
  readonly puts?: EnforcedPolicy & { readonly isGone: boolean };
}

/** What was read of Calico's kinds, and of those that its policies speak of. */
export class CalicoDraft {
  /** Some object of Calico is in the input: its data plane enforces policies. */
  isInUse = false;
  readonly tiers: Map<string, TierDraft> = new Map();
  readonly groups: Map<string, GroupDraft> = new Map();
  /** `labelsToApply` of profiles, by name. */
  readonly profiles: Map<string, Labels> = new Map();
  /** By kind, namespace and name without the tier: an object that is served in two groups is one. */
  readonly policies: Map<string, CalicoPolicyDraft> = new Map();
  /** The labels of service accounts, by namespace and name. */
  readonly serviceAccounts: Map<string, Labels> = new Map();
  readonly slices: SliceDraft[] = [];
  /** In input order. */
  readonly staged: StagedDraft[] = [];
}
