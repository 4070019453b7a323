import { type Finding, type RelatedLocation, type SuppressedFinding, severities } from "../answers/finding.ts";
import { groupBy } from "../lib/group-by.ts";
import { namespaceOf } from "./ignore-entry.ts";

/** What a defect brings with it: findings of these rules, at the same rule of the policy, anywhere in the policy or in its namespace. */
interface Cause {
  readonly ruleId: string;
  readonly within: "rule" | "policy" | "namespace";
  readonly follows: readonly string[];
}

const ofWideRules = ["ports-too-broad", "sensitive-port-exposed"];
const opens = [
  "all-namespaces-peer",
  "all-namespaces-egress",
  "internet-ingress-open",
  "internet-egress-open",
  ...ofWideRules,
];
const overridden = ["allow-all-overrides-default-deny", "restriction-undone", "except-reallowed"];
const superfluous = ["redundant-rule", "redundant-policy", "mergeable-policies", "duplicate-policy"];

/** Causes in the order in which they claim what follows: a consequence belongs to the first. */
const ofPolicies: readonly Cause[] = [
  {
    ruleId: "invalid-policy",
    within: "rule",
    follows: [...opens, ...overridden, "metadata-endpoint-reachable", ...superfluous],
  },
  { ruleId: "invalid-policy", within: "policy", follows: ["implicit-deny-all", "policy-types-implicit"] },
  { ruleId: "split-peers-and-ports", within: "rule", follows: [...opens, ...overridden, ...superfluous] },
  { ruleId: "selector-and-or-confusion", within: "rule", follows: [...opens, ...overridden, ...superfluous] },
  { ruleId: "allow-all-overrides-default-deny", within: "rule", follows: [...opens, "restriction-undone"] },
  { ruleId: "internet-ingress-open", within: "rule", follows: ofWideRules },
  { ruleId: "internet-egress-open", within: "rule", follows: ofWideRules },
  { ruleId: "all-namespaces-peer", within: "rule", follows: ofWideRules },
  { ruleId: "all-namespaces-egress", within: "rule", follows: ofWideRules },
  { ruleId: "except-reallowed", within: "rule", follows: ["restriction-undone"] },
  { ruleId: "dns-namespace-label-wrong", within: "policy", follows: ["missing-dns-egress"] },
  { ruleId: "tier-without-pass", within: "policy", follows: ["missing-dns-egress"] },
  { ruleId: "calico-types-missing", within: "policy", follows: ["missing-dns-egress"] },
  { ruleId: "deny-all-addresses-cuts-pods", within: "rule", follows: ["missing-dns-egress"] },
  { ruleId: "peer-namespace-selector-missing", within: "rule", follows: ["peer-matches-nothing"] },
  { ruleId: "rule-end-is-other-pod", within: "rule", follows: ["unreachable-tier-rule"] },
  {
    ruleId: "calico-selector-matches-nothing",
    within: "rule",
    follows: ["unreachable-tier-rule", "rule-end-is-other-pod"],
  },
  { ruleId: "calico-order-missing", within: "rule", follows: ["unreachable-tier-rule"] },
  { ruleId: "shadowed-policy", within: "policy", follows: ["unreachable-tier-rule"] },
  { ruleId: "duplicate-policy", within: "policy", follows: ["redundant-policy", "redundant-rule"] },
  { ruleId: "redundant-policy", within: "policy", follows: ["redundant-rule"] },
];

const ofNamespaces: readonly Cause[] = [
  { ruleId: "missing-default-deny-ingress", within: "namespace", follows: ["pod-not-isolated-ingress"] },
  { ruleId: "missing-default-deny-egress", within: "namespace", follows: ["pod-not-isolated-egress"] },
];

const namespaceRules = new Set(ofNamespaces.flatMap(({ ruleId, follows }) => [ruleId, ...follows]));

/**
 * One defect, one finding: what follows from another finding becomes something related to it. The gate stays as strict: a
 * cause is as bad as the worst that follows from it. Who accepts a cause has accepted what follows from it.
 */
export function foldConsequences(
  findings: readonly Finding[],
  told: readonly Finding[],
  suppressed: readonly SuppressedFinding[],
): { readonly told: readonly Finding[]; readonly suppressed: readonly SuppressedFinding[] } {
  const accepted = new Set(suppressed.map(({ finding }) => finding));
  const causeOf = causesOf(findings, accepted);
  if (causeOf.size === 0) return { told, suppressed };
  const followers = groupBy(
    told.filter((finding) => causeOf.has(finding)),
    (finding) => causeOf.get(finding),
  );
  const isAccepted = (finding: Finding): boolean => accepted.has(causeOf.get(finding) ?? finding);
  return {
    told: told
      .filter((finding) => !causeOf.has(finding))
      .map((finding) => withFollowers(finding, followers.get(finding))),
    suppressed: suppressed.filter(({ finding }) => !causeOf.has(finding) || !isAccepted(finding)),
  };
}

/** What each finding that follows from another follows from. */
function causesOf(findings: readonly Finding[], accepted: ReadonlySet<Finding>): ReadonlyMap<Finding, Finding> {
  const causeOf = new Map<Finding, Finding>();
  for (const ofObject of groupBy(findings, objectKey).values()) {
    if (ofObject.length > 1) for (const cause of ofPolicies) claim(cause, ofObject, causeOf);
  }
  // Who accepts that a new pod would be open has not accepted that one was forgotten.
  const ofCauses = findings.filter((each) => namespaceRules.has(each.ruleId) && !accepted.has(each));
  for (const ofNamespace of groupBy(ofCauses, namespaceOf).values()) {
    if (ofNamespace.length > 1) for (const cause of ofNamespaces) claim(cause, ofNamespace, causeOf);
  }
  return causeOf;
}

function claim({ ruleId, within, follows }: Cause, findings: readonly Finding[], causeOf: Map<Finding, Finding>): void {
  for (const cause of findings) {
    if (cause.ruleId !== ruleId || causeOf.has(cause)) continue;
    for (const other of findings) {
      if (causeOf.has(other) || !follows.includes(other.ruleId)) continue;
      if (isWithin[within](cause, other)) causeOf.set(other, cause);
    }
  }
}

/** Of the findings that are looked at together, whether one may follow from another. */
const isWithin: Readonly<Record<Cause["within"], (cause: Finding, other: Finding) => boolean>> = {
  rule: isSameRule,
  policy: () => true,
  // Who holds a missing default deny for harmless has not said so of a pod that was forgotten.
  namespace: (cause, other) => severities.indexOf(cause.severity) <= severities.indexOf(other.severity),
};

function objectKey({ object: { kind, namespace = "", name }, location }: Finding): string {
  return JSON.stringify([kind, namespace, name, location?.file ?? ""]);
}

/** Whether the two speak of one rule of a policy: at their places, or of the rules that the cause relates to. */
function isSameRule(cause: Finding, other: Finding): boolean {
  // What is undone stands in one rule, and what undoes it in another.
  const places = [
    other.location,
    ...(overridden.includes(other.ruleId) ? other.related.map(({ location }) => location) : []),
  ];
  const rules = places.flatMap((each) => ruleOf(each?.path) ?? []);
  const rulesOfCause = new Set(
    [cause.location, ...cause.related.map(({ location }) => location)].map((each) => ruleOf(each?.path)),
  );
  return rules.some((rule) => rulesOfCause.has(rule));
}

function ruleOf(path = ""): string | undefined {
  return /(?:^|\.)spec\.(?:ingress|egress)\[\d+\]/.exec(path)?.[0];
}

function withFollowers(cause: Finding, followers: readonly Finding[] = []): Finding {
  if (followers.length === 0) return cause;
  const all = [cause, ...followers];
  const rank = all.reduce((best, { severity }) => Math.min(best, severities.indexOf(severity)), severities.length);
  const widest = all.reduce((a, b) => (b.affectedCount > a.affectedCount ? b : a));
  return {
    ...cause,
    severity: severities[rank] ?? cause.severity,
    affected: widest.affected,
    affectedCount: widest.affectedCount,
    related: [...cause.related, ...followers.map(asRelated)],
  };
}

function asRelated({ message, location }: Finding): RelatedLocation {
  return { message, ...(location === undefined ? {} : { location }) };
}
