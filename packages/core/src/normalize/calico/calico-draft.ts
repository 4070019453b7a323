import type { ObjectRef } from "../../diagnostics/diagnostic.ts";
import type { Direction, Policy } from "../../model/policy.ts";
import type { Labels } from "../../model/selector.ts";
import type { SelectorTree } from "../../semantics/calico/parse-selector.ts";
import type { AddressSet } from "../../sets/address-set.ts";
import type { Origin } from "../../source/position.ts";

/** A tier as it was read. */
export interface TierDraft {
  readonly name: string;
  /** `Infinity` where none is given: the tier is last. */
  readonly order: number;
  readonly passes: boolean;
}

/** Something that selectors find by its labels and that stands for addresses: a network set, or a host endpoint. */
export interface AddressGroup {
  /** Absent for what stands outside namespaces. */
  readonly namespace?: string;
  readonly labels: Labels;
  readonly addresses: AddressSet;
}

/** A selector as it was written, with what it means. */
export interface ReadSelector {
  readonly text: string;
  readonly tree: SelectorTree;
}

/** A port as it was written: a range, or a name. */
export type PortEntry = { readonly from: number; readonly to: number } | { readonly name: string };

/** One end of a rule. */
export interface EntityRule {
  readonly selector?: ReadSelector;
  readonly notSelector?: ReadSelector;
  readonly namespaceSelector?: ReadSelector;
  readonly nets?: AddressSet;
  readonly notNets?: AddressSet;
  /** The families of the blocks. */
  readonly families: readonly number[];
  /** As written: what the address sets are known by. */
  readonly netTexts: readonly string[];
  readonly ports: readonly PortEntry[];
  readonly notPorts: readonly PortEntry[];
  readonly serviceAccounts?: { readonly names: readonly string[]; readonly selector?: ReadSelector };
  readonly services?: { readonly name: string; readonly namespace?: string };
}

/** A protocol that npa tells apart, or `other`: ICMP and all the rest. */
export type CalicoProtocol = "TCP" | "UDP" | "SCTP" | "other";

/** A rule as it was read. */
export interface CalicoRule {
  readonly action: "allow" | "deny" | "pass" | "log";
  readonly protocol?: CalicoProtocol;
  readonly notProtocol?: CalicoProtocol;
  readonly ipVersion?: 4 | 6;
  readonly source: EntityRule;
  readonly destination: EntityRule;
  /** It asks for requests of HTTP. */
  readonly http: boolean;
}

/** A policy as it was read: what its selectors match is known when everything is read. */
export interface CalicoPolicyDraft {
  readonly ref: ObjectRef;
  readonly name: string;
  readonly namespace?: string;
  readonly tier: string;
  readonly order: number;
  readonly selector?: ReadSelector;
  readonly namespaceSelector?: ReadSelector;
  readonly serviceAccountSelector?: ReadSelector;
  readonly types: Readonly<Record<Direction, boolean>>;
  /** The directions that the API server of v3 would have written, where they differ. */
  readonly defaultedTypes?: Readonly<Record<Direction, boolean>>;
  readonly policyTypes?: readonly string[];
  readonly rules: Readonly<Record<Direction, readonly CalicoRule[]>>;
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
  readonly puts?: EnforcedPolicy & { readonly isGone: boolean };
}

/** What was read of Calico's kinds, and of those that its policies speak of. */
export class CalicoDraft {
  /** Some object of Calico is in the input: its data plane enforces policies. */
  isInUse = false;
  readonly tiers: Map<string, TierDraft> = new Map();
  readonly groups: Map<string, AddressGroup> = new Map();
  /** By kind, namespace and name without the tier: an object that is served in two groups is one. */
  readonly policies: Map<string, CalicoPolicyDraft> = new Map();
  /** The labels of service accounts, by namespace and name. */
  readonly serviceAccounts: Map<string, Labels> = new Map();
  readonly slices: SliceDraft[] = [];
  /** In input order. */
  readonly staged: StagedDraft[] = [];
}
