import type { Finding, Fix, JsonValue, ObjectChange } from "../answers/finding.ts";
import type { Change } from "../edit/change.ts";
import type { Policy } from "../model/policy.ts";
import { formatPath } from "../source/position.ts";
import {
  type FixPlanner,
  type FixStep,
  findingsOf,
  type LeftAlone,
  objectKey,
  type PlannedFix,
  policiesByObject,
} from "./planned-fix.ts";

/** Where a new entry of a mapping goes: behind the first of these that is there. */
const keysBefore: Readonly<Record<string, readonly string[]>> = {
  policyTypes: ["podSelector"],
  egress: ["ingress", "policyTypes", "podSelector"],
  ingress: ["policyTypes", "podSelector"],
  ports: ["from", "to"],
  except: ["cidr"],
  protocol: ["port"],
  endPort: ["port"],
};

/** What makes one of several objects: done by itself, when nothing else is left to do. */
const last = "mergeable-policies";

/** Moves the rules of policies with equal subjects into one of them. */
export const planMerges: FixPlanner = planChanges("safe", last);

/** Makes the changes that findings carry, of the kind that is asked for and of some rules (default: all but merges). */
export function planChanges(kind: Fix["kind"], ...ruleIds: readonly string[]): FixPlanner {
  return (context) => {
    const policies = policiesByObject(context.cluster);
    const fixes: PlannedFix[] = [];
    const leftAlone: LeftAlone[] = [];
    for (const finding of ruleIds.length === 0
      ? context.findings.filter(({ ruleId }) => ruleId !== last)
      : findingsOf(context, ...ruleIds)) {
      const { fix } = finding;
      if (fix?.kind !== kind || fix.changes === undefined || fix.changes.length === 0) continue;
      const planned = planOf(finding, kind, fix.changes, policies);
      if ("steps" in planned) fixes.push(planned);
      else leftAlone.push(planned);
    }
    return { fixes, leftAlone };
  };
}

function planOf(
  finding: Finding,
  kind: Fix["kind"],
  changes: readonly ObjectChange[],
  policies: ReadonlyMap<string, Policy>,
): PlannedFix | LeftAlone {
  const description = descriptionOf(finding, changes);
  const steps: FixStep[] = [];
  for (const change of changes) {
    const policy = policies.get(objectKey(change.object));
    if (policy === undefined) return { finding, description, reason: `there is no ${change.object.name} any more` };
    // "Policies that contain an egress section are assumed to affect egress": without its rules it would not be one.
    if (change.type === "delete" && change.path.length > 0 && policy.policyTypes === undefined)
      return { finding, description, reason: "policyTypes has to be written first" };
    steps.push({ type: "change", origin: policy.origin, change: withOrder(change) });
  }
  return { finding, kind, object: changes[0]?.object ?? finding.object, description, steps };
}

/** Of several objects the finding itself says it shorter. */
function descriptionOf({ ruleId, fix }: Finding, changes: readonly ObjectChange[]): string {
  const said = ruleId === last ? fix?.description.replace(/\.$/, "") : undefined;
  return said === undefined ? changes.map(changeText).join(", ") : `${said.charAt(0).toLowerCase()}${said.slice(1)}`;
}

function withOrder(change: ObjectChange): Change {
  if (change.type !== "put") return change;
  const after = orderOf(change.key);
  return after === undefined ? change : { ...change, after };
}

/** Where a new entry of a policy goes. */
export function orderOf(key: string): readonly string[] | undefined {
  return Object.hasOwn(keysBefore, key) ? keysBefore[key] : undefined;
}

/** A change as an order: `write policyTypes: [Ingress]`. */
function changeText(change: ObjectChange): string {
  const path = formatPath(change.path);
  switch (change.type) {
    case "delete":
      return path === "" ? "delete the policy" : `delete ${path}`;
    case "set":
      return `write ${path}: ${flow(change.value)}`;
    case "put":
      return `write ${change.path.length <= 1 ? "" : `${path}.`}${change.key}: ${flow(change.value)}`;
    case "append":
      return `add ${flow(change.value)} to ${path}`;
  }
}

/** A value as YAML in brackets. */
function flow(value: JsonValue): string {
  if (Array.isArray(value)) return `[${value.map(flow).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{${Object.entries(value)
      .map(([key, item]) => `${key}: ${flow(item)}`)
      .join(", ")}}`;
  return typeof value === "string" && !/^[\w./:-]+$/.test(value) ? JSON.stringify(value) : String(value);
}
