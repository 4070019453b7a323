import { remembered } from "../lib/remembered.ts";
import { type IpBlockPeer, directions } from "../model/policy.ts";
import type { Said } from "../semantics/shared-specs.ts";
import type { AddressSet } from "../sets/address-set.ts";
import { parseCidr } from "../sets/address-set.ts";
import { isSubset } from "../sets/interval-set.ts";
import { type RuleDefinition, defineRule } from "./define-rule.ts";
import { addressesOfCidr, ipBlocks } from "./support/ip-blocks.ts";
import { peerPlace } from "./support/places.ts";
import { nameOf } from "./support/words.ts";

/** Blocks of which no address is ever a host's (RFC 1122, RFC 1112, RFC 919, RFC 4291), and why. */
const hostless: readonly { readonly addresses: AddressSet; readonly why: string; readonly meant?: string }[] = [
  { cidr: "0.0.0.0/8", why: "no host has an address that begins with 0", meant: "0.0.0.0/0" },
  { cidr: "::/128", why: "it is the unspecified address, which no host has", meant: "::/0" },
  { cidr: "240.0.0.0/4", why: "these addresses are reserved, and the last is the broadcast" },
].map(({ cidr, ...rest }) => ({ addresses: parseCidr(cidr)?.addresses ?? [], ...rest }));

const hostlessOf = remembered((peer: IpBlockPeer) => {
  const addresses = addressesOfCidr(peer);
  return hostless.find((block) => addresses.length > 0 && isSubset(addresses, block.addresses)) ?? null;
});

function namesHostless({ rules }: Said): boolean {
  return directions.some((direction) =>
    rules[direction].some(
      ({ peers }) => peers !== "any" && peers.some((peer) => peer.type === "ipBlock" && hostlessOf(peer) !== null),
    ),
  );
}

/** Flags blocks that hold the address of no host, so that they allow nothing: mostly 0.0.0.0/24 where 0.0.0.0/0 is meant. */
export const ipBlockHoldsNoHost: RuleDefinition = defineRule({
  id: "ip-block-holds-no-host",
  severity: "medium",
  category: "correctness",
  title: "ipBlock that holds no host",
  needs: ["policies"],
  fix: "none",
  check(context, report) {
    for (const policy of context.policiesWhere(context.networkPolicies, namesHostless)) {
      for (const { direction, ruleIndex, peerIndex, peer } of ipBlocks(policy)) {
        const found = hostlessOf(peer);
        if (found === null) continue;
        const hint = found.meant === undefined ? "" : `; did you mean ${found.meant}?`;
        report({
          at: peerPlace(policy, direction, ruleIndex, peerIndex, ["ipBlock", "cidr"]),
          message: `${nameOf(policy)} (${direction}): the ipBlock ${peer.cidr} allows nobody: ${found.why}${hint}`,
          affected: context.subjectsOf(policy),
          fix: {
            kind: "manual",
            description:
              found.meant === undefined
                ? "Write the block that is meant, or remove it."
                : `Write ${found.meant} if everybody is meant, the block that is meant, or remove it.`,
          },
        });
      }
    }
  },
});
