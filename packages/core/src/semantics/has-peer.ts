import { directions, type Peer, type Policy } from "../model/policy.ts";

/** Whether a rule of a policy names such a peer, in either direction. */
export function hasPeer({ rules }: Pick<Policy, "rules">, isMeant: (peer: Peer) => boolean): boolean {
  return directions.some((direction) => rules[direction].some(({ peers }) => peers !== "any" && peers.some(isMeant)));
}
