import { remembered } from "../../lib/remembered.ts";
import { type Direction, type IpBlockPeer, type Policy, type Rule, directions } from "../../model/policy.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";
import { type SharedSpec, onceOfSpec } from "../../semantics/shared-specs.ts";
import { type AddressSet, parseCidr } from "../../sets/address-set.ts";

/** An ipBlock with where it stands. */
export interface WrittenBlock {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly ruleIndex: number;
  readonly rule: Rule;
  readonly peerIndex: number;
  readonly peer: IpBlockPeer;
}

const none: readonly WrittenBlock[] = [];

/** Whether a policy has any. Most have none. */
export const namesBlocks: (policy: SharedSpec) => boolean = onceOfSpec(({ rules }) =>
  directions.some((direction) =>
    rules[direction].some(({ peers }) => peers !== "any" && peers.some(({ type }) => type === "ipBlock")),
  ),
);

/** The ipBlocks of a policy's rules that have an effect. */
export function ipBlocks(policy: Policy): readonly WrittenBlock[] {
  if (!namesBlocks(policy)) return none;
  const blocks: WrittenBlock[] = [];
  for (const direction of directions) {
    allowingRules(policy, direction).forEach((rule, ruleIndex) => {
      if (rule.peers === "any") return;
      rule.peers.forEach((peer, peerIndex) => {
        if (peer.type === "ipBlock") blocks.push({ policy, direction, ruleIndex, rule, peerIndex, peer });
      });
    });
  }
  return blocks;
}

/** All addresses of a block, those that it leaves out as well. */
export const addressesOfCidr: (peer: IpBlockPeer) => AddressSet = remembered(({ cidr, except, addresses }) =>
  except.length === 0 ? addresses : (parseCidr(cidr)?.addresses ?? []),
);

/** Whether a block is written for every address of a family: what it covers of the cluster is not what it is about. */
export function isWholeFamily({ cidr }: IpBlockPeer): boolean {
  return cidr.endsWith("/0");
}
