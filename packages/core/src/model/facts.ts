import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { NodePath, Origin } from "../source/position.ts";

/** What addresses of a cluster are used for, in the order in which they are told. */
export const addressUses = ["pods", "services", "nodes"] as const;

/** What addresses of a cluster are used for. */
export type AddressUse = (typeof addressUses)[number];

/** The clouds whose metadata endpoints differ; `other` is any that has the usual one only. */
export const platforms = ["aws", "azure", "google", "alibaba", "other"] as const;

/** A cloud. */
export type Platform = (typeof platforms)[number];

/** Where addresses of the cluster come from. */
export interface CidrFact {
  readonly type: "cidr";
  readonly use: AddressUse;
  readonly cidr: string;
}

/** A network plugin that is there. That one enforces policies is never known from manifests; that one cannot, is. */
export interface PluginFact {
  readonly type: "plugin";
  /** As a sentence names it: `flannel`, `the AWS VPC CNI without its network policy agent`. */
  readonly name: string;
  readonly enforces: "no" | "not proven";
}

/** The cloud that the cluster runs on. */
export interface PlatformFact {
  readonly type: "platform";
  readonly platform: Platform;
}

/** Where the API server listens. */
export interface ApiServerFact {
  readonly type: "api-server";
  readonly address: string;
  readonly port: number;
}

/** Whether policies of Cilium that select nodes are enforced. */
export interface HostFirewallFact {
  readonly type: "host-firewall";
  readonly enabled: boolean;
}

/** What Cilium answers to a look-up that no rule allows: that there is no such name, in place of a refusal. */
export interface RefusedLookUpFact {
  readonly type: "refused-look-up";
  readonly answer: "nameError";
}

/** The settings of Calico's agent by which traffic passes or is dropped beside policies. */
const felixSettings = ["defaultEndpointToHostAction", "failsafeInboundHostPorts", "failsafeOutboundHostPorts"] as const;

/** What Calico's agent does whatever policies say: with what pods send to their own node, and with ports of hosts that stay open. */
export interface FelixFact {
  readonly type: "felix";
  readonly setting: (typeof felixSettings)[number];
  /** `Drop`, `Accept` or `Return`; ports as `tcp 22, udp 68 of 10.0.0.0/8`, and `none`. */
  readonly value: string;
}

/** Something that is told of the cluster itself. */
export type ToldFact =
  | CidrFact
  | PluginFact
  | PlatformFact
  | ApiServerFact
  | HostFirewallFact
  | RefusedLookUpFact
  | FelixFact;

/** Something that an object of the input tells of the cluster itself, and where it says so. */
export type ClusterFact = ToldFact & {
  readonly object: ObjectRef;
  readonly origin: Origin;
  readonly path: NodePath;
};
