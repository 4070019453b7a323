import { pushAll } from "../lib/push-all.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { type Direction, directions, type Policy } from "../model/policy.ts";
import type { RawValue } from "../parse/document.ts";
import { isGuard } from "../rules/support/optimizations.ts";
import { mergeInSpace } from "../symbolic/merge-policies.ts";
import { PolicySpace } from "../symbolic/policy-space.ts";
import { mergeCandidates, subjectGroups } from "../symbolic/subject-groups.ts";
import { rulePath } from "../model/policy.ts";
import type { Change } from "../edit/change.ts";
import {
  type FixContext,
  type FixPlanner,
  type FixStep,
  findingsOf,
  type LeftAlone,
  objectKey,
  type PlannedFix,
} from "./planned-fix.ts";

/** Moves the rules of policies with equal subjects into the first of them, where that is proved to change nothing. */
export const planMerges: FixPlanner = (context) => {
  const findings = findingsOf(context, "mergeable-policies");
  if (findings.length === 0) return { fixes: [], leftAlone: [] };
  const fixes: PlannedFix[] = [];
  const leftAlone: LeftAlone[] = [];
  const namespaces = new Set(findings.map(({ object }) => object.namespace));
  const policies = context.cluster.policies.filter(
    (policy) => isNetworkPolicy(policy) && namespaces.has(policy.namespace),
  );
  const candidates = policies.filter((policy) => !isGuard(policy));
  const space = new PolicySpace(candidates);
  for (const same of mergeCandidates(subjectGroups(space, candidates))) {
    const group = same.toSorted((a, b) => a.index - b.index);
    const keys = new Set(group.map(({ ref }) => objectKey(ref)));
    const finding = findings.find(({ object }) => keys.has(objectKey(object)));
    const [first, ...others] = group;
    if (finding === undefined || first === undefined) continue;
    const description = `move the rules of ${others.map(({ name }) => name).join(", ")} into ${first.name}`;
    const steps = mergeSteps(context, space, first, others);
    if (typeof steps === "string") leftAlone.push({ finding, description, reason: steps });
    else fixes.push({ finding, kind: "safe", object: first.ref, description, steps });
  }
  return { fixes, leftAlone };
};

/** The steps of a merge, or why it is not made. */
function mergeSteps(
  context: FixContext,
  space: PolicySpace,
  first: Policy,
  others: readonly Policy[],
): readonly FixStep[] | string {
  const merge = mergeInSpace(space, [first, ...others], { limit: 1 });
  if (merge.status === "refused") return merge.reason;
  const kept = context.manifests.documentOf(first.origin);
  for (const other of others) {
    const reason = whyKept(context, other, kept?.file);
    if (reason !== undefined) return reason;
  }
  const rules: Record<Direction, readonly RawValue[]> = { ingress: [], egress: [] };
  for (const direction of directions) {
    const wanted = new Set(merge.merged.rules[direction]);
    rules[direction] = others.flatMap((other) =>
      other.rules[direction].flatMap((rule, i) =>
        wanted.has(rule) ? [context.manifests.valueOf(other.origin, rulePath(direction, i)) ?? null] : [],
      ),
    );
  }
  return [
    ...changesOf(context, first, merge.merged, rules).map((change): FixStep => ({
      type: "change",
      origin: first.origin,
      change,
    })),
    ...others.map(({ origin }): FixStep => ({ type: "change", origin, change: { type: "delete", path: [] } })),
  ];
}

/** What would be lost with a policy beside its rules. */
function whyKept({ manifests }: FixContext, other: Policy, file: string | undefined): string | undefined {
  const document = manifests.documentOf(other.origin);
  if (document === undefined || document.file !== file) return `${other.name} is in another file`;
  if (`${document.lead}${document.text}`.includes("#")) return `${other.name} has comments`;
  const metadata = manifests.valueOf(other.origin, ["metadata"]);
  const more = Object.keys(metadata ?? {}).find((key) => key !== "name" && key !== "namespace");
  return more === undefined ? undefined : `${other.name} has ${more}`;
}

function changesOf(
  { manifests }: FixContext,
  first: Policy,
  merged: Policy,
  rules: Readonly<Record<Direction, readonly RawValue[]>>,
): readonly Change[] {
  const changes: Change[] = [];
  const types = merged.policyTypes ?? [];
  if (first.policyTypes === undefined) {
    changes.push({ type: "put", path: ["spec"], key: "policyTypes", value: types, after: ["podSelector"] });
  } else {
    for (const value of types.filter((type) => !first.policyTypes?.includes(type)))
      changes.push({ type: "append", path: ["spec", "policyTypes"], value });
  }
  for (const direction of directions) {
    const added = rules[direction];
    if (added.length === 0) continue;
    const written = manifests.valueOf(first.origin, ["spec", direction]);
    if (Array.isArray(written) && written.length > 0) {
      pushAll(
        changes,
        added.map((value): Change => ({ type: "append", path: ["spec", direction], value })),
      );
    } else {
      changes.push({ type: "put", path: ["spec"], key: direction, value: added, after: ["ingress", "policyTypes"] });
    }
  }
  return changes;
}
