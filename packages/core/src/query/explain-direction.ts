import { finalPoliciesOf } from "../reachability/final-policies.ts";
import type { ExplainedDirection, ExplainedStep, NearMiss } from "../answers/explanation.ts";
import { refKey } from "../semantics/canonical-key.ts";
import { portsText } from "../answers/ports-text.ts";
import type { Answer, DecidingRule, DirectionVerdict } from "../answers/verdict.ts";
import { type Direction, type Policy, peerPath, type Rule, rulePath } from "../model/policy.ts";
import { formatPorts } from "../reachability/format-ports.ts";
import type { Bound } from "../reachability/part-expander.ts";
import { requestText } from "../semantics/requests.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { byTier } from "../semantics/tiers.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { formatPath, locationOf, type NodePath, quoteOf } from "../source/position.ts";
import { isOnePod } from "./answer.ts";
import { addedText, finalText } from "./deciding-rule.ts";
import type { SubjectAndPeer } from "./direction-verdict.ts";
import { type AskedOfRules, missOf, type RuleMiss } from "./near-miss.ts";
import { notSelecting } from "./not-selecting.ts";

const mostNearMisses = 5;
/** A rule that lacks more is not near. */
const farthest = 3;

/** Every rule that is asked at one end, what it says of the question, and which come near. */
export function explainDirection(asked: AskedOfRules, verdict: DirectionVerdict): ExplainedDirection {
  const walk = new StepWalk(asked, verdict);
  const steps = walk.steps();
  const misses = [...walk.misses, ...notSelecting(asked, verdict)];
  return {
    answer: verdict.answer,
    isolated: verdict.isolated,
    byDefault: walk.isByDefault(),
    steps,
    decidedBy: decidedBy(verdict),
    nearMisses: misses
      .toSorted((a, b) => a.distance - b.distance)
      .slice(0, mostNearMisses)
      .map(({ miss }) => miss),
  };
}

/** All rules that decide something of the question. */
export function decidedBy({ passedBy, allowedBy, blockedBy }: DirectionVerdict): readonly DecidingRule[] {
  return [...passedBy, ...allowedBy, ...blockedBy];
}

/** A near miss and how near it is. */
export interface RankedMiss {
  readonly miss: NearMiss;
  readonly distance: number;
}

/** What becomes of what no rule matches, of a policy that isolates. */
export function isolationStep(
  policy: Policy,
  direction: Direction,
  { answer, blockedBy }: Pick<DirectionVerdict, "answer" | "blockedBy">,
): ExplainedStep {
  const isNamed = blockedBy.some(
    ({ action, policy: ref }) => action === "isolate" && refKey(ref) === refKey(policy.ref),
  );
  const isDenied = blockedBy.some(({ action }) => action === "deny");
  const decides = isNamed || (answer === "no" && !isDenied);
  const isLast = policy.tier.decides === "first-match";
  const because = decides
    ? `isolates the pods for ${direction}: what no rule ${isLast ? "of the tier decides" : "allows"} is denied`
    : `isolates the pods for ${direction}${isLast ? " at the end of the tier" : ""}, but what was asked is decided before`;
  return stepOf(policy, ["spec"], { action: "isolate", matches: decides ? "yes" : "no", decides, because }, [
    "spec",
    "podSelector",
  ]);
}

/** What becomes of what no rule matches, of a policy behind whose tier none is asked. */
export function finalStep(policy: Policy, { allowedBy }: Pick<DirectionVerdict, "allowedBy">): ExplainedStep {
  const decides = allowedBy.some(({ policy: ref, path }) => path === "spec" && refKey(ref) === refKey(policy.ref));
  const because = decides ? finalText : `${finalText}, but what was asked is decided before`;
  return stepOf(policy, ["spec"], { action: "allow", matches: decides ? "yes" : "no", decides, because }, [
    "spec",
    "podSelector",
  ]);
}

/** Why a rule that matches does not decide: where it is not known which policy is asked first, that is not known either. */
export function beforeText(answer: Answer): string {
  return answer === "unknown" ? "what is asked before it may decide that" : "that is decided before it";
}

/** A step with its place, and what is quoted of the policy. */
export function stepOf(
  policy: Policy,
  path: NodePath,
  what: Pick<ExplainedStep, "action" | "matches" | "decides" | "because">,
  quoted: NodePath,
): ExplainedStep {
  const quote = quoteOf(policy.origin, quoted);
  return {
    tier: policy.tier.name,
    object: policy.ref,
    rule: formatPath(path),
    location: locationOf(policy.origin, path),
    ...what,
    ...(quote === undefined ? {} : { quote }),
  };
}

class StepWalk {
  readonly misses: RankedMiss[] = [];
  readonly #asked: AskedOfRules;
  readonly #verdict: DirectionVerdict;
  readonly #decided: ReadonlySet<string>;
  /** What rules that allow, and decide, match of each pair. */
  readonly #covered = new Map<SubjectAndPeer, ConnectionId>();

  constructor(asked: AskedOfRules, verdict: DirectionVerdict) {
    this.#asked = asked;
    this.#verdict = verdict;
    this.#decided = new Set(decidedBy(verdict).map(({ policy, path }) => `${refKey(policy)} ${path}`));
  }

  steps(): readonly ExplainedStep[] {
    const { reachability, direction, pairs } = this.#asked;
    const selecting = new Set(
      pairs.flatMap(({ from }) => reachability.policiesOf(from.classId, direction, "possible")),
    );
    const final = new Set(pairs.flatMap(({ from }) => finalPoliciesOf(reachability, from.classId, direction)));
    return byTier([...selecting, ...final]).flatMap(({ policies }) => [
      ...policies.flatMap((policy) =>
        decidingRules(policy, direction).flatMap((rule, i) =>
          this.#isTold(policy, rule, i) ? [] : [this.#ruleStep(policy, rule, i)],
        ),
      ),
      ...policies
        .filter(({ isolates }) => isolates[direction])
        .map((policy) => isolationStep(policy, direction, this.#verdict)),
      ...policies.filter((policy) => final.has(policy)).map((policy) => finalStep(policy, this.#verdict)),
    ]);
  }

  /** What an entry may mean beside what it certainly means, or what is added to it, where it is not about the question: the entry is told of once. */
  #isTold(policy: Policy, rule: Rule, index: number): boolean {
    const before = policy.rules[this.#asked.direction][index - 1];
    const isSameEntry = before?.written !== undefined && before.written.path === rule.written?.path;
    const isAbout = (each: Rule): boolean => this.#matched(policy, each, "possible") !== noConnections;
    if (rule.addedFor !== undefined) return !isAbout(rule);
    if (!isSameEntry || isAbout(rule)) return false;
    return rule.unknown !== undefined || (before.addedFor !== undefined && isAbout(before));
  }

  /** Whether something passes that no rule allows. */
  isByDefault(): boolean {
    const { reachability, direction, pairs } = this.#asked;
    return pairs.some((pair) => {
      if (isOnePod(pair.from, pair.to)) return false;
      const row = reachability.certain[direction].rowOf[pair.from.classId];
      const admitted = reachability.table.intersection(row?.connections(pair.to.classId) ?? noConnections, pair.asked);
      return reachability.table.difference(admitted, this.#covered.get(pair) ?? noConnections) !== noConnections;
    });
  }

  #ruleStep(policy: Policy, rule: Rule, index: number): ExplainedStep {
    const { reachability, direction } = this.#asked;
    const path = rulePath(policy, direction, index);
    const decides = this.#decided.has(`${refKey(policy.ref)} ${formatPath(path)}`);
    const certain = this.#matched(policy, rule, "certain", decides);
    const possible = this.#matched(policy, rule, "possible", decides);
    const matches: Answer = certain !== noConnections ? "yes" : possible !== noConnections ? "unknown" : "no";
    const miss = matches === "no" ? this.#missOf(policy, rule, path) : undefined;
    const ports = portsText(formatPorts(certain === noConnections ? possible : certain, reachability.table));
    const because =
      this.#otherRequests(policy, rule) ??
      miss?.lacks.join(", and ") ??
      (decides
        ? `${verbs[rule.action](ports)}${this.#throughPeer(policy, rule, index)}${requestsText(rule)}${addedText(rule.addedFor)}${unknownText(rule, matches)}`
        : matches === "unknown" && !this.#isLate(policy)
          ? `matches ${ports}${unknownText(rule, matches)}`
          : `${matches === "unknown" ? "may match" : "matches"} ${ports}, but ${beforeText(this.#verdict.answer)}`);
    return stepOf(policy, path, { action: rule.action, matches, decides, because }, path);
  }

  /** Whether it is known that a rule of a policy comes too late, where it does not decide: in an order, that is all that can be. */
  #isLate({ tier }: Policy): boolean {
    return tier.decides === "first-match" && this.#verdict.answer !== "unknown";
  }

  /** Of a rule that would match if it were about this request. */
  #otherRequests(policy: Policy, { placeholder, ...rule }: Rule): string | undefined {
    if (placeholder !== true || rule.requests === undefined) return undefined;
    if (this.#matched(policy, { ...rule, action: "deny" }, "possible") === noConnections) return undefined;
    return `it lets only these requests pass: ${rule.requests.map(requestText).join(", ")}`;
  }

  #missOf(policy: Policy, rule: Rule, path: NodePath): RuleMiss {
    const [pair] = this.#concerned(policy);
    if (pair === undefined) return { lacks: ["it is not certain to select the pods"], distance: Infinity };
    const miss = missOf(this.#asked, policy, rule, pair);
    const wanted = this.#verdict.answer === "no" ? "allow" : "deny";
    if (miss.distance <= farthest && rule.action === wanted)
      this.misses.push({
        distance: miss.distance,
        miss: {
          object: policy.ref,
          rule: formatPath(path),
          location: locationOf(policy.origin, path),
          lacks: miss.lacks,
        },
      });
    return miss;
  }

  #concerned(policy: Policy): readonly SubjectAndPeer[] {
    const subjects = this.#asked.reachability.possibleSubjects(policy);
    return this.#asked.pairs.filter(({ from }) => subjects.has(from.classId));
  }

  #matched(policy: Policy, rule: Rule, bound: Bound, decides = false): ConnectionId {
    const { reachability, direction } = this.#asked;
    const { table } = reachability;
    let sum = noConnections;
    for (const pair of this.#concerned(policy)) {
      const reached = reachability.ruleConnections(policy, rule, direction, pair.from.classId, pair.to.classId, bound);
      const own = table.intersection(reached, pair.asked);
      sum = table.union(sum, own);
      if (decides && rule.action === "allow")
        this.#covered.set(pair, table.union(this.#covered.get(pair) ?? noConnections, own));
    }
    return sum;
  }

  /** Which of several peers it is; and that two items are alternatives, where somebody may have meant both. */
  #throughPeer(policy: Policy, rule: Rule, index: number): string {
    const { peers } = rule;
    const { direction } = this.#asked;
    if (peers === "any" && rule.ports !== "any" && policy.rules[direction].length > 1)
      return direction === "ingress" ? ", from everybody: it names no from" : ", to everybody: it names no to";
    if (peers === "any" || peers.length < 2) return "";
    const matching = peers.flatMap((peer, i) => {
      const alone: Rule = { ...rule, peers: [peer] };
      return this.#matched(policy, alone, "possible") === noConnections ? [] : [i];
    });
    const [first] = matching;
    if (first === undefined) return "";
    const path = formatPath(peerPath(policy, direction, index, first));
    const name = path.slice(path.lastIndexOf("].") + 2);
    return ` through ${name}${matching.length > 1 ? ` and ${matching.length - 1} more` : ""}${alternativesText(rule, matching)}`;
  }
}

function alternativesText({ peers }: Rule, matching: readonly number[]): string {
  if (peers === "any" || matching.length !== 1) return "";
  const [only = 0] = matching;
  const shapes = peers.map((peer) =>
    peer.type !== "pods"
      ? "other"
      : peer.namespaceSelector === undefined
        ? "pods"
        : peer.podSelector === undefined
          ? "namespaces"
          : "both",
  );
  const peer = peers[only];
  const isEverything =
    peer?.type === "pods" &&
    peer.namespaceSelector?.requirements.length === 0 &&
    (peer.podSelector?.requirements.length ?? 0) === 0;
  if (isEverything)
    return ": items of the list are alternatives, and an empty namespaceSelector is every pod of every namespace";
  if (!shapes.includes("pods") || !shapes.includes("namespaces")) return "";
  return shapes[only] === "namespaces"
    ? ": items of the list are alternatives, so every pod of these namespaces matches, whatever its labels are"
    : ": items of the list are alternatives, so these pods match, whatever the other items say of namespaces";
}

function unknownText({ unknown }: Rule, matches: Answer): string {
  if (matches !== "unknown") return "";
  return unknown === undefined
    ? ", if facts turn out so that the input does not give"
    : `, but only some of it: the rule also asks for ${unknown}`;
}

function requestsText({ action, authentication, requests }: Rule): string {
  if (action === "deny" && authentication !== undefined) return ", as it must be authenticated and is not";
  return requests === undefined ? "" : ` for some requests only: ${requests.map(requestText).join(", ")}`;
}

const verbs: Readonly<Record<Rule["action"], (ports: string) => string>> = {
  allow: (ports) => `allows ${ports}`,
  deny: (ports) => `denies ${ports}`,
  pass: (ports) => `leaves ${ports} to the next tier`,
};
