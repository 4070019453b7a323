import type { ObjectRef } from "../../diagnostics/diagnostic.ts";
import type { Assumptions } from "../../model/assumptions.ts";
import type { ClusterNode, HostPolicy } from "../../model/cluster.ts";
import type { Direction, PortSpec, RuleAction, UnderAssumption, RequiredBox } from "../../model/policy.ts";
import type { AllowedRequest, Authentication } from "../../model/requests.ts";
import type { Labels, Selector } from "../../model/selector.ts";
import type { AddressSet } from "../../sets/address-set.ts";
import type { NodePath, Origin } from "../../source/position.ts";
import type { EndpointSelector } from "./endpoint-selector.ts";
import type { ServiceSelector } from "./service-selector.ts";

/** One of several whom an entry speaks of. */
export type CiliumPeer =
  | { readonly type: "endpoints"; readonly selector: EndpointSelector }
  | { readonly type: "entity"; readonly entity: string }
  | { readonly type: "cidr"; readonly text: string; readonly addresses: AddressSet }
  | {
      readonly type: "cidrGroup";
      readonly name?: string;
      readonly labels?: Selector;
      readonly except: AddressSet;
    }
  | {
      readonly type: "service";
      readonly name?: string;
      readonly namespace?: string;
      readonly labels?: ServiceSelector;
    }
  | { readonly type: "names"; readonly names: readonly string[] }
  | { readonly type: "nodes"; readonly selector: Selector }
  | { readonly type: "unknown"; readonly what: string };

/** An entry of `ingress`, `egress`, `ingressDeny` or `egressDeny`. */
export interface CiliumEntry {
  readonly action: RuleAction;
  /** Where the entry stands. */
  readonly path: NodePath;
  /** `any`: no peers are given, so that all are meant. */
  readonly peers: readonly PlacedPeer[] | "any";
  /** The mode of its `authentication`. */
  readonly authentication?: Authentication;
  readonly grants: readonly CiliumGrant[];
}

/** A peer and where it stands. */
export interface PlacedPeer {
  readonly peer: CiliumPeer;
  readonly path: NodePath;
}

/** Ports that an entry is about, and what requests on them are limited to: the rest of their traffic is dropped. */
export interface CiliumGrant {
  readonly ports: readonly PortSpec[] | "any";
  /** Where the ports stand, in their order. */
  readonly paths: readonly NodePath[];
  /** Absent: to nothing. */
  readonly requests?: readonly AllowedRequest[];
}

/** One rule of an object, of `spec` or of `specs`. */
export interface CiliumRule {
  readonly subject: EndpointSelector;
  /** Whether it selects nodes. */
  readonly isHost: boolean;
  readonly applies: Readonly<Record<Direction, boolean>>;
  readonly isolates: Readonly<Record<Direction, boolean>>;
  readonly entries: Readonly<Record<Direction, readonly CiliumEntry[]>>;
  /** `fromRequires` and `toRequires`, which are gone since 1.19. */
  readonly requires: Readonly<Record<Direction, readonly RequiredBox[]>>;
}

/** A policy as it was read: what it says of Services and groups is known when everything is read. */
export interface CiliumPolicyDraft {
  readonly ref: ObjectRef;
  readonly name: string;
  readonly namespace?: string;
  readonly rules: readonly CiliumRule[];
  /** What settings and versions of Cilium refuse it for, as a whole. */
  readonly refusedIf: readonly UnderAssumption[];
  /** The last version that accepts it. Absent: all do. */
  readonly until?: Assumptions["ciliumVersion"];
  readonly annotations: Labels;
  readonly labels: Labels;
  readonly origin: Origin;
  readonly index: number;
}

/** A CiliumCIDRGroup. */
export interface CidrGroup {
  readonly name: string;
  readonly labels: Labels;
  readonly addresses: AddressSet;
}

/** What was read of Cilium's kinds. */
export class CiliumDraft {
  readonly policies: Map<string, CiliumPolicyDraft> = new Map();
  /** Those of them that select nodes, and where. */
  readonly hostPolicies: Map<string, Omit<HostPolicy, "policies">> = new Map();
  readonly groups: Map<string, CidrGroup> = new Map();
  /** CiliumNodes, by name. */
  readonly nodes: Map<string, ClusterNode> = new Map();
}
