import type { AddressUse, ClusterFact, Platform } from "../../model/facts.ts";
import type { RuleContext } from "../context.ts";
import { nameOf } from "./words.ts";

/** A CIDR of the cluster, and who tells of it. */
export interface KnownCidr {
  readonly cidr: string;
  /** As a clause behind it; empty where the configuration says it. */
  readonly source: string;
}

type FactOf<T extends ClusterFact["type"]> = Extract<ClusterFact, { readonly type: T }>;

/** The facts of one kind that the input gives. */
export function factsOf<T extends ClusterFact["type"]>({ cluster }: RuleContext, type: T): readonly FactOf<T>[] {
  return (cluster.facts ?? []).filter((fact): fact is FactOf<T> => fact.type === type);
}

/** Where addresses of one use come from: as the configuration has it, else as objects of the input tell. */
export function clusterCidrs(context: RuleContext, use: AddressUse): readonly KnownCidr[] {
  const configured = context.settings.clusterCidrs?.[use];
  if (configured !== undefined) return configured.map((cidr) => ({ cidr, source: "" }));
  return factsOf(context, "cidr")
    .filter((fact) => fact.use === use)
    .map((fact) => ({ cidr: fact.cidr, source: ` of ${nameOf({ ref: fact.object })}` }));
}

/** The clouds that the cluster may run on: as the configuration has it, else all that the input names. None: not known. */
export function platformsOf(context: RuleContext): ReadonlySet<Platform> {
  const { platform } = context.settings;
  return new Set(platform === undefined ? factsOf(context, "platform").map((fact) => fact.platform) : [platform]);
}
