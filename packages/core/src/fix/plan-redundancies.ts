import { directions, type Policy, peerPath, portPath, rulePath } from "../model/policy.ts";
import { formatPath, type NodePath } from "../source/position.ts";
import {
  type FixPlanner,
  findingsOf,
  type LeftAlone,
  objectKey,
  type PlannedFix,
  policiesByName,
} from "./planned-fix.ts";

/** Takes out what the findings say adds nothing to the rest. The rules name a set of which all can go at once. */
export const planRedundancies: FixPlanner = (context) => {
  const policies = policiesByName(context.cluster);
  const fixes: PlannedFix[] = [];
  const leftAlone: LeftAlone[] = [];
  for (const finding of findingsOf(context, "duplicate-policy", "redundant-policy", "redundant-rule")) {
    const policy = policies.get(objectKey(finding.object));
    if (policy === undefined) continue;
    const path = finding.ruleId === "redundant-rule" ? partPath(policy, finding.location?.path) : [];
    if (path === undefined) continue;
    const description = path.length === 0 ? "delete the policy" : `delete ${formatPath(path)}`;
    // "policies that contain an egress section are assumed to affect egress": without its rules it would not be one.
    if (path.length > 0 && policy.policyTypes === undefined) {
      leftAlone.push({ finding, description, reason: "policyTypes has to be written first" });
      continue;
    }
    const step = { type: "change", origin: policy.origin, change: { type: "delete", path } } as const;
    fixes.push({ finding, kind: "safe", object: policy.ref, description, steps: [step] });
  }
  return { fixes, leftAlone };
};

/** The rule, peer or port of a policy that a finding points at. */
function partPath(policy: Policy, text: string | undefined): NodePath | undefined {
  for (const path of partPaths(policy)) if (formatPath([...policy.origin.path, ...path]) === text) return path;
  return undefined;
}

function* partPaths({ rules }: Policy): Generator<NodePath> {
  for (const direction of directions) {
    for (const [i, { peers, ports }] of rules[direction].entries()) {
      yield rulePath(direction, i);
      if (peers !== "any") for (const peer of peers.keys()) yield peerPath(direction, i, peer);
      if (ports !== "any") for (const port of ports.keys()) yield portPath(direction, i, port);
    }
  }
}
