import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { AddressSet } from "../sets/address-set.ts";
import type { NodePath, Origin } from "../source/position.ts";
import type { Direction } from "./policy.ts";
import type { Labels } from "./selector.ts";

/** What a selector of Calico asks of one label. */
export type LabelTest =
  | { readonly type: "in"; readonly key: string; readonly values: readonly string[] }
  | { readonly type: "has"; readonly key: string }
  | { readonly type: "contains" | "startsWith" | "endsWith"; readonly key: string; readonly text: string };

/** A selector as it is understood. `global` asks for endpoints without a namespace. */
export type SelectorTree =
  | { readonly type: "test"; readonly test: LabelTest }
  | { readonly type: "not"; readonly of: SelectorTree }
  | { readonly type: "and" | "or"; readonly of: readonly SelectorTree[] }
  | { readonly type: "all" }
  | { readonly type: "global" };

/** A selector as it was written, with what it means. */
export interface ReadSelector {
  readonly text: string;
  readonly tree: SelectorTree;
}

/** A port as it was written: a range, or a name. */
export type PortEntry = { readonly from: number; readonly to: number } | { readonly name: string };

/** One end of a rule, `source` or `destination`: all that is given must hold. */
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
  /** Names of DNS (Calico Enterprise and Cloud). */
  readonly domains?: readonly string[];
}

/** A protocol that npa tells apart, or `other`: ICMP and all the rest. */
export type CalicoProtocol = "TCP" | "UDP" | "SCTP" | "other";

/** A rule of a policy of Calico as it was written. */
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

/** What is written in a policy of Calico, in its own terms: for rules that speak of those. */
export interface CalicoSpec {
  readonly selector?: ReadSelector;
  readonly namespaceSelector?: ReadSelector;
  readonly serviceAccountSelector?: ReadSelector;
  /** The rules of each direction in written order, also those of one that `types` leaves out. */
  readonly rules: Readonly<Record<Direction, readonly CalicoRule[]>>;
  /** "Untracked and pre-DNAT policies apply to host endpoints": it decides nothing about pods. */
  readonly onlyHosts?: "doNotTrack" | "preDNAT";
  /** It decides about what host endpoints forward, too. */
  readonly applyOnForward?: true;
}

/** Something that selectors of Calico find by its labels and that stands for addresses: a network set, or a host endpoint. */
export interface AddressGroup {
  readonly ref: ObjectRef;
  /** Absent for what stands outside namespaces. */
  readonly namespace?: string;
  readonly labels: Labels;
  /** As written. */
  readonly nets: readonly string[];
  readonly addresses: AddressSet;
  /** Names of DNS that an egress rule finds it by, too: `allowedEgressDomains` (Calico Enterprise and Cloud). Absent: none. */
  readonly domains?: readonly string[];
  readonly origin: Origin;
}

/** What a rule of Calico knows its peers by: all of it is one end. */
export function calicoPeerPath({ rules }: CalicoSpec, direction: Direction, rule: number): NodePath {
  const field = direction === "ingress" ? "source" : "destination";
  const entity = rules[direction][rule]?.[field];
  const asked = (["selector", "notSelector", "serviceAccounts", "namespaceSelector", "services"] as const).find(
    (each) => entity?.[each] !== undefined,
  );
  const first = asked ?? (entity?.nets === undefined ? undefined : "nets");
  return ["spec", direction, rule, ...(first === undefined ? [] : [field, first])];
}
