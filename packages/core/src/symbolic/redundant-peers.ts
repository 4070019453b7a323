import { pushAll } from "../lib/push-all.ts";
import type { IpBlockPeer } from "../model/policy.ts";
import type { Elements } from "./box.ts";
import { ElementCounts } from "./element-counts.ts";
import type { Contribution, RedundancySearch } from "./find-redundancies.ts";
import { productOf } from "./policy-space.ts";
import { type Part, tookTooLong } from "./redundancy.ts";
import { type PeerGroup, putBack, replace, type RuleState, takeOut } from "./redundancy-state.ts";

/**
 * Takes out the redundant peers of a rule, the last first. One peer always stays: `from: []` would be everybody, and a
 * rule whose every peer could go is itself redundant, which is judged before.
 */
export function judgePeers(search: RedundancySearch, rule: RuleState): void {
  if (rule.rule.peers === "any") return;
  let left = rule.rule.peers.length;
  for (const group of rule.groups.toReversed()) {
    if (left < 2) return;
    const isBlocks = group.members.some((i) => peerAt(rule, i)?.type === "ipBlock");
    left -= isBlocks ? judgeBlocks(search, rule, group, left - 1) : judgePods(search, rule, group);
  }
}

function judgePods(search: RedundancySearch, rule: RuleState, group: PeerGroup): number {
  const [peer] = group.members;
  if (peer === undefined) return 0;
  takeOut(group.placed);
  const { index, entries } = group.placed;
  const contributions = entries.map(({ box }) => ({ box, index }));
  if (search.judge(peerPart(rule, peer), contributions)) {
    rule.groups = rule.groups.filter((other) => other !== group);
    return 1;
  }
  putBack(group.placed);
  return 0;
}

/** The ipBlocks of a rule are one box. While they are judged that box is out, and counts tell what is in one block only. */
function judgeBlocks(search: RedundancySearch, rule: RuleState, group: PeerGroup, most: number): number {
  const { space, budget } = search;
  const { ports } = rule;
  const blocks = new Map<number, Elements>();
  for (const i of group.members) {
    const peer = peerAt(rule, i);
    if (peer?.type === "ipBlock") blocks.set(i, space.blockElements([peer]));
  }
  takeOut(group.placed);
  const counts = new ElementCounts([...blocks.values()], budget);
  let gone = 0;
  for (const [i, elements] of [...blocks].toReversed()) {
    if (gone === most || budget.exhausted) break;
    const own = counts.onlyIn(elements, budget);
    if (budget.exhausted) break;
    const contributions = (within: Elements): Contribution[] => {
      const box = space.blockBox(within);
      const boxes = box === undefined ? [] : productOf(rule.subject, [box], ports);
      return boxes.map((one) => ({ box: one, index: group.placed.index }));
    };
    const whole = { rule: rule.ref, contributions: () => contributions(elements) };
    if (!search.judge(peerPart(rule, i), contributions(own), whole)) continue;
    counts.remove(elements, budget);
    blocks.delete(i);
    gone++;
  }
  if (budget.exhausted)
    pushAll(
      search.undecided,
      [...blocks.keys()].map((i) => ({ part: peerPart(rule, i), reason: tookTooLong })),
    );
  if (gone === 0) putBack(group.placed);
  else keepBlocks(search, rule, group, [...blocks.keys()]);
  return gone;
}

function keepBlocks({ space }: RedundancySearch, rule: RuleState, group: PeerGroup, members: readonly number[]): void {
  const kept = members.map((i) => peerAt(rule, i)).filter((peer): peer is IpBlockPeer => peer?.type === "ipBlock");
  const box = space.blockBox(space.blockElements(kept));
  const boxes = box === undefined ? [] : [box];
  replace(group.placed, productOf(rule.subject, boxes, rule.ports));
  const rest = { members, boxes, placed: group.placed };
  rule.groups = rule.groups.map((other) => (other === group ? rest : other));
}

function peerAt({ rule }: RuleState, i: number): Exclude<typeof rule.peers, "any">[number] | undefined {
  return rule.peers === "any" ? undefined : rule.peers[i];
}

function peerPart({ ref }: RuleState, peer: number): Part {
  return { ...ref, type: "peer", peer };
}
