import type { JsonValue, ObjectChange } from "../answers/finding.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { type Direction, type Policy, peerPath, portPath, type Rule, rulePath } from "../model/policy.ts";
import type { ExplainedAnswer } from "../query/explain-answer.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { allConnections } from "../sets/connection-set.ts";
import type { ChangeGround } from "./answer-changes.ts";
import { type Candidate, editOf, nameOf, newPolicy, together, written } from "./candidate.ts";
import { blocksOf, labelSelector, nameSelector, namedPods, peersOf, portValues } from "./named-ends.ts";

/** Edits that may block what is allowed: at either end what allows it is taken out, or all but this is let in. */
export function blockCandidates(ground: ChangeGround, answer: ExplainedAnswer): readonly Candidate[] {
  return (["ingress", "egress"] as const).flatMap((direction) =>
    answer[direction].byDefault ? isolation(ground, direction) : takenOut(ground, answer, direction),
  );
}

/** Takes out what allows it: peers, ports, whole rules. */
function takenOut(ground: ChangeGround, answer: ExplainedAnswer, direction: Direction): readonly Candidate[] {
  const rules = answer[direction].decidedBy
    .filter(({ action }) => action === "allow")
    .map(({ policy: ref, path }) => {
      const policy = ground.cluster.policies.find((each) => refKey(each.ref) === refKey(ref));
      const index = policy?.rules[direction].findIndex((_, i) => path === `spec.${direction}[${i}]`) ?? -1;
      return policy === undefined || index < 0 ? undefined : { policy, index };
    });
  if (rules.length === 0 || rules.includes(undefined)) return [];
  const found = rules.filter((rule) => rule !== undefined);
  const ways = (["peers", "ports", "rule"] as const).map((way) =>
    together(found.map(({ policy, index }) => withoutPart(ground, policy, index, direction, way))),
  );
  const distinct = new Map(ways.flatMap((way) => (way === undefined ? [] : [[way.patch, way] as const])));
  return [...distinct.values()];
}

/** Takes the matching peers or ports out of a rule; the rule itself where all of them match. */
function withoutPart(
  ground: ChangeGround,
  policy: Policy,
  index: number,
  direction: Direction,
  way: "peers" | "ports" | "rule",
): Candidate {
  const rule = policy.rules[direction][index] as Rule; // the index of one that was found
  const paths =
    isNetworkPolicy(policy) && way !== "rule" ? matchingParts(ground, policy, rule, index, direction, way) : [];
  const whole = paths.length === 0 ? [rulePath(direction, index)] : paths;
  const edits = whole.map((path): ObjectChange => ({ object: policy.ref, path, type: "delete" }));
  const what =
    paths.length === 0
      ? `spec.${direction}[${index}]`
      : `the ${way === "peers" ? (direction === "ingress" ? "source" : "target") : "port"}`;
  const from = paths.length === 0 ? nameOf(policy.ref) : `spec.${direction}[${index}] of ${nameOf(policy.ref)}`;
  return editOf(policy, `take ${what} out of ${from}`, edits);
}

/** The peers or ports of a rule that match what was asked; none where all of them do, or where it lists none. */
function matchingParts(
  { reachability, read }: ChangeGround,
  policy: Policy,
  rule: Rule,
  index: number,
  direction: Direction,
  way: "peers" | "ports",
): readonly (readonly (string | number)[])[] {
  const parts: readonly unknown[] = rule[way] === "any" ? [] : rule[way];
  const pairs = direction === "egress" ? read.pairs : read.backwards;
  const matching = parts.flatMap((part, i) => {
    const alone = { ...rule, [way]: [part] };
    const isMatching = pairs.some(({ from, to, asked }) =>
      reachability.table.meets(
        reachability.ruleConnections(policy, alone, direction, from.classId, to.classId, "possible"),
        asked,
      ),
    );
    return isMatching ? [way === "peers" ? peerPath(direction, index, i) : portPath(direction, index, i)] : [];
  });
  return matching.length === parts.length ? [] : matching;
}

/** A policy that isolates one end and lets all but the other pass. */
function isolation(ground: ChangeGround, direction: Direction): readonly Candidate[] {
  const { reachability, read, asked } = ground;
  const [subject, other] = direction === "egress" ? [read.source, read.target] : [read.target, read.source];
  const [pods, more] = namedPods(subject, reachability) ?? [];
  if (pods === undefined || more !== undefined) return [];
  const rest = allBut(other, pods.namespace, ground);
  const peers = peersOf(other, pods.namespace, reachability);
  if (rest === undefined || peers === undefined) return [];
  const key = written[direction].peers;
  const remaining = portValues(reachability.table.difference(allConnections, asked), reachability.table);
  const otherPorts: readonly JsonValue[] =
    asked === allConnections || remaining === undefined ? [] : [{ [key]: peers, ports: remaining }];
  const rules: readonly JsonValue[] = [...(rest.length === 0 ? [] : [{ [key]: rest }]), ...otherPorts];
  const way =
    direction === "ingress" ? `isolates ${subject.label} and lets in` : `isolates ${subject.label} and lets out`;
  return [
    newPolicy(
      ground.freeName(pods.namespace, `restrict-${direction}`),
      pods.namespace,
      labelSelector(pods.labels),
      direction,
      rules,
      `add a NetworkPolicy that ${way} everything else`,
    ),
  ];
}

const anyNamespace: JsonValue = { namespaceSelector: {} };
const everywhere: readonly JsonValue[] = [{ ipBlock: { cidr: "0.0.0.0/0" } }, { ipBlock: { cidr: "::/0" } }];

/** Peers that are everybody but one end; undefined where that cannot be written. */
function allBut(
  other: ChangeGround["read"]["source"],
  namespace: string,
  { reachability }: ChangeGround,
): readonly JsonValue[] | undefined {
  const blocks = blocksOf(other);
  if (blocks !== undefined) {
    if (blocks.length > 1) return [anyNamespace];
    const [cidr = ""] = blocks;
    const isFour = !cidr.includes(":");
    const whole = isFour ? "0.0.0.0/0" : "::/0";
    const cut: readonly JsonValue[] = cidr === whole ? [] : [{ ipBlock: { cidr: whole, except: [cidr] } }];
    return [anyNamespace, ...cut, { ipBlock: { cidr: isFour ? "::/0" : "0.0.0.0/0" } }];
  }
  const [pods, more] = namedPods(other, reachability) ?? [];
  if (pods === undefined || more !== undefined) return undefined;
  const here = pods.namespace === namespace ? {} : { namespaceSelector: nameSelector(pods.namespace) };
  return [
    {
      namespaceSelector: {
        matchExpressions: [{ key: namespaceNameLabel, operator: "NotIn", values: [pods.namespace] }],
      },
    },
    ...Object.entries(pods.labels).map(([key, value]): JsonValue => ({
      ...here,
      podSelector: { matchExpressions: [{ key, operator: "NotIn", values: [value] }] },
    })),
    ...everywhere,
  ];
}
