import { type Direction, directions, type Policy, type Rule } from "../model/policy.ts";
import { decidingRules } from "../semantics/rules-in-force.ts";
import type { Box } from "./box.ts";
import { type CoverEntry, CoverIndex } from "./cover-index.ts";
import type { PolicySpace } from "./policy-space.ts";
import type { PolicyRef, RuleRef } from "./redundancy.ts";

/** Boxes in an index for one owner; they can be taken out and put back together. */
export interface Placed {
  readonly index: CoverIndex;
  readonly owner: number;
  entries: readonly CoverEntry[];
}

/** The peers of a rule that share boxes: one pod peer, or all ipBlocks, or "any". */
export interface PeerGroup {
  /** Places in `rule.peers`; empty for "any". */
  readonly members: readonly number[];
  readonly boxes: readonly Box[];
  readonly placed: Placed;
}

/** A rule that is in force and not (yet) taken out. */
export interface RuleState {
  readonly ref: RuleRef;
  readonly rule: Rule;
  readonly subject: Box;
  ports: readonly Box[];
  groups: PeerGroup[];
}

/** A policy that is in force and not (yet) taken out. */
export interface PolicyState {
  readonly ref: PolicyRef;
  readonly isolation: readonly Placed[];
  rules: RuleState[];
}

/** The policies of one namespace, each part placed in the index of its direction. */
export class RedundancyState {
  readonly policies: PolicyState[] = [];
  /** Rules too big to be expanded: never judged, never a cover. */
  readonly tooBig: RuleRef[] = [];
  readonly #space: PolicySpace;
  readonly #owners: (RuleRef | PolicyRef)[];
  readonly #isolated: Readonly<Record<Direction, CoverIndex>>;
  readonly #admitted: Readonly<Record<Direction, CoverIndex>>;

  constructor(space: PolicySpace, policies: readonly Policy[]) {
    this.#space = space;
    this.#owners = [];
    this.#isolated = { ingress: new CoverIndex(), egress: new CoverIndex() };
    this.#admitted = { ingress: new CoverIndex(), egress: new CoverIndex() };
    for (const policy of policies) this.policies.push(this.#stateOf(policy));
  }

  /** Who holds a box in place; the first of several. */
  ownerOf(entry: CoverEntry): RuleRef | PolicyRef | undefined {
    const [owner] = entry.owners;
    return owner === undefined ? undefined : this.#owners[owner];
  }

  #stateOf(policy: Policy): PolicyState {
    const ref: PolicyRef = { type: "policy", policy };
    const subject = this.#space.subject(policy);
    const isolation: Placed[] = [];
    const rules: RuleState[] = [];
    if (subject === undefined) return { ref, isolation, rules };
    const owner = this.#owners.push(ref) - 1;
    for (const direction of directions) {
      if (policy.isolates[direction]) isolation.push(place(this.#isolated[direction], owner, [subject]));
      decidingRules(policy, direction).forEach((rule, i) => {
        const placed = this.#ruleState({ type: "rule", policy, direction, rule: i }, rule, subject);
        if (placed !== undefined) rules.push(placed);
      });
    }
    return { ref, isolation, rules };
  }

  #ruleState(ref: RuleRef, rule: Rule, subject: Box): RuleState | undefined {
    const owner = this.#owners.push(ref) - 1;
    const index = this.#admitted[ref.direction];
    const parts = this.#space.ruleParts(ref.policy, rule);
    if (parts === undefined) {
      this.tooBig.push(ref);
      return undefined;
    }
    const groups = parts.groups.map(({ members, peers, boxes }) => ({
      members,
      boxes: peers,
      placed: place(index, owner, boxes),
    }));
    return { ref, rule, subject, ports: parts.ports, groups };
  }
}

/** Adds boxes to an index. */
function place(index: CoverIndex, owner: number, boxes: readonly Box[]): Placed {
  return { index, owner, entries: boxes.map((box) => index.add(box, owner)) };
}

/** Takes boxes out of their index. */
export function takeOut({ index, owner, entries }: Placed): void {
  for (const entry of entries) index.remove(entry, owner);
}

/** Puts boxes back that were taken out. */
export function putBack({ index, owner, entries }: Placed): void {
  for (const entry of entries) index.restore(entry, owner);
}

/** Puts other boxes in the place of those that were taken out. */
export function replace(placed: Placed, boxes: readonly Box[]): void {
  placed.entries = boxes.map((box) => placed.index.add(box, placed.owner));
}

/** Everything of a rule that is placed. */
export function placedOf(rule: RuleState): Placed[] {
  return rule.groups.map(({ placed }) => placed);
}
