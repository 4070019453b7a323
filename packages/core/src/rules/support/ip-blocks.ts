import { type Direction, type IpBlockPeer, type Policy, type Rule, directions } from "../../model/policy.ts";
import { allowingRules } from "../../semantics/rules-in-force.ts";

/** An ipBlock with where it stands. */
export interface WrittenBlock {
  readonly policy: Policy;
  readonly direction: Direction;
  readonly ruleIndex: number;
  readonly rule: Rule;
  readonly peerIndex: number;
  readonly peer: IpBlockPeer;
}

/** The ipBlocks of a policy's rules that have an effect. */
export function* ipBlocks(policy: Policy): Generator<WrittenBlock> {
  for (const direction of directions) {
    for (const [ruleIndex, rule] of allowingRules(policy, direction).entries()) {
      if (rule.peers === "any") continue;
      for (const [peerIndex, peer] of rule.peers.entries())
        if (peer.type === "ipBlock") yield { policy, direction, ruleIndex, rule, peerIndex, peer };
    }
  }
}

/** Whether a block is written for every address of a family: what it covers of the cluster is not what it is about. */
export function isWholeFamily({ cidr }: IpBlockPeer): boolean {
  return cidr.endsWith("/0");
}
