import type { ObjectRef } from "../diagnostics/diagnostic.ts";
import type { Change } from "../edit/change.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import type { Finding, Fix } from "../answers/finding.ts";
import type { Origin } from "../source/position.ts";
import type { Manifests } from "./manifests.ts";

/** One step of a fix. */
export type FixStep =
  /** A change of an object: its path is counted from the object. */
  | { readonly type: "change"; readonly origin: Origin; readonly change: Change }
  /** A document to add to the end of `file`, or else to a new file `name` beside it. */
  | {
      readonly type: "add";
      readonly file: string;
      readonly name: string;
      readonly manifest: string;
      /** Always a new file. */
      readonly apart: boolean;
    };

/** Steps that make a finding go away. All are made or none. */
export interface PlannedFix {
  readonly finding: Finding;
  readonly kind: Fix["kind"];
  /** What is changed. */
  readonly object: ObjectRef;
  /** What is done, as an order: `write policyTypes: [Ingress]`. */
  readonly description: string;
  readonly steps: readonly FixStep[];
}

/** A fix that would be right but is not made, and why. */
export interface LeftAlone {
  readonly finding: Finding;
  readonly description: string;
  readonly reason: string;
}

/** What fixes are planned from. */
export interface FixContext {
  readonly cluster: Cluster;
  readonly findings: readonly Finding[];
  readonly manifests: Manifests;
}

/** What a planner gives. */
export interface FixPlan {
  readonly fixes: readonly PlannedFix[];
  readonly leftAlone: readonly LeftAlone[];
}

/** Plans the fixes of some rules. */
export type FixPlanner = (context: FixContext) => FixPlan;

/** The findings of rules, in order. */
export function findingsOf({ findings }: FixContext, ...ruleIds: readonly string[]): readonly Finding[] {
  return findings.filter(({ ruleId }) => ruleIds.includes(ruleId));
}

/** The policies in force, each by its kind, namespace and name. */
export function policiesByObject({ policies }: Cluster): ReadonlyMap<string, Policy> {
  return new Map(policies.map((policy) => [objectKey(policy.ref), policy]));
}

/** What tells an object from others, as one text: kinds of several API groups have the same name. */
export function objectKey({ apiVersion, kind, namespace, name }: ObjectRef): string {
  return `${groupOf(apiVersion)} ${kind} ${namespace ?? ""}/${name}`;
}

function groupOf(apiVersion: string): string {
  return apiVersion.slice(0, Math.max(0, apiVersion.indexOf("/")));
}
