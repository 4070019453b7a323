import { type Policy, peerPath, portPath, rulePath } from "../model/policy.ts";
import { formatPath, type NodePath } from "../source/position.ts";
import { findRedundancies } from "../symbolic/find-redundancies.ts";
import type { Part } from "../symbolic/redundancy.ts";
import type { Finding } from "../result.ts";
import { type FixPlanner, findingsOf, type LeftAlone, objectKey, type PlannedFix } from "./planned-fix.ts";

/**
 * Takes out what adds nothing to the rest. What the findings name may cover each other; what is taken out is a set that can
 * go at once.
 */
export const planRedundancies: FixPlanner = (context) => {
  const named = findingsByPlace(findingsOf(context, "duplicate-policy", "redundant-policy", "redundant-rule"));
  if (named.size === 0) return { fixes: [], leftAlone: [] };
  const fixes: PlannedFix[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const { part } of findRedundancies(context.cluster.policies).redundant) {
    const { policy } = part;
    const path = pathOf(part);
    const finding = named.get(placeKey(policy, part.type === "policy" ? undefined : path));
    if (finding === undefined) continue;
    const description = part.type === "policy" ? "delete the policy" : `delete ${formatPath(path)}`;
    // "policies that contain an egress section are assumed to affect egress": without its rules it would not be one.
    if (part.type === "rule" && policy.policyTypes === undefined) {
      leftAlone.push({ finding, description, reason: "policyTypes has to be written first" });
      continue;
    }
    const step = { type: "change", origin: policy.origin, change: { type: "delete", path } } as const;
    fixes.push({ finding, kind: "safe", object: policy.ref, description, steps: [step] });
  }
  return { fixes, leftAlone };
};

function pathOf(part: Part): NodePath {
  switch (part.type) {
    case "policy":
      return [];
    case "rule":
      return rulePath(part.direction, part.rule);
    case "peer":
      return peerPath(part.direction, part.rule, part.peer);
    case "port":
      return portPath(part.direction, part.rule, part.port);
  }
}

/** Policies are found by their name, wherever in them the finding points. */
function findingsByPlace(findings: readonly Finding[]): ReadonlyMap<string, Finding> {
  const byPlace = new Map<string, Finding>();
  for (const finding of findings) {
    const isRule = finding.ruleId === "redundant-rule";
    const key = `${objectKey(finding.object)} ${isRule ? (finding.location?.path ?? "") : ""}`;
    if (!byPlace.has(key)) byPlace.set(key, finding);
  }
  return byPlace;
}

function placeKey({ ref, origin }: Policy, path: NodePath | undefined): string {
  return `${objectKey(ref)} ${path === undefined ? "" : formatPath([...origin.path, ...path])}`;
}
