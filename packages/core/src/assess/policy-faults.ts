import type { Cluster } from "../model/cluster.ts";
import type { Finding, Severity } from "../answers/finding.ts";
import type { ScoreFigures } from "./score-figures.ts";

/** What the worst correctness finding of a policy costs of the policy's share. */
export const faultCost: Readonly<Record<Severity, number>> = { critical: 1, high: 1, medium: 0.5, low: 0.1, info: 0 };

/** What is declared, or needed by every pod, and refused: whatever else is right, the policies are not. */
const refusing: ReadonlySet<string> = new Set(["declared-route-blocked", "missing-dns-egress", "dns-ingress-blocked"]);

function isRefusedNeed({ ruleId, severity }: Finding): boolean {
  return refusing.has(ruleId) && (severity === "high" || severity === "critical");
}

/** Where something is refused, and to whom. */
function namespacesOf({ object, affected }: Finding): readonly string[] {
  return [object.namespace ?? "", ...affected.map((id) => id.slice(0, id.indexOf("/")))];
}

/** Whether a finding says that a policy is wrong: one that can be enforced, of whatever kind. */
export function isPolicyFault({ category, object }: Finding): boolean {
  return category === "correctness" && object.kind.endsWith("NetworkPolicy") && !object.kind.startsWith("Staged");
}

/** Policies of two kinds, or of two projects, may have one name. */
function keyOf({ apiVersion, kind, name }: Finding["object"]): string {
  return `${apiVersion.replace(/\/.*$/, "")} ${kind} ${name}`;
}

/** Policies by namespace, those that the API server would refuse included, and what is wrong with them. */
export function policyFaults(
  { policies, refusedPolicies }: Cluster,
  findings: readonly Finding[],
): ReadonlyMap<string, Pick<ScoreFigures, "policies" | "faultyPolicies" | "faults" | "refusedNeeds">> {
  const names = new Map<string, Set<string>>();
  const faults = new Map<string, Map<string, number>>();
  for (const { ref, namespace = "" } of [...policies, ...refusedPolicies]) namesIn(namespace).add(keyOf(ref));
  const refused = new Set(findings.filter(isRefusedNeed).flatMap(namespacesOf));
  for (const finding of findings) {
    const { severity, object } = finding;
    const cost = isPolicyFault(finding) ? faultCost[severity] : 0;
    if (cost === 0 || object.namespace === undefined) continue;
    const key = keyOf(object);
    namesIn(object.namespace).add(key);
    const ofNamespace = faults.get(object.namespace) ?? new Map<string, number>();
    faults.set(object.namespace, ofNamespace);
    ofNamespace.set(key, Math.max(cost, ofNamespace.get(key) ?? 0));
  }
  return new Map(
    [...names].map(([namespace, ofNamespace]) => {
      const costs = [...(faults.get(namespace)?.values() ?? [])];
      const sum = refused.has(namespace) ? ofNamespace.size : costs.reduce((total, cost) => total + cost, 0);
      const refusedNeeds = refused.has(namespace) ? 1 : 0;
      return [namespace, { policies: ofNamespace.size, faultyPolicies: costs.length, faults: sum, refusedNeeds }];
    }),
  );

  function namesIn(namespace: string): Set<string> {
    let found = names.get(namespace);
    if (found === undefined) names.set(namespace, (found = new Set()));
    return found;
  }
}
