import { formatPath } from "../source/position.ts";
import type { JsonValue, ObjectChange } from "../answers/finding.ts";
import type { Direction, Policy } from "../model/policy.ts";
import { rulePath } from "../model/policy.ts";
import type { ExplainedAnswer } from "../query/explain-answer.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { noConnections } from "../sets/connection-set.ts";
import { type Candidate, editOf, nameOf, newPolicy, together, written } from "./candidate.ts";
import type { ChangeGround } from "./answer-changes.ts";
import { labelSelector, namedPods, peersOf, portValues } from "./named-ends.ts";

/** Edits that may allow what is not allowed. Where both ends block, each is an edit of both. */
export function allowCandidates(ground: ChangeGround, answer: ExplainedAnswer): readonly Candidate[] {
  const blocked = (["egress", "ingress"] as const).filter((direction) => answer[direction].answer === "no");
  const options = blocked.map((direction) => directionOptions(ground, answer, direction));
  const most = Math.max(0, ...options.map(({ length }) => length));
  if (options.some(({ length }) => length === 0)) return [];
  return Array.from({ length: most }, (_, i) =>
    together(options.flatMap((each) => each[Math.min(i, each.length - 1)] ?? [])),
  ).filter((candidate) => candidate !== undefined);
}

/** For what the ingress controller sends: the port, where a rule lacks no more. */
export function portCandidates(
  { cluster, asked, reachability }: ChangeGround,
  answer: ExplainedAnswer,
): readonly Candidate[] {
  const ports = portValues(asked, reachability.table) ?? [];
  return nearRules(answer, "ingress", cluster.policies.filter(isNetworkPolicy)).map(({ policy, index }) => {
    const path = rulePath(policy, "ingress", index);
    const edits = ports.map((value): ObjectChange => ({
      object: policy.ref,
      path: [...path, "ports"],
      type: "append",
      value,
    }));
    return editOf(policy, `add the port to ${formatPath(path)} of ${nameOf(policy.ref)}`, edits);
  });
}

function directionOptions(ground: ChangeGround, answer: ExplainedAnswer, direction: Direction): readonly Candidate[] {
  const denials = answer[direction].decidedBy.filter(({ action }) => action === "deny");
  const undenied = denials.flatMap(({ policy: ref, path }) => {
    const policy = ground.cluster.policies.find((each) => refKey(each.ref) === refKey(ref));
    const index =
      policy?.rules[direction].findIndex((_, i) => path === formatPath(rulePath(policy, direction, i))) ?? -1;
    if (policy === undefined || index < 0) return [];
    const edit: ObjectChange = { object: ref, path: rulePath(policy, direction, index), type: "delete" };
    return [editOf(policy, `take ${path} out of ${nameOf(ref)}, which denies it`, [edit])];
  });
  const isolating = isolationOptions(ground, answer, direction);
  if (undenied.length === 0) return isolating;
  const bare = together(undenied);
  return [...(bare === undefined ? [] : [bare]), ...isolating].flatMap((option, i) =>
    i === 0 ? [option] : (together([...undenied, option]) ?? []),
  );
}

/** A rule where none allows it: what the nearest one lacks, a rule more, a policy more. */
function isolationOptions(ground: ChangeGround, answer: ExplainedAnswer, direction: Direction): readonly Candidate[] {
  const { reachability, read } = ground;
  const [subject, other] = direction === "egress" ? [read.source, read.target] : [read.target, read.source];
  const subjects = namedPods(subject, reachability);
  const [first] = subjects ?? [];
  if (first === undefined) return [];
  const peers = peersOf(other, first.namespace, reachability);
  if (peers === undefined) return [];
  const asked = ground.asked;
  const ports = portValues(asked, reachability.table);
  const rule: JsonValue = { [written[direction].peers]: peers, ...(ports === undefined ? {} : { ports }) };
  const selecting = reachability
    .policiesOf(subject.parts[0]?.classId ?? -1, direction)
    .filter((policy) => isNetworkPolicy(policy) && policy.isolates[direction]);
  const near = nearRules(answer, direction, selecting).flatMap(({ policy, index }) =>
    ruleOptions(ground, policy, index, direction, peers, ports),
  );
  const more = selecting.slice(0, 1).map((policy) => ruleMore(policy, direction, rule));
  return [
    ...near.slice(0, 2),
    ...more,
    ...(subjects ?? [])
      .slice(0, 1)
      .map(({ namespace, labels }) =>
        newPolicy(
          ground.freeName(namespace, `allow-${direction}-${nameIn(other.label)}`),
          namespace,
          labelSelector(labels),
          direction,
          [rule],
          `add a NetworkPolicy to ${namespace} that allows just this`,
        ),
      ),
  ];
}

function nameIn(label: string): string {
  const name = label.replace(/\[.*$/, "").replace(/^.*\//, "");
  return (
    name
      .toLowerCase()
      .replaceAll(/[^a-z0-9]+/g, "-")
      .replaceAll(/^-+|-+$/g, "")
      .slice(0, 40) || "peer"
  );
}

function nearRules(
  answer: ExplainedAnswer,
  direction: Direction,
  policies: readonly Policy[],
): readonly { readonly policy: Policy; readonly index: number }[] {
  return answer[direction].nearMisses.flatMap(({ object, rule }) => {
    const policy = policies.find(({ ref }) => refKey(ref) === refKey(object));
    const index = policy?.rules[direction].findIndex((_, i) => rule === `spec.${direction}[${i}]`) ?? -1;
    return policy === undefined || index < 0 ? [] : [{ policy, index }];
  });
}

/** What a rule lacks: a port, where its peers match; a peer, where its ports do. */
function ruleOptions(
  { reachability, read, asked }: ChangeGround,
  policy: Policy,
  index: number,
  direction: Direction,
  peers: readonly JsonValue[],
  ports: readonly JsonValue[] | undefined,
): readonly Candidate[] {
  const rule = policy.rules[direction][index];
  const [pair] = direction === "egress" ? read.pairs : read.backwards;
  if (rule === undefined || pair === undefined) return [];
  const path = rulePath(policy, direction, index);
  const reached = reachability.ruleConnections(policy, rule, direction, pair.from.classId, pair.to.classId);
  const name = `${formatPath(path)} of ${nameOf(policy.ref)}`;
  const add = (key: string, values: readonly JsonValue[]): readonly ObjectChange[] =>
    values.map((value) => ({ object: policy.ref, path: [...path, key], type: "append", value }));
  if (reached !== noConnections)
    return ports === undefined || rule.ports === "any"
      ? []
      : [editOf(policy, `add the port to ${name}`, add("ports", ports))];
  const destination = reachability.podClass((direction === "egress" ? pair.to : pair.from).classId);
  const covers =
    rule.ports === "any" ||
    (destination !== undefined &&
      reachability.table.difference(asked, reachability.rulePorts(rule, destination)) === noConnections);
  if (!covers || rule.peers === "any" || rule.peers.length === 0) return [];
  const key = written[direction].peers;
  return [editOf(policy, `add the ${direction === "egress" ? "target" : "source"} to ${name}`, add(key, peers))];
}

function ruleMore(policy: Policy, direction: Direction, rule: JsonValue): Candidate {
  const description = `add a rule to ${nameOf(policy.ref)}`;
  const object = policy.ref;
  return editOf(policy, description, [
    policy.rules[direction].length === 0
      ? { object, path: ["spec"], type: "put", key: direction, value: [rule] }
      : { object, path: ["spec", direction], type: "append", value: rule },
  ]);
}
