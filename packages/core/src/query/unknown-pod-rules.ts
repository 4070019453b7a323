import { finalPoliciesOf } from "../reachability/final-policies.ts";
import type { DecidingRule, DirectionVerdict } from "../answers/verdict.ts";
import type { Policy, Rule } from "../model/policy.ts";
import type { ClassId } from "../reachability/class-set.ts";
import type { PodClass } from "../reachability/pod-classes.ts";
import type { Reachability } from "../reachability/reachability.ts";
import { assumedController } from "../reachability/ingress-controller.ts";
import { type AssumedPod, mayAdmit } from "../reachability/unknown-pod.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import { byTier } from "../semantics/tiers.ts";
import { type ConnectionId, noConnections } from "../sets/connection-set.ts";
import { decidingRule, finalPolicy, isolatingPolicy } from "./deciding-rule.ts";

/** Pods that an unknown one sends to, and what. */
export interface AskedClass {
  readonly classId: ClassId;
  readonly asked: ConnectionId;
}

const onLabels = ", if the source has the labels that it asks for";

/** The rules that decide what a pod of which nothing is known may send, in the order in which they are asked. */
export function rulesForUnknownPod(
  reachability: Reachability,
  targets: readonly AskedClass[],
): Pick<DirectionVerdict, "allowedBy" | "blockedBy" | "passedBy"> {
  const rules = new Map<string, DecidingRule>();
  for (const { classId, asked } of targets) {
    const target = reachability.podClass(classId);
    if (target === undefined) continue;
    for (const rule of new UnknownPodWalk(reachability, target, asked).rules())
      rules.set(JSON.stringify([rule.policy, rule.path, rule.action]), rule);
  }
  const all = [...rules.values()];
  const of = (...actions: readonly DecidingRule["action"][]): readonly DecidingRule[] =>
    all.filter(({ action }) => actions.includes(action));
  return { allowedBy: of("allow"), blockedBy: of("deny", "isolate"), passedBy: of("pass") };
}

/** Goes down the tiers of a class: what certainly decides something leaves none of it to what is asked later. */
class UnknownPodWalk {
  readonly #reachability: Reachability;
  readonly #target: PodClass;
  readonly #pod: AssumedPod | undefined;
  readonly #rules: DecidingRule[] = [];
  #rest: ConnectionId;

  constructor(reachability: Reachability, target: PodClass, asked: ConnectionId) {
    this.#reachability = reachability;
    this.#target = target;
    this.#pod = assumedController(reachability);
    this.#rest = asked;
  }

  rules(): readonly DecidingRule[] {
    const { id } = this.#target;
    const final = new Set(finalPoliciesOf(this.#reachability, id, "ingress"));
    const asked = this.#reachability.policiesOf(id, "ingress", "possible");
    for (const { tier, policies } of byTier([...asked, ...final])) {
      const passed = tier.decides === "first-match" ? this.#inOrder(policies) : this.#together(policies);
      this.#letPass(policies.filter((policy) => final.has(policy)));
      this.#rest = this.#reachability.table.union(this.#rest, passed);
    }
    return this.#rules;
  }

  #inOrder(policies: readonly Policy[]): ConnectionId {
    let passed = noConnections;
    for (const policy of policies)
      for (const index of decidingRules(policy, "ingress").keys()) {
        const found = this.#take(policy, index);
        this.#rest = this.#without(found.certain);
        if (policy.rules.ingress[index]?.action === "pass")
          passed = this.#reachability.table.union(passed, found.possible);
      }
    for (const policy of policies) this.#isolate(policy);
    this.#close(policies);
    return passed;
  }

  /** Denies come first, then all that allow, and who isolates denies the rest. */
  #together(policies: readonly Policy[]): ConnectionId {
    const rules = policies.flatMap((policy) =>
      decidingRules(policy, "ingress").map((rule, index) => ({ policy, index, action: rule.action })),
    );
    for (const { policy, index } of rules.filter(({ action }) => action === "deny"))
      this.#rest = this.#without(this.#take(policy, index).certain);
    const allowing = rules.filter(({ action }) => action === "allow");
    const all = allowing.map(({ policy, index }) => ({ policy, ...this.#take(policy, index) }));
    for (const policy of policies)
      if (all.every((each) => each.policy !== policy || each.possible === noConnections)) this.#isolate(policy);
    for (const { certain } of all) this.#rest = this.#without(certain);
    this.#close(policies);
    return noConnections;
  }

  /** What a rule may decide of the rest, and what of it for certain. */
  #take(policy: Policy, index: number): { readonly possible: ConnectionId; readonly certain: ConnectionId } {
    const { table } = this.#reachability;
    const rule = policy.rules.ingress[index] as Rule; // the index of one of them
    const possible = table.intersection(this.#reachability.rulePorts(rule, this.#target), this.#rest);
    if (possible === noConnections || !mayAdmit(rule, policy, "possible", this.#pod))
      return { possible: noConnections, certain: noConnections };
    const isCertain = mayAdmit(rule, policy, "certain", this.#pod);
    const condition = isCertain ? "" : onLabels;
    const at = { policy, direction: "ingress", index } as const;
    this.#rules.push(decidingRule(at, rule.action, possible, table, condition));
    return { possible, certain: isCertain && this.#isSure(policy) ? possible : noConnections };
  }

  #isolate(policy: Policy): void {
    if (!policy.isolates.ingress || this.#rest === noConnections) return;
    const why =
      policy.rules.ingress.length === 0 ? "has no ingress rule" : "no rule of it admits what is routed to them";
    this.#rules.push(isolatingPolicy({ policy, direction: "ingress" }, why));
  }

  /** What a tier leaves of pods that it isolates is denied, at once or behind all others. */
  #close(policies: readonly Policy[]): void {
    const closes = (policy: Policy): boolean =>
      policy.isolates.ingress && policy.tier.denies === "at-end" && this.#isSure(policy);
    if (policies.some(closes)) this.#rest = noConnections;
  }

  /** What is left of pods about which no later tier is asked passes. */
  #letPass(policies: readonly Policy[]): void {
    if (this.#rest === noConnections) return;
    this.#rules.push(...policies.map(finalPolicy));
    if (policies.some((policy) => this.#isSure(policy))) this.#rest = noConnections;
  }

  #isSure(policy: Policy): boolean {
    return this.#reachability.subjects(policy).has(this.#target.id);
  }

  #without(connections: ConnectionId): ConnectionId {
    return this.#reachability.table.difference(this.#rest, connections);
  }
}
