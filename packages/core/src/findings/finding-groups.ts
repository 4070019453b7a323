import type { Finding } from "../answers/finding.ts";
import { groupBy } from "../lib/group-by.ts";
import { sha256Hex } from "../lib/sha256.ts";
import type { Cluster } from "../model/cluster.ts";
import type { Policy } from "../model/policy.ts";
import { withoutListItem } from "../report/fingerprint.ts";

/**
 * Marks the findings that are one finding on objects that are equal but for their names (one template in many namespaces):
 * they get the same `group`. A finding that no other is like gets none.
 */
export function withGroups(cluster: Cluster, findings: readonly Finding[]): readonly Finding[] {
  const shapeOf = policyShapes(cluster);
  const keys = new Map(findings.map((finding) => [finding, groupKey(finding, shapeOf)]));
  const groups = groupBy(findings, (finding) => keys.get(finding) ?? "");
  return findings.map((finding) => {
    const key = keys.get(finding) ?? "";
    return (groups.get(key)?.length ?? 0) < 2 ? finding : { ...finding, group: sha256Hex(key).slice(0, 16) };
  });
}

function groupKey(finding: Finding, shapeOf: (finding: Finding) => string): string {
  const { ruleId, severity, message, location, object, fix } = finding;
  return JSON.stringify([
    ruleId,
    severity,
    object.kind,
    withoutListItem(location?.path ?? ""),
    nameless(message, finding),
    nameless(fix?.description ?? "", finding),
    shapeOf(finding),
  ]);
}

/** What a policy says, but for its names. Of other objects the message says enough. */
function policyShapes({ policies }: Cluster): (finding: Finding) => string {
  const byName = new Map(
    policies.map((policy) => [`${policy.ref.kind} ${policy.namespace ?? ""} ${policy.name}`, policy]),
  );
  const shapes = new Map<Policy, string>();
  return (finding) => {
    const { kind, namespace = "", name } = finding.object;
    const policy = byName.get(`${kind} ${namespace} ${name}`);
    if (policy === undefined) return "";
    let shape = shapes.get(policy);
    if (shape === undefined) shapes.set(policy, (shape = shapeOfPolicy(policy, finding)));
    return shape;
  };
}

/** What makes no policy differ from another; and addresses, big integers, of which `cidr` and `except` say the same. */
const noShape = new Set(["ref", "origin", "index", "annotations", "labels", "creationTimestamp", "addresses"]);

function shapeOfPolicy(policy: Policy, finding: Finding): string {
  const text = JSON.stringify(policy, (key, value: unknown) => (noShape.has(key) ? undefined : value));
  return nameless(text, finding);
}

/** The text with the names of the finding's object left out, where they are words of their own. */
function nameless(text: string, { object }: Finding): string {
  const { name } = object;
  const namespace = object.namespace ?? "";
  const withoutName = withoutWord(text, namespace === "" ? name : `${namespace}/${name}`, "\u0001");
  return withoutWord(withoutWord(withoutName, name, "\u0002"), namespace, "\u0003");
}

/** Names are hostile, so no pattern is made of them. */
function withoutWord(text: string, word: string, placeholder: string): string {
  if (word === "") return text;
  let result = "";
  let from = 0;
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + word.length)) {
    if (isWordPart(text[at - 1]) || isWordPart(text[at + word.length])) continue;
    result += text.slice(from, at) + placeholder;
    from = at + word.length;
  }
  return result + text.slice(from);
}

function isWordPart(char: string | undefined): boolean {
  return char !== undefined && /[A-Za-z0-9]/.test(char);
}
