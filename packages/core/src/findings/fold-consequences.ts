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
  const claimIn = (together: readonly Finding[], causes: readonly Cause[]): void => {
    if (together.length < 2) return;
    const byRule = groupBy(together, ({ ruleId }) => ruleId);
    for (const cause of causes) claim(cause, byRule, causeOf);
  };
  for (const ofObject of groupBy(findings, objectKey).values()) claimIn(ofObject, ofPolicies);
  // Who accepts that a new pod would be open has not accepted that one was forgotten.
  const ofCauses = findings.filter((each) => namespaceRules.has(each.ruleId) && !accepted.has(each));
  for (const ofNamespace of groupBy(ofCauses, namespaceOf).values()) claimIn(ofNamespace, ofNamespaces);
  return causeOf;
}

/** Of findings that are looked at together, by rule. One object may have a hundred thousand of them: no look at pairs. */
function claim(
  { ruleId, within, follows }: Cause,
  byRule: ReadonlyMap<string, readonly Finding[]>,
  causeOf: Map<Finding, Finding>,
): void {
  const isFree = (finding: Finding): boolean => !causeOf.has(finding);
  const causes = (byRule.get(ruleId) ?? []).filter(isFree);
  if (causes.length === 0) return;
  const others = follows.flatMap((each) => byRule.get(each) ?? []).filter(isFree);
  const causeFor = causeIn[within](causes);
  for (const other of others) {
    const cause = causeFor(other);
    if (cause !== undefined) causeOf.set(other, cause);
  }
}

/** The first of several causes that a finding may follow from. */
type CauseFor = (other: Finding) => Finding | undefined;

const causeIn: Readonly<Record<Cause["within"], (causes: readonly Finding[]) => CauseFor>> = {
  rule: (causes) => {
    const firsts = new Map<string, number>();
    causes.forEach((cause, i) => {
      for (const rule of rulesOfCause(cause)) if (!firsts.has(rule)) firsts.set(rule, i);
    });
    return (other) => causes[Math.min(...rulesOf(other).map((rule) => firsts.get(rule) ?? Infinity))];
  },
  policy:
    ([first]) =>
    () =>
      first,
  // Who holds a missing default deny for harmless has not said so of a pod that was forgotten.
  namespace: (causes) => {
    const firsts = severities.map((_, rank) => causes.find(({ severity }) => severities.indexOf(severity) <= rank));
    return ({ severity }) => firsts[severities.indexOf(severity)];
  },
};

function objectKey({ object: { kind, namespace = "", name }, location }: Finding): string {
  // Asked for every finding: the lengths keep apart what the names may hold.
  return `${kind.length} ${namespace.length} ${name.length} ${kind}${namespace}${name}${location?.file ?? ""}`;
}

/** The rules of its policy that a cause speaks of, or relates to. */
function rulesOfCause({ location, related }: Finding): readonly string[] {
  return [location, ...related.map((each) => each.location)].flatMap((each) => ruleOf(each?.path) ?? []);
}

/** The rules of its policy that a finding speaks of. What is undone stands in one rule, and what undoes it in another. */
function rulesOf(finding: Finding): readonly string[] {
  return overridden.includes(finding.ruleId) ? rulesOfCause(finding) : rulesOfCause({ ...finding, related: [] });
}

function ruleOf(path = ""): string | undefined {
  // A policy of Cilium may have a list of them, `specs`.
  return /(?:^|\.)spec(?:s\[\d+\])?\.(?:ingress|egress)(?:Deny)?\[\d+\]/.exec(path)?.[0];
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
