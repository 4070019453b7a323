import type { Assumptions } from "../../src/model/assumptions.ts";
import { assumptionsOf } from "../../src/semantics/dataplane.ts";
import { underAssumptions } from "../../src/semantics/under-assumptions.ts";
import { Reachability } from "../../src/reachability/reachability.ts";
import { readManifests } from "../../src/read/read-manifests.ts";
import { type Finding, severities } from "../../src/answers/finding.ts";
import type { RuleDefinition } from "../../src/rules/define-rule.ts";
import { allRules } from "../../src/rules/registry.ts";
import { type RuleResults, type RuleRun, askRules, findingsOf } from "../../src/rules/run-rules.ts";
import type { Reported } from "../../src/rules/support/one-defect.ts";
import { type RuleSettings, defaultRuleSettings } from "../../src/rules/settings.ts";

/** How manifests are read. */
interface Reading {
  readonly live?: boolean;
  readonly assumptions?: Partial<Assumptions>;
}

/** Reads manifests as one file, `test.yaml`. */
export function reachabilityOf(yaml: string, { assumptions: given = {}, ...options }: Reading = {}): Reachability {
  const cluster = readManifests([{ name: "test.yaml", text: yaml }], options);
  const assumptions = assumptionsOf(given, cluster);
  return new Reachability(underAssumptions(cluster, assumptions), { assumptions });
}

/** What one rule, or all rules, say of manifests. */
export function evaluate(yaml: string, ruleId?: string, options: Reading = {}): RuleResults {
  const rules = allRules.filter(({ id }) => ruleId === undefined || id === ruleId);
  if (rules.length === 0) throw new Error(`no rule ${ruleId}`);
  return checked(askRules(reachabilityOf(yaml, options), { rules }), rules);
}

function checked(run: RuleRun, rules: readonly RuleDefinition[]): RuleResults {
  run.reported.forEach(expectAsDeclared);
  return findingsOf(run, rules);
}

/** What a rule says of its findings holds: `npa optimize` does not run those that can raise no doubt about a policy. */
function expectAsDeclared({ rule, found }: Reported): void {
  const { id, severity, worst = severity, speaksOfPolicies = true } = rule;
  const given = found.severity ?? severity;
  if (severities.indexOf(given) < severities.indexOf(worst)) throw new Error(`${id} declares no finding as ${given}`);
  const objects = [found.at, ...(found.because ?? [])].map(({ object }) => object);
  const policy = speaksOfPolicies ? undefined : objects.find(({ kind }) => kind.endsWith("Policy"));
  if (policy !== undefined) throw new Error(`${id} declares that it does not speak of ${policy.kind} ${policy.name}`);
}

/** What a rule finds in manifests. */
export function findings(ruleId: string, yaml: string, options: Reading = {}): readonly Finding[] {
  return evaluate(yaml, ruleId, options).findings;
}

/** The place of a finding as `line path`. */
export function placeOf(finding: Finding | undefined): string {
  return `${finding?.location?.line} ${finding?.location?.path}`;
}

/** Manifests, one document each. */
export function documents(...texts: readonly string[]): string {
  return texts.join("\n---\n");
}

/** A Deployment whose pods have these labels. */
export function deployment(
  name: string,
  labels: Readonly<Record<string, string>> = { app: name },
  namespace = "shop",
  pod = "",
): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: ${namespace} }
spec:
  selector: { matchLabels: ${JSON.stringify(labels)} }
  template:
    metadata: { labels: ${JSON.stringify(labels)} }
    spec: { ${pod === "" ? "" : `${pod}, `}containers: [{ name: main, image: "example:1" }] }`;
}

/** A NetworkPolicy with a spec in flow style. */
export function policy(name: string, spec: string, namespace = "shop"): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: ${namespace} }
spec: ${spec}`;
}

/** A Namespace. */
export function namespace(name: string, labels: Readonly<Record<string, string>> = {}): string {
  return `apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: ${JSON.stringify(labels)} }`;
}

/** A Service of the namespace `shop`, in flow style. */
export function service(name: string, selector: Readonly<Record<string, string>>, ports: string): string {
  return `apiVersion: v1
kind: Service
metadata: { name: ${name}, namespace: shop }
spec: { selector: ${JSON.stringify(selector)}, ports: [${ports}] }`;
}

/** A running Pod with addresses. */
export function podAt(name: string, addresses: readonly string[], spec = ""): string {
  return `apiVersion: v1
kind: Pod
metadata: { name: ${name}, namespace: shop, labels: { app: ${name} } }
spec: { ${spec === "" ? "" : `${spec}, `}containers: [{ name: main, image: "example:1" }] }
status: { phase: Running, podIPs: [${addresses.map((ip) => `{ ip: "${ip}" }`).join()}] }`;
}

/** What a rule says under settings of its own. */
export function evaluateWith(yaml: string, ruleId: string, settings: Partial<RuleSettings>): RuleResults {
  const rules = allRules.filter(({ id }) => id === ruleId);
  return checked(askRules(reachabilityOf(yaml), { rules, settings: { ...defaultRuleSettings, ...settings } }), rules);
}

/** What a rule finds under settings of its own. */
export function findingsWith(ruleId: string, yaml: string, settings: Partial<RuleSettings>): readonly Finding[] {
  return evaluateWith(yaml, ruleId, settings).findings;
}

/** A ClusterNetworkPolicy for all pods, its rules in flow style. */
export function clusterPolicy(
  name: string,
  rules: { readonly ingress?: string; readonly egress?: string },
  { tier = "Admin", priority = 10, subject = "{ namespaces: {} }" } = {},
): string {
  return `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: ${name} }
spec: { tier: ${tier}, priority: ${priority}, subject: ${subject}, ${Object.entries(rules)
    .map(([direction, list]) => `${direction}: [${list}]`)
    .join()} }`;
}
