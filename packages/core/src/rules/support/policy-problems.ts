import type { Diagnostic, ObjectRef, ProblemCode } from "../../diagnostics/diagnostic.ts";
import { groupBy } from "../../lib/group-by.ts";
import type { Policy } from "../../model/policy.ts";
import type { RefusedPolicy } from "../../model/refused-policy.ts";
import type { Severity } from "../../answers/finding.ts";
import { locationOf } from "../../source/position.ts";
import type { RuleContext } from "../context.ts";
import type { Found } from "../define-rule.ts";
import { nameOf } from "./words.ts";

/** A problem of a policy that is a finding, and of which rule. */
export interface PolicyProblem {
  readonly rule:
    | "invalid-policy"
    | "end-port-invalid"
    | "except-outside-cidr"
    | "deprecated-api-version"
    | "unknown-peer"
    | "empty-entry-matches-nothing"
    | "label-not-in-identity"
    | "ping-not-allowed"
    | "anp-old-form"
    | "calico-ports-without-protocol"
    | "duplicate-policy-name";
  readonly found: Found;
}

/** The problems of a policy that are findings. What concerns the whole file is told with the input. */
const severityOf: Readonly<Partial<Record<ProblemCode, Severity>>> = {
  "invalid-policy": "high",
  "invalid-name": "high",
  "wrong-type": "high",
  "missing-field": "high",
  "unknown-field": "high",
  "duplicate-object": "high",
  "duplicate-key": "high",
  "suspicious-value": "low",
  "unknown-peer": "high",
  "matches-nothing": "medium",
  "no-identity-label": "high",
  "no-ping": "medium",
  "old-form": "medium",
  "undefined-selector": "high",
  "ports-without-protocol": "high",
};

/** Those of Cilium may select no pod at all, and still be wrong. */
const alwaysPolicies: ReadonlySet<string> = new Set([
  "NetworkPolicy",
  "CiliumNetworkPolicy",
  "CiliumClusterwideNetworkPolicy",
]);

/** Reports the problems that are one rule's. */
export function reportProblems(
  rule: PolicyProblem["rule"],
  context: RuleContext,
  report: (found: Found) => void,
): void {
  for (const problem of context.once(policyProblems)) if (problem.rule === rule) report(problem.found);
}

/** The problems of the input's policies, each under the one rule that reports it. */
function policyProblems(context: RuleContext): readonly PolicyProblem[] {
  const refused = new Map(context.cluster.refusedPolicies.map((policy) => [keyOf(policy.ref), policy]));
  const known = new Set([...refused.keys(), ...context.cluster.policies.map(({ ref }) => keyOf(ref))]);
  const explained = new Set<string>();
  const problems: PolicyProblem[] = [];
  for (const problem of context.cluster.problems) {
    const severity = severityOf[problem.code];
    if (severity === undefined) continue;
    const object = problem.object ?? (problem.code === "duplicate-key" ? policyAt(context, problem) : undefined);
    if (object === undefined) continue;
    const key = keyOf(object);
    if (!alwaysPolicies.has(object.kind) && !known.has(key)) continue;
    // What an agent refuses in a live cluster is told of with the policy.
    const isToldAsRefused = problem.code === "suspicious-value" && problem.refusedBy === "agent";
    if (isToldAsRefused && refused.has(key)) continue;
    const policy = problem.severity === "error" ? refused.get(key) : undefined;
    if (policy !== undefined) explained.add(key);
    problems.push({ rule: ruleOf(problem), found: problemFound(context, problem, object, severity, policy) });
  }
  for (const [key, policy] of refused)
    if (!explained.has(key)) problems.push({ rule: "invalid-policy", found: refusedFound(context, policy) });
  return problems;
}

function ruleOf({ code, severity, location, message }: Diagnostic): PolicyProblem["rule"] {
  const path = location?.path ?? "";
  if (code === "duplicate-object") return "duplicate-policy-name";
  if (code === "unknown-peer") return code;
  if (code === "matches-nothing") return "empty-entry-matches-nothing";
  if (code === "no-identity-label") return "label-not-in-identity";
  if (code === "no-ping") return "ping-not-allowed";
  if (code === "old-form") return "anp-old-form";
  if (code === "ports-without-protocol") return "calico-ports-without-protocol";
  if (severity === "warning")
    return path === "apiVersion" || path.endsWith(".apiVersion") ? "deprecated-api-version" : "invalid-policy";
  if (code === "invalid-policy" && path.endsWith(".endPort")) return "end-port-invalid";
  const isException = /\.except\[\d+\]$/.test(path);
  return code === "invalid-policy" && isException && !message.includes("not a CIDR block")
    ? "except-outside-cidr"
    : "invalid-policy";
}

/** The policy that a place is in. What is found before a document is taken apart names no object. */
function policyAt(context: RuleContext, { location }: Diagnostic): ObjectRef | undefined {
  if (location === undefined) return undefined;
  const inFile = context.once(policiesByFile).get(location.file) ?? [];
  return inFile.find(({ origin }) => {
    const { line, endLine } = locationOf(origin);
    return line <= location.line && location.line <= endLine;
  })?.ref;
}

function policiesByFile({ cluster }: RuleContext): ReadonlyMap<string, readonly (Policy | RefusedPolicy)[]> {
  return groupBy([...cluster.policies, ...cluster.refusedPolicies], ({ origin }) => origin.locator.file);
}

function keyOf({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace ?? ""}/${name}`;
}

function problemFound(
  context: RuleContext,
  { message, location }: Diagnostic,
  object: ObjectRef,
  severity: Severity,
  refused: RefusedPolicy | undefined,
): Found {
  const name = nameOf({ ref: object });
  const suffix = refused === undefined ? "" : " (the policy is not in force)";
  return {
    at: { object, ...(location === undefined ? {} : { location }) },
    severity,
    message: `${message.startsWith(name) ? "" : `${name}: `}${message}${suffix}`,
    ...(refused === undefined ? {} : { affected: leftOpen(context, refused) }),
  };
}

/** A refused policy of which no problem tells why. */
function refusedFound(context: RuleContext, policy: RefusedPolicy): Found {
  return {
    at: { object: policy.ref, location: locationOf(policy.origin) },
    message:
      policy.by === "agent"
        ? `${nameOf(policy)} is not in force: ${policy.reasons.join("; ")}`
        : `${nameOf(policy)} would be refused by the API server: ${policy.reasons.join("; ")} (the policy is not in force)`,
    affected: leftOpen(context, policy),
  };
}

/** The workloads that the policy would select. */
function leftOpen(context: RuleContext, { namespace, podSelector }: RefusedPolicy): readonly string[] {
  if (namespace === undefined || podSelector === undefined) return [];
  const pods = context.podLabels.matching(podSelector, namespace).filter(({ onNode }) => !onNode);
  return [...new Set(pods.map(({ workload }) => workload.id))];
}
