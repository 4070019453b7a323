import { formatPath } from "../source/position.ts";
import type { JsonValue, ObjectChange } from "../answers/finding.ts";
import { selectorValue } from "../answers/selector-value.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { everything } from "../model/cluster.ts";
import {
  type Direction,
  directions,
  type PodPeer,
  type Policy,
  peerPath,
  portPath,
  type Rule,
  rulePath,
} from "../model/policy.ts";
import type { ExplainedAnswer } from "../query/explain-answer.ts";
import { isNetworkPolicy } from "../semantics/network-policy.ts";
import { namespaceNameLabel } from "../semantics/label-syntax.ts";
import { allConnections } from "../sets/connection-set.ts";
import type { ChangeGround } from "./answer-changes.ts";
import { type Candidate, editOf, nameOf, newPolicy, together, written } from "./candidate.ts";
import { denial } from "./denial.ts";
import { blocksOf, labelSelector, nameSelector, namedPods, peersOf, portValues } from "./named-ends.ts";

/** Edits that may block what is allowed: at either end what allows it is taken out, or all but this is let in. Where Cilium enforces, just this can be denied. */
export function blockCandidates(ground: ChangeGround, answer: ExplainedAnswer): readonly Candidate[] {
  const isCilium = ground.reachability.options.assumptions.dataplane === "cilium";
  const restricted = isCilium ? denial : isolation;
  return directions.flatMap((direction) =>
    answer[direction].byDefault
      ? [...typesPutIn(ground, direction), ...selected(ground, answer, direction), ...restricted(ground, direction)]
      : [
          ...madeOne(ground, answer, direction),
          ...takenOut(ground, answer, direction),
          ...(isCilium ? denial(ground, direction) : []),
        ],
  );
}

/** Policies whose rules of a direction are not in force, because policyTypes leaves it out. */
function typesPutIn({ reachability, read }: ChangeGround, direction: Direction): readonly Candidate[] {
  const [part] = direction === "egress" ? read.source.parts : read.target.parts;
  return reachability.cluster.policies
    .filter(
      (policy) =>
        isNetworkPolicy(policy) &&
        !policy.applies[direction] &&
        policy.rules[direction].length > 0 &&
        policy.policyTypes !== undefined &&
        reachability.subjects(policy).has(part?.classId ?? -1),
    )
    .map((policy) =>
      editOf(policy, `add ${written[direction].type} to the policyTypes of ${nameOf(policy.ref)}`, [
        { object: policy.ref, path: ["spec", "policyTypes"], type: "append", value: written[direction].type },
      ]),
    );
}

/** Policies whose podSelector nearly selects the pods. */
function selected(ground: ChangeGround, answer: ExplainedAnswer, direction: Direction): readonly Candidate[] {
  const side = direction === "egress" ? ground.read.source : ground.read.target;
  const [pods, more] = namedPods(side, ground.reachability) ?? [];
  if (pods === undefined || more !== undefined) return [];
  return answer[direction].nearMisses.flatMap(({ object, rule }) => {
    const policy = ground.cluster.policies.find(({ ref }) => refKey(ref) === refKey(object));
    if (policy === undefined || rule !== "spec.podSelector" || !isNetworkPolicy(policy)) return [];
    return [
      editOf(policy, `write the labels of the pods into the podSelector of ${nameOf(object)}`, [
        { object, path: ["spec", "podSelector"], type: "set", value: labelSelector(pods.labels) },
      ]),
    ];
  });
}

/** Two items of which one names namespaces and the other pods, made the one that asks for both. */
function madeOne(ground: ChangeGround, answer: ExplainedAnswer, direction: Direction): readonly Candidate[] {
  return allowing(ground, answer, direction).flatMap(({ policy, index }) => {
    const peers = policy.rules[direction][index]?.peers;
    if (!isNetworkPolicy(policy) || peers === undefined || peers === "any") return [];
    const at = (matches: (peer: PodPeer) => boolean): number =>
      peers.findIndex((peer) => peer.type === "pods" && matches(peer));
    const namespaces = at((peer) => peer.namespaceSelector !== undefined && peer.podSelector === undefined);
    const pods = at((peer) => peer.namespaceSelector === undefined);
    const [outer, inner] = [peers[namespaces], peers[pods]];
    if (outer?.type !== "pods" || inner?.type !== "pods") return [];
    const value: JsonValue = {
      namespaceSelector: selectorValue(outer.namespaceSelector ?? everything),
      podSelector: selectorValue(inner.podSelector ?? everything),
    };
    const object = policy.ref;
    const key = written[direction].peers;
    return [
      editOf(
        policy,
        `make ${key}[${namespaces}] and ${key}[${pods}] of ${nameOf(object)} one item, which asks for both`,
        [
          { object, path: peerPath(policy, direction, index, namespaces), type: "set", value },
          { object, path: peerPath(policy, direction, index, pods), type: "delete" },
        ],
      ),
    ];
  });
}

interface AllowingRule {
  readonly policy: Policy;
  readonly index: number;
}

/** The rules by which one end allows it; none where one of them cannot be found again. */
function allowing({ cluster }: ChangeGround, answer: ExplainedAnswer, direction: Direction): readonly AllowingRule[] {
  const rules = answer[direction].decidedBy
    .filter(({ action }) => action === "allow")
    .map(({ policy: ref, path }) => {
      const policy = cluster.policies.find((each) => refKey(each.ref) === refKey(ref));
      const index = policy?.rules[direction].findIndex((_, i) => path === `spec.${direction}[${i}]`) ?? -1;
      return policy === undefined || index < 0 ? undefined : { policy, index };
    });
  const found = rules.filter((rule) => rule !== undefined);
  return found.length === rules.length ? found : [];
}

/** Takes out what allows it: peers, ports, whole rules. */
function takenOut(ground: ChangeGround, answer: ExplainedAnswer, direction: Direction): readonly Candidate[] {
  const found = allowing(ground, answer, direction);
  if (found.length === 0) return [];
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
  const whole = paths.length === 0 ? [rulePath(policy, direction, index)] : paths;
  const edits = whole.map((path): ObjectChange => ({ object: policy.ref, path, type: "delete" }));
  const what =
    paths.length === 0
      ? formatPath(rulePath(policy, direction, index))
      : `the ${way === "peers" ? (direction === "ingress" ? "source" : "target") : "port"}`;
  const from =
    paths.length === 0
      ? nameOf(policy.ref)
      : `${formatPath(rulePath(policy, direction, index))} of ${nameOf(policy.ref)}`;
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
    return isMatching
      ? [way === "peers" ? peerPath(policy, direction, index, i) : portPath(policy, direction, index, i)]
      : [];
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
