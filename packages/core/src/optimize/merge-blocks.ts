import { type Direction, type IpBlockPeer, type Peer, type Rule } from "../model/policy.ts";
import { parseCidr } from "../sets/address-set.ts";
import { difference, equals, unionAll } from "../sets/interval-set.ts";
import { formatPath } from "../source/position.ts";
import { joinHalves, outermost } from "./cidr-halves.ts";
import { isPlain } from "./merge-rules.ts";
import { blockValue } from "./policy-value.ts";
import type { RulesStep } from "./simplify-policy.ts";
import { firstNames, namesText } from "./step-words.ts";
import { type PatchOperation, peersField, pointer } from "./step.ts";

/** Makes one block of the halves of one in a rule, and fewer exceptions of those that nest or touch. */
export function mergeBlocks(rules: readonly Rule[], direction: Direction): readonly RulesStep[] {
  const steps: RulesStep[] = [];
  let current = rules;
  const take = (step: RulesStep | undefined): void => {
    if (step === undefined) return;
    steps.push(step);
    current = step.rules;
  };
  for (const [place, rule] of rules.entries()) {
    if (rule.peers === "any" || !isPlain(rule)) continue;
    for (const at of rule.peers.keys()) take(fewerExceptions(current, place, at, direction));
    take(joinedBlocks(current, place, direction));
  }
  return steps;
}

function fewerExceptions(
  rules: readonly Rule[],
  place: number,
  at: number,
  direction: Direction,
): RulesStep | undefined {
  const peers = peersOf(rules, place);
  const peer = peers[at];
  if (peer?.type !== "ipBlock" || peer.except.length < 2) return undefined;
  // Where each exception leaves a gap of its own, none nests in another one or touches it.
  if (peer.addresses.length === 2 * (peer.except.length + 1)) return undefined;
  const except = joinHalves(outermost(peer.except)).map(({ cidr }) => cidr);
  if (except.length >= peer.except.length) return undefined;
  const block = blockOf(peer.cidr, except);
  if (block === undefined || !equals(block.addresses, peer.addresses)) return undefined;
  return {
    type: "merge-blocks",
    description: `write ${firstNames(except)} for ${firstNames(peer.except)} in the except of ${formatPath(["spec", direction, place, direction === "ingress" ? "from" : "to", at])}`,
    reason: `${peer.except.length} exceptions are ${except.length}`,
    proof: "the same addresses",
    rules: withPeers(rules, place, peers.with(at, block)),
    patch: [replaced(direction, place, at, block)],
  };
}

function joinedBlocks(rules: readonly Rule[], place: number, direction: Direction): RulesStep | undefined {
  const peers = peersOf(rules, place);
  const blocks = peers.flatMap((peer, at) => (peer.type === "ipBlock" ? [{ at, peer }] : []));
  // Halves of a block are as long as each other.
  if (new Set(blocks.map(({ peer }) => prefixOf(peer.cidr))).size === blocks.length) return undefined;
  const joined = joinHalves(blocks.map(({ peer }) => peer.cidr)).flatMap(({ cidr, members }) => {
    const parts = members.flatMap((member) => blocks[member] ?? []);
    const block = blockOf(
      cidr,
      parts.flatMap(({ peer }) => peer.except),
    );
    const isSame = block && equals(block.addresses, unionAll(parts.map(({ peer }) => peer.addresses)));
    return members.length < 2 || block === undefined || isSame !== true ? [] : [{ block, parts }];
  });
  if (joined.length === 0) return undefined;
  const replacing = new Map(joined.map(({ block, parts }) => [parts[0]?.at ?? 0, block]));
  const gone = new Set(joined.flatMap(({ parts }) => parts.slice(1).map(({ at }) => at)));
  const left = peers.flatMap((peer, at) => (gone.has(at) ? [] : [replacing.get(at) ?? peer]));
  return {
    type: "merge-blocks",
    description: `write ${namesText(joined.map(joinText))} in ${formatPath(["spec", direction, place])}`,
    reason: `${joined.reduce((sum, { parts }) => sum + parts.length, 0)} blocks are ${joined.length}`,
    proof: "the same addresses",
    rules: withPeers(rules, place, left),
    patch: [
      ...[...replacing].map(([at, block]) => replaced(direction, place, at, block)),
      ...[...gone]
        .toSorted((a, b) => b - a)
        .map((at) => ({ op: "remove" as const, path: pointer("spec", direction, place, peersField(direction), at) })),
    ],
  };
}

function prefixOf(cidr: string): number {
  return Number(cidr.slice(cidr.lastIndexOf("/") + 1));
}

function joinText({
  block,
  parts,
}: {
  readonly block: IpBlockPeer;
  readonly parts: readonly { readonly peer: IpBlockPeer }[];
}): string {
  return `${block.cidr} for ${firstNames(parts.map(({ peer }) => peer.cidr))}`;
}

function peersOf(rules: readonly Rule[], place: number): readonly Peer[] {
  const peers = rules[place]?.peers;
  return peers === undefined || peers === "any" ? [] : peers;
}

function replaced(direction: Direction, place: number, at: number, block: IpBlockPeer): Omit<PatchOperation, "policy"> {
  const path = pointer("spec", direction, place, peersField(direction), at, "ipBlock");
  return { op: "replace", path, value: blockValue(block) };
}

function withPeers(rules: readonly Rule[], place: number, peers: readonly Peer[]): readonly Rule[] {
  return rules.map((rule, i) => (i === place ? { ...rule, peers } : rule));
}

/** A block less exceptions; undefined when one of them is no part of it, or all of it. */
function blockOf(cidr: string, except: readonly string[]): IpBlockPeer | undefined {
  const whole = parseCidr(cidr);
  const parts = except.map(parseCidr);
  if (whole === undefined || parts.some((part) => part === undefined || part.prefix <= whole.prefix)) return undefined;
  const addresses = difference(whole.addresses, unionAll(parts.flatMap((part) => (part ? [part.addresses] : []))));
  return { type: "ipBlock", cidr, except, addresses };
}
