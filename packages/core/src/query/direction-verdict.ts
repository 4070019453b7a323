import { finalPoliciesOf } from "../reachability/final-policies.ts";
import { pushAll } from "../lib/push-all.ts";
import type { Answer, DecidingRule, DirectionVerdict } from "../answers/verdict.ts";
import { requestText } from "../semantics/requests.ts";
import type { Direction, Policy, Rule, RuleAction } from "../model/policy.ts";
import type { Bound } from "../reachability/part-expander.ts";
import { familiesOf } from "../reachability/pod-classes.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { byTier } from "../semantics/tiers.ts";
import { familyAddresses } from "../sets/address-set.ts";
import { type ConnectionId, type Family, families, noConnections } from "../sets/connection-set.ts";
import { meets } from "../sets/interval-set.ts";
import { anyOf, answerOf, isOnePod } from "./answer.ts";
import { decidingRule, finalPolicy, isolatingPolicy } from "./deciding-rule.ts";
import { lackingText } from "./lacking.ts";
import type { QuestionPart } from "./resolve-endpoint.ts";

/** A pod that policies select, and whom it talks to. */
export interface SubjectAndPeer {
  readonly from: QuestionPart;
  readonly to: QuestionPart;
  /** What the question is about. */
  readonly asked: ConnectionId;
}

/** Which rules decide at one end. `pairs` are (subject, peer). */
export function directionVerdict(
  reachability: Reachability,
  direction: Direction,
  pairs: readonly SubjectAndPeer[],
  port: string | undefined,
  together: (answers: readonly Answer[]) => Answer = anyOf,
): DirectionVerdict {
  const walk = new TierWalk(reachability, direction, pairs, port);
  const rules = walk.rules();
  const of = (...actions: readonly DecidingRule["action"][]): readonly DecidingRule[] =>
    rules.filter(({ action }) => actions.includes(action));
  return {
    answer: together(pairs.map((pair) => sideAnswer(reachability, direction, pair))),
    isolated: pairs.some(({ from }) => reachability.isIsolated(from.classId, direction)),
    allowedBy: of("allow"),
    blockedBy: of("deny", "isolate"),
    passedBy: of("pass"),
  };
}

/** What one end says, whatever the other does. */
function sideAnswer(
  reachability: Reachability,
  direction: Direction,
  { from, to, asked }: SubjectAndPeer,
): DirectionVerdict["answer"] {
  if (isOnePod(from, to)) return "yes";
  const admitted = (bound: Bound): ConnectionId =>
    reachability.table.intersection(
      reachability[bound === "certain" ? bound : "possibleAlone"][direction].rowOf[from.classId]?.connections(
        to.classId,
      ) ?? noConnections,
      asked,
    );
  return answerOf(admitted("certain"), admitted("possible"));
}

/** What of the question the two can say to each other: a rule for addresses of a family that they do not share decides nothing. */
function spokenOf(reachability: Reachability, { from, to, asked }: SubjectAndPeer): ConnectionId {
  const known = [from, to].map((part) => familiesOfPart(reachability, part)).filter((has) => has.length > 0);
  const [only, ...more] = families.filter((family) => known.every((has) => has.includes(family)));
  const { table } = reachability;
  return only === undefined || more.length > 0 ? asked : table.intersection(asked, table.family[only]);
}

/** Of addresses outside: where a rule tells families apart, no class has both. */
function familiesOfPart(reachability: Reachability, { classId }: QuestionPart): readonly Family[] {
  const podClass = reachability.podClass(classId);
  if (podClass !== undefined) return familiesOf(podClass);
  const addresses = reachability.addressesOf(classId);
  return families.filter((family) => meets(addresses, familyAddresses(family)));
}

/** What is left of the question for each pair. */
type Rest = Map<SubjectAndPeer, ConnectionId>;

/** Goes down the tiers with a question: what each rule finds of it when its turn comes. */
class TierWalk {
  readonly #reachability: Reachability;
  readonly #direction: Direction;
  readonly #pairs: readonly SubjectAndPeer[];
  readonly #port: string | undefined;
  readonly #rules: DecidingRule[] = [];
  readonly #rest: Rest;

  constructor(
    reachability: Reachability,
    direction: Direction,
    pairs: readonly SubjectAndPeer[],
    port: string | undefined,
  ) {
    this.#reachability = reachability;
    this.#direction = direction;
    this.#pairs = pairs;
    this.#port = port;
    this.#rest = new Map(pairs.map((pair) => [pair, spokenOf(reachability, pair)]));
  }

  rules(): readonly DecidingRule[] {
    const selecting = new Set(
      this.#pairs.flatMap(({ from }) => this.#reachability.policiesOf(from.classId, this.#direction, "possible")),
    );
    const final = new Set(
      this.#pairs.flatMap(({ from }) => finalPoliciesOf(this.#reachability, from.classId, this.#direction)),
    );
    for (const { tier, policies } of byTier([...selecting, ...final])) {
      const asked = policies.filter((policy) => !final.has(policy));
      if (tier.decides === "first-match") this.#inOrder(asked);
      else this.#together(asked);
      this.#letPass(policies.filter((policy) => final.has(policy)));
    }
    return this.#rules;
  }

  /** Policies that let pass what their tier leaves. */
  #letPass(policies: readonly Policy[]): void {
    const isLeft = (pair: SubjectAndPeer): boolean => this.#rest.get(pair) !== noConnections;
    const found = policies.filter((policy) => this.#concerned(policy, "possible").some(isLeft));
    this.#rules.push(...found.map(finalPolicy));
    for (const policy of found) this.#isolate(policy);
  }

  /** Rules in order: each decides what is left, or leaves it to the next tier. */
  #inOrder(policies: readonly Policy[]): void {
    const passed: Rest = new Map();
    for (const policy of policies) {
      for (const [index, { action }] of policy.rules[this.#direction].entries()) {
        const found = this.#take(policy, index, action === "pass" ? passed : undefined);
        if (found !== noConnections) this.#rules.push(this.#decided(policy, index, action, found));
      }
    }
    // What isolates denies at the end of the tier: the policies behind it are asked before.
    for (const policy of policies) if (policy.isolates[this.#direction]) this.#isolate(policy);
    for (const [pair, connections] of passed)
      this.#rest.set(pair, this.#reachability.table.union(this.#rest.get(pair) ?? noConnections, connections));
  }

  /** What a rule possibly matches of the rest; what it certainly matches is no longer left. */
  #take(policy: Policy, index: number, passed: Rest | undefined): ConnectionId {
    const { table } = this.#reachability;
    let found = noConnections;
    for (const pair of this.#concerned(policy, "possible")) {
      const rest = this.#rest.get(pair) ?? noConnections;
      const own = table.intersection(this.#matched(policy, index, pair, "possible"), rest);
      found = table.union(found, own);
      const isSure = this.#reachability.subjects(policy).has(pair.from.classId);
      const certain = isSure ? this.#matched(policy, index, pair, "certain") : noConnections;
      this.#rest.set(pair, table.difference(rest, certain));
      passed?.set(pair, table.union(passed.get(pair) ?? noConnections, own));
    }
    return found;
  }

  /** Policies that are a union: a rule that denies comes first, then all that allow, and who isolates denies the rest. */
  #together(policies: readonly Policy[]): void {
    for (const policy of policies)
      for (const [index, { action }] of policy.rules[this.#direction].entries()) {
        const found = action === "deny" ? this.#take(policy, index, undefined) : noConnections;
        if (found !== noConnections) this.#rules.push(this.#decided(policy, index, "deny", found));
      }
    const isolating: Policy[] = [];
    if (this.#direction === "ingress")
      for (const pair of this.#pairs)
        if (this.#reachability.isOwnNode(pair.to.classId, pair.from.classId)) this.#rest.set(pair, noConnections);
    for (const policy of policies) {
      const allowing = this.#allowing(policy);
      pushAll(this.#rules, allowing);
      if (!policy.isolates[this.#direction]) continue;
      isolating.push(policy);
      if (allowing.length === 0 && this.#isAsked(policy)) this.#rules.push(this.#blocking(policy));
    }
    for (const policy of isolating) this.#isolate(policy);
  }

  #allowing(policy: Policy): readonly DecidingRule[] {
    return policy.rules[this.#direction].flatMap(({ action }, index) => {
      if (action !== "allow") return [];
      const found = this.#concerned(policy).reduce(
        (sum, pair) => this.#reachability.table.union(sum, this.#allowedTo(policy, index, pair)),
        noConnections,
      );
      return found === noConnections ? [] : [this.#decided(policy, index, action, found)];
    });
  }

  #allowedTo(policy: Policy, index: number, pair: SubjectAndPeer): ConnectionId {
    return this.#reachability.table.intersection(
      this.#allows(policy, index, pair),
      this.#rest.get(pair) ?? noConnections,
    );
  }

  /** Opposite an unknown address several rules may allow together what none does for certain alone. */
  #allows(policy: Policy, index: number, pair: SubjectAndPeer): ConnectionId {
    const isUnknown = this.#reachability.podClass(pair.to.classId)?.address.type === "unknown";
    return this.#matched(policy, index, pair, isUnknown ? "possible" : "certain");
  }

  #isolate(policy: Policy): void {
    for (const pair of this.#concerned(policy)) this.#rest.set(pair, noConnections);
  }

  /** Whether anything of the question gets as far as the policy. */
  #isAsked(policy: Policy): boolean {
    return this.#concerned(policy).some((pair) => this.#rest.get(pair) !== noConnections);
  }

  #concerned(policy: Policy, bound: Bound = "certain"): readonly SubjectAndPeer[] {
    const subjects =
      bound === "certain" ? this.#reachability.subjects(policy) : this.#reachability.possibleSubjects(policy);
    return this.#pairs.filter(({ from }) => subjects.has(from.classId));
  }

  #matched(policy: Policy, index: number, { from, to }: SubjectAndPeer, bound: Bound): ConnectionId {
    const rule = policy.rules[this.#direction][index];
    if (rule === undefined) return noConnections;
    return this.#reachability.ruleConnections(policy, rule, this.#direction, from.classId, to.classId, bound);
  }

  #decided(policy: Policy, index: number, action: RuleAction, connections: ConnectionId): DecidingRule {
    return decidingRule({ policy, direction: this.#direction, index }, action, connections, this.#reachability.table);
  }

  #blocking(policy: Policy): DecidingRule {
    const direction = this.#direction;
    const rules = policy.rules[direction];
    const otherPorts = rules.findIndex((_, index) =>
      this.#concerned(policy).some((pair) => this.#allows(policy, index, pair) !== noConnections),
    );
    const others = rules.findIndex((rule, index) => rule.placeholder === true && this.#isForOthers(policy, index));
    if (others >= 0) {
      const requests = rules[others]?.requests?.map(requestText) ?? [];
      return isolatingPolicy(
        { policy, direction, index: others },
        `lets only these requests pass: ${requests.join(", ")}`,
      );
    }
    const why = this.#whyNot(rules.length, otherPorts);
    if (otherPorts >= 0) return isolatingPolicy({ policy, direction, index: otherPorts }, why);
    const lacks = lackingText(this.#reachability, policy, direction, this.#concerned(policy)[0]?.to);
    return isolatingPolicy({ policy, direction }, `${why}${lacks === undefined ? "" : `: it ${lacks}`}`);
  }

  /** Whether a rule that lets other requests pass is about what was asked. */
  #isForOthers(policy: Policy, index: number): boolean {
    const { placeholder: _, ...rule } = policy.rules[this.#direction][index] as Rule; // the index of one of them
    const { table } = this.#reachability;
    return this.#concerned(policy).some(({ from, to, asked }) =>
      table.meets(
        this.#reachability.ruleConnections(policy, rule, this.#direction, from.classId, to.classId, "possible"),
        asked,
      ),
    );
  }

  #whyNot(ruleCount: number, otherPorts: number): string {
    if (ruleCount === 0) return `has no ${this.#direction} rule`;
    if (otherPorts >= 0)
      return `its ${this.#direction} rule ${otherPorts + 1} allows other ports${this.#port === undefined ? "" : `, not ${this.#port}`}`;
    const peer = this.#direction === "ingress" ? "source" : "target";
    return ruleCount === 1
      ? `its only ${this.#direction} rule does not match the ${peer}`
      : `none of its ${ruleCount} ${this.#direction} rules matches the ${peer}`;
  }
}
